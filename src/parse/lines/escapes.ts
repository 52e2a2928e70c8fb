/**
 * Turns a field as the server wrote it into text. Lines are read as latin1, one character a byte, so that
 * any bytes survive; only here do bytes become UTF-8.
 *
 * Apache escapes `"`, `\`, control bytes as `\"`, `\\`, `\n`, `\t`, `\xhh` (mod_log_config, "Format Notes",
 * util.c ap_escape_logitem); nginx writes `\xHH` for `"`, `\`, and bytes below 32 or above 126 (log_format escape=default).
 */
import { toVisibleByte, toVisibleCharacter } from '../../visible-text.js';

const PLAIN_ASCII = /^[\x20-\x5b\x5d-\x7e]*$/;
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|(["\\bnrtvf]))/g;
/** What follows the backslash if a byte is shown as `\xhh`: one of those that are shown so, `\x5c` among them; an expression. */
export const VISIBLE_BYTE = 'x(?:[0189a-f][0-9a-f]|7f|5c)';
/** A backslash that, left as it is, would read as the beginning of a byte. */
const LOOKALIKE = new RegExp(`\\\\(?=${VISIBLE_BYTE})`, 'g');
/** The controls of ASCII and of Latin-1 (C0, DEL, C1): what a terminal would act on. */
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;

/** What a letter, a quote or a backslash behind a backslash stands for. */
export const BYTE_OF_LETTER: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  f: '\f',
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes one field: escapes become the bytes they stand for, the bytes are read as UTF-8.
 * Control characters and bytes that are not UTF-8 stay visible as `\xhh`; a backslash that would look like the beginning of
 * one is `\x5c`, so that different bytes are different texts.
 *
 * @param raw the field as logged, one character a byte (latin1)
 */
export function decodeField(raw: string): string {
  if (PLAIN_ASCII.test(raw)) return raw;
  const bytes = raw.includes('\\') ? unescapeBytes(raw) : raw;
  return decodeBytes(hideLookalikes(bytes)).replace(CONTROL, toVisibleCharacter);
}

/** Writes a backslash before `xhh` as `\x5c`: in a decoded text only a byte is `\xhh`. */
function hideLookalikes(text: string): string {
  return text.includes('\\') ? text.replace(LOOKALIKE, '\\x5c') : text;
}

/** Replaces the servers' escapes by the bytes they stand for, still one character a byte; unknown escapes stay. */
function unescapeBytes(raw: string): string {
  return raw.replace(ESCAPE, (whole, hex: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) return readHexByte(hex);
    return (letter !== undefined ? BYTE_OF_LETTER[letter] : undefined) ?? whole;
  });
}

/** The byte of two hexadecimal digits, as a character of latin1. */
export function readHexByte(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function decodeBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    return strictUtf8.decode(buffer);
  } catch {
    return decodePiecewise(buffer);
  }
}

/** Decodes what is UTF-8 and writes every other byte as `\xhh`. */
function decodePiecewise(buffer: Buffer): string {
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const length = findSequenceLength(buffer, at);
    if (length === 0) {
      text += toVisibleByte(buffer[at] ?? 0);
      at += 1;
    } else {
      text += buffer.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}

/** Bytes of the valid UTF-8 sequence that starts at `at` (RFC 3629, no overlong forms, no surrogates), or 0. */
function findSequenceLength(buffer: Buffer, at: number): number {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (first < 0xc2 || length === 0 || at + length > buffer.length) return 0;
  try {
    strictUtf8.decode(buffer.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
