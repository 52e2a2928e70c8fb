// Reads lines of `combined` logs, with or without the virtual host before them, in the plainest way: one expression, no code of the program.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const COMMON = String.raw`([^ ]+) ([^ ]+) (.+?) \[(\d\d)/(\w{3})/(\d{4}):(\d\d):\d\d:\d\d [+-]\d{4}\] ${QUOTED} (\d{3}|-) (\d+|-)`;
const COMBINED = `${COMMON} ${QUOTED} ${QUOTED}`;

/** A line of each format; the first group is the virtual host, which most do not have. */
const FORMATS = {
  common: new RegExp(`^()${COMMON}$`),
  combined: new RegExp(`^()${COMBINED}$`),
  combined_forwarded: new RegExp(`^()${COMBINED} "[^"]*"$`),
  vhost_combined: new RegExp(`^([^ ]+:\\d+) ${COMBINED}$`),
};

export type PlainFormat = keyof typeof FORMATS;

const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ( *[^ ].*) [Hh][Tt][Tt][Pp]\/\d+(?:\.\d+)?$/;

export interface PlainLine {
  readonly virtualHost: string | null;
  readonly address: string;
  readonly day: string;
  readonly hour: number;
  readonly method: string | null;
  /** Decoded, without query; null if there is none. */
  readonly path: string | null;
  readonly status: string | null;
  readonly bytes: number | null;
  readonly referrer: string;
  readonly agent: string | null;
}

/** @returns null if it is no line of the format */
export function readPlainLine(line: string, format: PlainFormat): PlainLine | null {
  const match = FORMATS[format].exec(line);
  if (match === null) return null;
  const [, host, address = '', , , day, month = '', year, hour, request = '', status, size, referrer, agent] =
    match;
  const [, method = null, target = null] = REQUEST.exec(request) ?? [];
  return {
    virtualHost: host === '' ? null : (host?.replace(/:\d+$/, '').toLowerCase() ?? null),
    address,
    day: `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`,
    hour: Number(hour),
    method,
    path: target === null ? null : toPath(toText(target)),
    status: status === '-' ? null : (status ?? null),
    bytes: size === '-' ? null : Number(size),
    referrer: referrer === undefined || referrer === '-' ? '' : toText(referrer),
    agent: agent === undefined || agent === '-' ? null : toText(agent),
  };
}

const LETTERS: Readonly<Record<string, string>> = { b: '\b', n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };
const toHex = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`;

/** Undoes what servers escape; what is not UTF-8, and controls, become `\xhh`, and a backslash before such text `\x5c`. */
function toText(raw: string): string {
  const bytes = raw.replace(/\\(?:x([0-9A-Fa-f]{2})|(["\\bnrtvf]))/g, (_, hex?: string, letter = '') =>
    hex === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const [byte, length, character] = readCharacter(bytes, at);
    const isLookalike = byte === 0x5c && /^\\x(?:[0189a-f][0-9a-f]|7f|5c)/.test(bytes.slice(at));
    const isControl = byte < 0x20 || byte === 0x7f;
    if (character === null || isLookalike || isControl) text += toHex(byte);
    else if (/[\x80-\x9f]/.test(character)) text += [...Buffer.from(character)].map(toHex).join('');
    else text += character;
    at += length;
  }
  return text;
}

/** The first byte, the bytes of the character, and the character; null if it is not UTF-8. */
function readCharacter(
  bytes: string,
  at: number,
): readonly [byte: number, length: number, character: string | null] {
  const byte = bytes.charCodeAt(at);
  for (const length of [1, 2, 3, 4]) {
    try {
      const piece = Buffer.from(bytes.slice(at, at + length), 'latin1');
      return [byte, length, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(piece)];
    } catch {}
  }
  return [byte, 1, null];
}

/** The path of a target, decoded but for `%2F` and `%25`, as far as it is UTF-8; null for `*` and `host:443`. */
function toPath(target: string): string | null {
  const [beforeQuery = ''] = target.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, '').split(/[?#]/);
  if (beforeQuery === '') return '/';
  if (!beforeQuery.startsWith('/')) return null;
  try {
    decodeURIComponent(beforeQuery);
    const parts = beforeQuery.split(/(%2F|%25)/i);
    return parts.map((part) => (/^%2(?:F|5)$/i.test(part) ? part : decodeURIComponent(part))).join('');
  } catch {
    return beforeQuery;
  }
}
