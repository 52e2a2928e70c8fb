/** Makes the formats of a server's configuration usable: a reader for their lines, and the option that a person can paste. */
import { LogtallyError } from '../../errors.js';
import type { LogFormat } from '../lines/line-reader.js';
import { type FormatOptions, resolveFormat } from '../presets/formats.js';
import { findMeaning, type Meaning } from '../presets/json-names.js';
import { parseObject, visitScalars } from '../presets/json-object.js';
import type { ServerFormat } from './server-config.js';

export interface UsableFormat {
  readonly found: ServerFormat;
  /** Arguments for a command, not yet quoted for a shell: `--format`, `%h %l ...`. */
  readonly args: readonly string[];
  /** Null if lines in the format cannot be read. */
  readonly format: LogFormat | null;
  /** Why they cannot. */
  readonly problem: string | null;
}

export function toUsableFormat(found: ServerFormat, options: FormatOptions): UsableFormat {
  const isJson = found.format.startsWith('{');
  const jsonFields = isJson ? findJsonFields(found.format) : [];
  const text = isJson ? 'json' : toFormatText(found);
  const fieldArgs = jsonFields.flatMap(([field, key]) => ['--json-field', `${field}=${key}`]);
  const args = ['--format', text, ...fieldArgs];
  try {
    const allFields = new Map([...options.jsonFields, ...jsonFields]);
    const format = resolveFormat(text, { ...options, jsonFields: allFields });
    return { found, args, format: { ...format, name: `${found.server} ${found.name}` }, problem: null };
  } catch (error) {
    if (!(error instanceof LogtallyError)) throw error;
    return { found, args, format: null, problem: error.message.replace(/^--format: /, '') };
  }
}

/** A format that begins with a quote of its own, or has escapes, is only clear together with its directive. */
function toFormatText({ server, name, text, format }: ServerFormat): string {
  if (!/^\s*["']|\\/.test(format) && !/\\[trn]/.test(text)) return format;
  return server === 'apache' ? `LogFormat ${text} ${name}` : `log_format ${name} ${text};`;
}

/** What directives of Apache are called in nginx, whose names are known. */
const NGINX_NAMES: Readonly<Record<string, string>> = {
  a: 'remote_addr',
  h: 'remote_addr',
  u: 'remote_user',
  t: 'time_local',
  r: 'request',
  m: 'request_method',
  U: 'uri',
  q: 'args',
  H: 'server_protocol',
  s: 'status',
  b: 'body_bytes_sent',
  B: 'body_bytes_sent',
  O: 'bytes_sent',
  v: 'server_name',
  V: 'host',
};

const NGINX_VARIABLE = /^\$\{?(\w+)\}?$/;
const APACHE_DIRECTIVE = /^\[?%[<>]?(?:\{([^}]*)\})?(\w)\]?$/;

/** A directive or variable that stands in JSON without quotes. */
const BARE_VALUE = /(?<=")\s*:\s*(\$[\w{}]+|%[<>]?(?:\{[^}]*\})?\w)/g;

/** What is written under keys that do not say so: `"ra": "$remote_addr"`. */
function findJsonFields(format: string): readonly (readonly [field: Meaning['field'], key: string])[] {
  const object = parseObject(format.replace(BARE_VALUE, (_, value: string) => `:${JSON.stringify(value)}`));
  const found = new Map<Meaning['field'], { readonly key: string; readonly rank: number }>();
  const known = new Set<Meaning['field']>();
  visitScalars(object ?? {}, (key, value) => {
    const meaning = findMeaning(toVariable(value ?? ''));
    if (meaning === null) return;
    if (findMeaning(key)?.field === meaning.field) known.add(meaning.field);
    else if (meaning.rank < (found.get(meaning.field)?.rank ?? Number.POSITIVE_INFINITY)) {
      found.set(meaning.field, { key, rank: meaning.rank });
    }
  });
  return [...found].filter(([field]) => !known.has(field)).map(([field, { key }]) => [field, key] as const);
}

/** The name of the variable of nginx that a value stands for; '' if it is something else. */
function toVariable(value: string): string {
  const variable = NGINX_VARIABLE.exec(value)?.[1];
  if (variable !== undefined) return variable;
  const [, name, letter = ''] = APACHE_DIRECTIVE.exec(value) ?? [];
  if (name === undefined) return NGINX_NAMES[letter] ?? '';
  if (letter === 'i') return `http_${name}`;
  return letter === 'o' ? `sent_http_${name}` : letter === 't' ? 'time_iso8601' : '';
}
