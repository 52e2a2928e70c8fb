/**
 * Apache's LogFormat: every directive of mod_log_config 2.4 and of the modules that add to it (mod_logio, mod_ssl).
 * Source: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
import { UsageError } from '../../errors.js';
import { BYTE_OF_LETTER } from '../lines/escapes.js';
import { parseStrftime, type TimeText } from '../times/strftime.js';
import { createToken, type Directive, type DirectiveMeaning, type FormatItem } from './directive.js';
import { findObjectClaim, type ObjectFields } from './object-fields.js';

/** Directives by their letter. */
const LETTERS: Readonly<Record<string, DirectiveMeaning>> = {
  // behind some proxies it is a list of addresses
  h: { field: 'remoteHost', shape: 'clients' },
  a: { field: 'remoteHost', rank: 1, shape: 'clients' },
  v: { field: 'virtualHost', shape: 'host' },
  V: { field: 'virtualHost', rank: 1, shape: 'host' },
  l: { field: 'ident' },
  u: { field: 'user', shape: 'user' },
  r: { field: 'request', shape: 'free' },
  m: { field: 'method' },
  U: { field: 'target', shape: 'path' },
  q: { field: 'query', shape: 'query' },
  H: { field: 'protocol' },
  s: { field: 'status', rank: 1, shape: 'status' },
  b: { field: 'bytes', shape: 'size' },
  B: { field: 'bytes', shape: 'size' },
  O: { field: 'bytes', rank: 1, shape: 'size' },
  I: { shape: 'size' },
  S: { shape: 'size' },
  p: { shape: 'port' },
  f: { shape: 'path' },
};

/** Directives that are tokens for `extra`. */
const TOKENS = new Set(['A', 'D', 'k', 'L', 'P', 'R', 'T', 'X', '^FB', '^FU']);

/** Directives that take the name of a header, cookie, variable, note or trailer. */
const NAMED = new Set(['i', 'o', 'C', 'e', 'n', 'x', 'c', '^ti', '^to']);

/** Request headers that fill a field, or are more than one word. */
const HEADERS: Readonly<Record<string, DirectiveMeaning>> = {
  referer: { field: 'referrer' },
  'user-agent': { field: 'userAgent', shape: 'free' },
  host: { field: 'virtualHost', rank: 2, shape: 'host' },
  cookie: { shape: 'free' },
  'x-forwarded-for': { shape: 'addresses' },
};

/** Of two directives for the object one that is written for all statuses fills it. */
const CONDITIONAL_RANK = 100;

/** `%t` brings its own brackets. */
const CLF_TIME = '[%d/%b/%Y:%H:%M:%S %z]';

const TIME_UNITS: Readonly<Record<string, TimeText>> = {
  sec: [{ part: 'epochSeconds' }],
  msec: [{ part: 'epochMilliseconds' }],
  usec: [{ part: 'epochMicroseconds' }],
  msec_frac: [{ part: 'fraction' }],
  usec_frac: [{ part: 'fraction' }],
};

/**
 * Text; an escape, as mod_log_config's parse_log_misc_string reads it, or `\"`, which is the configuration's own and left when only
 * the inside is pasted; a directive, whose conditions and `<` or `>` stand before or after the name; or a `%` that begins none.
 */
const PART = /[^%\\]+|\\[nrt\\"]|\\|%([!<>,\d]*)(?:\{([^}]*)\})?([!<>,\d]*)(%|\^[A-Za-z]{2}|[A-Za-z])|%/g;

/**
 * Reads a format as it stands between the quotes of `LogFormat`.
 *
 * @throws UsageError that names the directive which is unknown, incomplete or cannot be told apart from another
 */
export function parseApacheFormat(text: string, objectFields: ObjectFields): readonly FormatItem[] {
  return [...text.matchAll(PART)].map((match) => {
    const [part] = match;
    if (part === '%') throw refuseRest(text.slice(match.index));
    if (part.startsWith('%')) return toItem(match, objectFields);
    return { text: part.startsWith('\\') ? (BYTE_OF_LETTER[part.charAt(1)] ?? part) : part };
  });
}

function refuseRest(rest: string): UsageError {
  const written = /^%[!<>,\d]*\{?[^\s"]*/.exec(rest)?.[0] ?? '%';
  if (!/^%[!<>,\d]*\{[^}]*$/.test(written) || rest.includes('}')) return refuseUnknown(written);
  return new UsageError(`--format: '${written}' has no closing brace`, { hint: 'write it as %{NAME}i' });
}

function refuseUnknown(written: string): UsageError {
  return new UsageError(`--format: '${written}' is not a directive of Apache's LogFormat`, {
    hint: 'a percent sign of the text is written %%; all directives: httpd.apache.org/docs/2.4/mod/mod_log_config.html',
  });
}

function toItem(match: RegExpExecArray, objectFields: ObjectFields): FormatItem {
  const [written, before = '', argument, after = '', letter = ''] = match;
  if (letter === '%') return { text: '%' };
  const isConditional = /\d/.test(before + after);
  if (letter === 't') {
    if (isConditional) {
      throw new UsageError(`--format: '${written}' writes no time for other statuses`, {
        hint: 'each line needs its time: write it as %t',
      });
    }
    return { written, name: written, time: readTime(argument ?? '', written) };
  }
  const directive = describe(written, before + after, letter, argument);
  // a note of a header's name has what the header had before it was taken from the response
  const names = letter === 'o' || letter === 'n' ? [written, argument ?? ''] : [written];
  const claim = findObjectClaim(objectFields, names);
  if (claim !== null)
    return { ...directive, ...claim, rank: claim.rank + (isConditional ? CONDITIONAL_RANK : 0) };
  // it writes `-` for other statuses, whatever the request had: it says of no line that there was nothing
  return isConditional ? { ...directive, name: written, field: null } : directive;
}

function describe(
  written: string,
  modifiers: string,
  letter: string,
  argument: string | undefined,
): Directive {
  if (NAMED.has(letter)) {
    if (argument === undefined || argument === '') {
      throw new UsageError(`--format: '${written}' lacks a name`, { hint: `write it as %{NAME}${letter}` });
    }
    const header = letter === 'i' ? HEADERS[argument.toLowerCase()] : undefined;
    return { ...createToken(written, argument), ...header };
  }
  const meaning = LETTERS[letter] ?? (TOKENS.has(letter) ? {} : undefined);
  if (meaning === undefined) throw refuseUnknown(written);
  const own = { ...createToken(written, written), ...meaning };
  // the final status is the answer that the client got
  if (letter === 's') return { ...own, rank: modifiers.includes('>') ? 0 : modifiers.includes('<') ? 2 : 1 };
  // the peer of the connection, if a proxy stands before the server
  return letter === 'a' && argument === 'c' ? { ...own, rank: 2 } : own;
}

function readTime(argument: string, written: string): TimeText {
  const format = argument.replace(/^(?:begin|end)(?::|$)/, '');
  return TIME_UNITS[format] ?? parseStrftime(format === '' ? CLF_TIME : format, written);
}
