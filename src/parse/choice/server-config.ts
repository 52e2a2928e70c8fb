/** Finds the log formats that are defined in the configuration of Apache and nginx. It reads, and changes nothing. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findErrorCode, InputError, toMessage } from '../../errors.js';
import { unquote } from '../strings/format-string.js';

export interface ServerFormat {
  readonly server: 'apache' | 'nginx';
  readonly name: string;
  /** The format string as it stands, with its quotes and backslashes; several strings are joined by a space. */
  readonly text: string;
  /** The format as the server sees it, without the configuration's quoting. */
  readonly format: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

const USUAL_PLACES: readonly string[] = [
  '/etc/apache2',
  '/etc/httpd',
  '/usr/local/apache2/conf',
  '/usr/local/etc/apache24',
  '/opt/homebrew/etc/httpd',
  '/etc/nginx',
  '/usr/local/nginx/conf',
  '/usr/local/etc/nginx',
  '/opt/homebrew/etc/nginx',
];

/** Folders that hold what is switched on, under names without a suffix. */
const ENABLED_FOLDERS: ReadonlySet<string> = new Set(['sites-enabled', 'conf-enabled', 'mods-enabled']);

/** Files that are read at most; further ones are passed over. */
const MAX_FILES = 1_000;

/** A larger file is no configuration, and is passed over. */
const MAX_FILE_BYTES = 1_048_576;

/** How deep folders are searched. */
const MAX_DEPTH = 5;

/** Arguments are quoted strings with backslash escapes, or bare words. */
const APACHE_LOG_FORMAT =
  /^\s*LogFormat\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']\S*)\s+("(?:[^"\\]|\\.)*"|[^\s"']\S*)\s*$/i;

/** Space, a comment, the end of a statement, a string (an unclosed one reaches to the end of the file), or a word. */
const NGINX_TOKEN = /\s+|#[^\n]*|[;{}]|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?:\$\{|\\.|[^\s;{}])+|./gs;

/**
 * Searches files and folders.
 *
 * @param paths null for the folders into which the servers' packages put their configuration; missing ones are passed over
 * @throws InputError if a given path cannot be read
 */
export async function findServerFormats(paths: readonly string[] | null): Promise<readonly ServerFormat[]> {
  const files = new Set<string>();
  for (const path of paths ?? USUAL_PLACES) {
    try {
      await collectFiles(path, files, MAX_DEPTH);
    } catch (error) {
      if (paths !== null) throw toConfigError(path, error);
    }
  }
  const formats: ServerFormat[] = [];
  for (const file of files) {
    try {
      formats.push(...parseServerConfig(await readFile(file, 'utf8'), file));
    } catch (error) {
      if (paths?.includes(file)) throw toConfigError(file, error);
    }
  }
  return formats;
}

function toConfigError(path: string, error: unknown): InputError {
  const why = findErrorCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${toMessage(error)}`;
  return new InputError(`--server-config: '${path}' ${why}`, { cause: error });
}

/** Adds the files of a path, each once under whichever name comes first. */
async function collectFiles(path: string, files: Set<string>, depth: number): Promise<void> {
  const seen = new Set<string>();
  const visit = async (place: string, isNamed: boolean, left: number): Promise<void> => {
    const stats = await stat(place);
    const real = await realpath(place);
    if (seen.has(real) || files.size >= MAX_FILES) return;
    seen.add(real);
    if (stats.isDirectory()) {
      if (left === 0 || (!isNamed && place.endsWith('-available'))) return;
      for (const name of (await readdir(place)).sort()) {
        // a link that leads nowhere, or a folder of others
        await visit(join(place, name), false, left - 1).catch((error: unknown) => {
          if (findErrorCode(error) === undefined) throw error;
        });
      }
    } else if (stats.isFile() && stats.size <= MAX_FILE_BYTES && (isNamed || isConfigName(place))) {
      files.add(place);
    }
  };
  await visit(path, true, depth);
}

function isConfigName(path: string): boolean {
  return path.endsWith('.conf') || ENABLED_FOLDERS.has(basename(dirname(path)));
}

/** The formats that one file defines. */
export function parseServerConfig(text: string, file: string): readonly ServerFormat[] {
  return [...parseApacheConfig(text), ...parseNginxConfig(text)].map((format) => ({ ...format, file }));
}

type FoundFormat = Omit<ServerFormat, 'file'>;

/** `LogFormat "..." name`; without a name it only serves TransferLog, and nothing can refer to it. */
function parseApacheConfig(text: string): readonly FoundFormat[] {
  const formats: FoundFormat[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let directive = lines[at] ?? '';
    while (directive.endsWith('\\') && at + 1 < lines.length) {
      at += 1;
      directive = directive.slice(0, -1) + (lines[at] ?? '');
    }
    const [, format, name] = APACHE_LOG_FORMAT.exec(directive) ?? [];
    if (format !== undefined && name !== undefined) {
      const [bare, bareName] = [unquote(format, 'apache'), unquote(name, 'apache')];
      formats.push({ server: 'apache', name: bareName, text: format, format: bare, line });
    }
  }
  return formats;
}

/** `log_format name [escape=...] 'string' ...;` */
function parseNginxConfig(text: string): readonly FoundFormat[] {
  const formats: FoundFormat[] = [];
  let statement: string[] = [];
  let startedAt = 0;
  for (const { 0: token, index } of text.matchAll(NGINX_TOKEN)) {
    if (/^[\s#]/.test(token)) continue;
    if (!/^[;{}]$/.test(token)) {
      if (statement.length === 0) startedAt = index;
      statement.push(token);
      continue;
    }
    const [directive, name, ...rest] = statement;
    const strings = rest.filter((part) => !part.startsWith('escape='));
    if (token === ';' && directive === 'log_format' && name !== undefined && strings.length > 0) {
      const line = text.slice(0, startedAt).split('\n').length;
      const format = strings.map((word) => unquote(word, 'nginx')).join('');
      formats.push({ server: 'nginx', name: unquote(name, 'nginx'), text: strings.join(' '), format, line });
    }
    statement = [];
  }
  return formats;
}
