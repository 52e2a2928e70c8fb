/**
 * Hides secrets in request targets and URLs. What is doubtful is hidden: a mask that hides too much costs a word, and one
 * that hides too little costs a password.
 */
import { decodePercent, encodePercent } from './percent.js';
import { createSecretNames, SECRET_NAMES } from './secret-names.js';

/** What is shown instead of a secret. */
export const MASK = '***';

/** How many layers of percent-encoding are undone. What has more layers is hidden as a whole. */
const MAX_DECODINGS = 3;

const ENCODED = /%[0-9A-Fa-f]{2}/;

/**
 * A text without any of these, and with no colon but that of a scheme before two slashes, has neither a name with a value nor a
 * user.
 */
export const SECRET_MARKS = `=@%"'<`;

const SUSPICIOUS = new RegExp(`[${SECRET_MARKS}]|:(?!//)`);

/** `user:password@` behind `//` or a scheme (RFC 3986, 3.2.1). The look behind keeps a row of slashes linear. */
const USER = /(^[a-z][a-z0-9+.-]*:|(?<![/\\])[/\\]{2,})[^/\\?#]*@/gi;

/** A way in which a text gives a value a name: what stands before the name, and behind it. */
interface Naming {
  readonly start: RegExp;
  readonly end: RegExp;
}

/** `name=value` */
const PARAMETER: Naming = { start: /[?/\\&;#:<>]/, end: /=/g };

/** Names in texts: the key of JSON, `name: value`, and `<name>value`. Their values may hold what separates parameters. */
const TEXT_NAMES: readonly Naming[] = [
  { start: /["']/, end: /["']\s{0,8}:/g },
  { start: /[\s?/\\&;#=:<>,(){}|]/, end: /\s{0,8}:(?!\/\/)/g },
  { start: /[<>:]/, end: /(?:\s[^<>]{0,256})?>/g },
];

/** Each of them ends with one of these: most texts have none. */
const TEXT_NAME_END = /[:>]/;

/** The port of a host is no secret, whatever the host is called: `//token.example.com:8080/`. */
const PORT = /^\d{1,5}(?:[/?#]|$)/;

/** What JSON and servers write for a character of a key: `to\u006ben`. */
const ESCAPED = /\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))/g;

/**
 * A secret ends at `&` and `#`, which are kept. It does not end at `;`, which separates parameters of a few servers only, and is
 * a part of the secret for all others.
 */
const PIECES = /([&#])/;

type IsSecret = (name: string) => boolean;

/**
 * Makes the function that writes `***` instead of secrets in a request target or a URL: the values of parameters with listed
 * names (see `createSecretNames`) in path, query and fragment, and the user of a URL. A value may hold another URL, encoded or
 * not. It takes linear time.
 */
export function createMask(names: readonly string[]): (url: string) => string {
  const isSecret = createSecretNames(names);
  return (url) => (SUSPICIOUS.test(url) ? maskUrl(url, isSecret) : url);
}

/** The same with `SECRET_NAMES`. */
export const maskRequestTarget = createMask(SECRET_NAMES);

/** What stands before the secret of an Authorization header (RFC 9110, 11.4) in a line that gives it no name. */
const SCHEME = /\b(?:Basic|Bearer)[ +]|\b(?:Authorization|Cookie)["']?\s{0,8}[:=]/i;

/**
 * Makes the function that hides secrets in a line of a log whose fields are not known: as in a URL, and all behind the name of a
 * header or of a scheme that has them.
 */
export function createLineMask(names: readonly string[]): (line: string) => string {
  const mask = createMask(names);
  return (line) => {
    // a user may stand in any word
    const words = line.split(/([\s"']+)/).map((word, at) => (at % 2 === 0 ? mask(word) : word));
    const masked = mask(words.join(''));
    const scheme = SCHEME.exec(masked);
    return scheme === null ? masked : masked.slice(0, scheme.index + scheme[0].length) + MASK;
  };
}

function maskUrl(url: string, isSecret: IsSecret): string {
  const text = maskUser(url);
  const named = findInText(text, isSecret);
  if (named === null) return maskParts(text, isSecret);
  const masked = maskParts(text.slice(0, named), isSecret);
  return masked.endsWith(MASK) ? masked : masked + MASK;
}

/** Masks path and query apart, unless a secret begins in the path: it may have a `?` in it, as in a form. */
function maskParts(text: string, isSecret: IsSecret): string {
  const query = text.indexOf('?') + 1;
  const path = text.slice(0, query);
  return maskPieces(path, isSecret) === path
    ? path + maskPieces(text.slice(query), isSecret)
    : maskPieces(text, isSecret);
}

function maskPieces(text: string, isSecret: IsSecret): string {
  // pieces and separators take turns
  const parts = text.split(PIECES);
  return parts
    .map((part, index) => (index % 2 === 0 ? maskNested(part, MAX_DECODINGS, isSecret) : part))
    .join('');
}

/** Hides everything behind the first secret name of a text that has one value, itself perhaps a URL or JSON. */
function maskNested(text: string, decodings: number, isSecret: IsSecret): string {
  const start = findSecret(text, isSecret);
  if (start !== null) return text.slice(0, start) + MASK;
  if (!ENCODED.test(text)) return text;
  if (decodings === 0) return MASK;
  const value = findValue(text);
  const decoded = decodePercent(text.slice(value));
  const masked = maskNested(maskUser(decoded), decodings - 1, isSecret);
  return masked === decoded ? text : text.slice(0, value) + encodePercent(masked);
}

/** @returns where the value of the first secret name begins; null if there is none */
function findSecret(text: string, isSecret: IsSecret): number | null {
  return findFirst([findNamed(text, PARAMETER, isSecret), findInText(text, isSecret)]);
}

function findInText(text: string, isSecret: IsSecret): number | null {
  return TEXT_NAME_END.test(text)
    ? findFirst(TEXT_NAMES.map((naming) => findNamed(text, naming, isSecret)))
    : null;
}

function findFirst(places: readonly (number | null)[]): number | null {
  const found = places.filter((place) => place !== null);
  return found.length === 0 ? null : Math.min(...found);
}

function findNamed(text: string, { start, end }: Naming, isSecret: IsSecret): number | null {
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(end)) {
    const nameAt = findStart(text, start, from, index);
    const name = decodeFully(text.slice(nameAt, index));
    from = index + mark.length;
    // what holds a value itself once decoded is no name: its secret stands before this place
    if (!hasValue(name) && isSecret(undoEscapes(name)) && !isPort(text, nameAt, from)) return from;
  }
  return null;
}

/** Whether what stands at a place is the port of the host whose name begins at `hostAt`. */
function isPort(text: string, hostAt: number, at: number): boolean {
  return text.slice(hostAt - 2, hostAt) === '//' && PORT.test(text.slice(at, at + 'ddddd/?'.length));
}

/** Walks back from the end of a name to its start. */
function findStart(text: string, start: RegExp, from: number, end: number): number {
  let at = end;
  while (at > from && !start.test(text.charAt(at - 1))) at--;
  return at;
}

/** Where the value of a text begins: behind its first name, or at 0 if that name holds a value itself once decoded. */
function findValue(text: string): number {
  const end = text.indexOf('=') + 1;
  const name = decodeFully(text.slice(0, Math.max(end - 1, 0)));
  return hasValue(name) || ENCODED.test(name) ? 0 : end;
}

function hasValue(text: string): boolean {
  return /[=:>]/.test(text);
}

function undoEscapes(name: string): string {
  return name.includes('\\')
    ? name.replace(ESCAPED, (_, long: string | undefined, short: string) =>
        String.fromCharCode(Number.parseInt(long ?? short, 16)),
      )
    : name;
}

function decodeFully(text: string): string {
  let decoded = text;
  for (let round = 0; round < MAX_DECODINGS && ENCODED.test(decoded); round++)
    decoded = decodePercent(decoded);
  return decoded;
}

function maskUser(text: string): string {
  return text.includes('@') ? text.replace(USER, `$1${MASK}@`) : text;
}
