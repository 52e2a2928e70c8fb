/**
 * Takes a server's format as a person pastes it: with or without the directive of the configuration around it, its
 * quotes and its backslashes. Anything that is not certain to be quoting of the configuration is text of the format.
 */
import { UsageError } from '../../errors.js';
import { BYTE_OF_LETTER } from '../lines/escapes.js';
import type { Piece } from '../lines/layout.js';
import { parseApacheFormat } from './apache-format.js';
import { toPieces } from './format-items.js';
import { type GivenTime, NO_GIVEN_TIME } from './format-times.js';
import { parseNginxFormat } from './nginx-format.js';
import type { ObjectFields } from './object-fields.js';

export { DEFAULT_OBJECT_FIELDS, type ObjectFields } from './object-fields.js';

interface PastedFormat {
  readonly server: 'apache' | 'nginx';
  /** The format as the server sees it, without the configuration's quoting. */
  readonly format: string;
}

const APACHE_DIRECTIVE = /%[!<>,\d]*(?:\{[^}]*\})?[!<>,\d]*(?:\^[A-Za-z]{2}|[A-Za-z])/g;
const NGINX_VARIABLE = /\$(?:\w|\{\w)/;

/** One argument of a configuration: quoted either way, or up to the next white space. */
const ARGUMENT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s;"'#][^\s;]*/gs;

/**
 * Compiles a format string of Apache or nginx into the pieces of its lines.
 *
 * @throws UsageError that names what is wrong with the format
 */
export function parseFormatString(
  text: string,
  objectFields: ObjectFields,
  givenTime: GivenTime = NO_GIVEN_TIME,
): readonly Piece[] {
  const { server, format } = readPastedFormat(text);
  const parse = server === 'nginx' ? parseNginxFormat : parseApacheFormat;
  return toPieces(parse(format, objectFields), givenTime);
}

/** Whether a text is a format string, with directives of Apache or variables of nginx, and not the name of a preset. */
export function isFormatString(text: string): boolean {
  return /%(?:[!<>,\d]*(?:\{|[A-Za-z^])|%)/.test(text) || NGINX_VARIABLE.test(text);
}

function readPastedFormat(text: string): PastedFormat {
  // Apache joins lines that end in a backslash
  const pasted = text.replace(/\\\r?\n/g, '');
  const joined = pasted.trim();
  const directive = /^(LogFormat|CustomLog|GlobalLog|log_format)\s+/i.exec(joined);
  const keyword = directive?.[1]?.toLowerCase();
  const rest = joined.slice(directive?.[0].length ?? 0);
  if (keyword === 'log_format') return { server: 'nginx', format: joinStrings(rest, 1) };
  if (keyword !== undefined) return { server: 'apache', format: findApacheArgument(rest, keyword) };
  if (joined === '') {
    throw new UsageError('--format: the format is empty', {
      hint: "write a preset's name or a format string",
    });
  }
  if (!isFormatString(joined)) {
    throw new UsageError(`--format: '${joined}' has neither directives of Apache nor variables of nginx`, {
      hint: 'Apache: %h %l %u %t "%r" %>s %b; nginx: $remote_addr - $remote_user [$time_local] "$request" $status',
    });
  }
  // text within a directive of Apache, such as %{...}t, is no variable
  const isNginx = NGINX_VARIABLE.test(joined.replace(APACHE_DIRECTIVE, ''));
  if (isNginx && isQuotedStrings(joined)) return { server: 'nginx', format: joinStrings(joined, 0) };
  if (isQuotedStrings(joined))
    return { server: 'apache', format: unquote(joined.replace(/\s*;$/, ''), 'apache') };
  // without quotes a space at the beginning is text of the format, a line end is not
  const bare = pasted.replace(/^(?:[ \t]*\r?\n)+/, '');
  return isNginx
    ? { server: 'nginx', format: unescapeNginx(bare.trimEnd()) }
    : { server: 'apache', format: bare };
}

/** `LogFormat FORMAT [NAME]`, `CustomLog FILE FORMAT` */
function findApacheArgument(rest: string, keyword: string): string {
  if (/^[ \t]*(?:LogFormat|CustomLog)\s/im.test(rest)) {
    throw new UsageError('--format: there is more than one format', { hint: 'give one LogFormat' });
  }
  const words = rest.match(ARGUMENT) ?? [];
  const format = words[keyword === 'logformat' ? 0 : 1] ?? '';
  if (isFormatString(format)) return unquote(format, 'apache');
  throw new UsageError(`--format: '${format}' is the name of a format, not the format itself`, {
    hint: 'paste the LogFormat that defines it',
  });
}

/** The strings of `log_format NAME [escape=...] 'string' ...;`, joined. */
function joinStrings(rest: string, skipped: number): string {
  const words = rest.replace(/^\s*#.*$/gm, '').match(ARGUMENT) ?? [];
  const strings = words.slice(skipped);
  if (/^["']?escape=/.test(strings[0] ?? '')) strings.shift();
  if (strings.length > 0) return strings.map((word) => unquote(word, 'nginx')).join('');
  throw new UsageError('--format: the log_format has no format', { hint: 'paste it up to its semicolon' });
}

/**
 * Whether a text without its directive is all quotes of the configuration. Double quotes around every field, as in
 * `"%h" "%t"`, are text of the format, unless the strings stand on lines of their own.
 */
function isQuotedStrings(text: string): boolean {
  const strings = text.replace(/;$/, '').trim();
  if (/^'[^']*'(?:\s+'[^']*')*$/.test(strings)) return true;
  if (/^"(?:[^"\\]|\\.)*"$/s.test(strings)) return true;
  return /^(["'])(?:(?!\1)[^\\]|\\.)*\1(?:\s*\n\s*(["'])(?:(?!\2)[^\\]|\\.)*\2)+$/s.test(strings);
}

/**
 * Undoes the quotes of a configuration: Apache (ap_getword_conf) its own quote and `\\` within them, nginx (ngx_conf_read_token)
 * also `\t`, `\r` and `\n`, and in words without quotes as well.
 */
export function unquote(word: string, server: PastedFormat['server']): string {
  const quote = /^(["']).*\1$/s.exec(word)?.[1];
  const inside = quote === undefined ? word : word.slice(1, -1);
  if (server === 'nginx') return unescapeNginx(inside);
  return quote === undefined
    ? inside
    : inside.replaceAll(/\\(["'\\])/g, (whole, character) =>
        character === '\\' || character === quote ? character : whole,
      );
}

function unescapeNginx(text: string): string {
  return text.replace(/\\(["'\\trn])/g, (_, character: string) => BYTE_OF_LETTER[character] ?? character);
}
