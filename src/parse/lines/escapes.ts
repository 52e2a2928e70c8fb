/**
 * Turns a field as the server wrote it into text. Lines are read as latin1, one character a byte, so that
 * any bytes survive; only here do bytes become UTF-8.
 *
 * Apache escapes `"`, `\`, control bytes as `\"`, `\\`, `\n`, `\t`, `\xhh` (mod_log_config, "Format Notes",
 * util.c ap_escape_logitem); nginx writes `\xHH` for `"`, `\`, and bytes below 32 or above 126 (log_format escape=default).
 */
import { isUtf8 } from 'node:buffer';
import { showControls, toVisibleByte } from '../../visible-text.js';

const PLAIN_ASCII = /^[\x20-\x5b\x5d-\x7e]*$/;
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|(["\\bnrtvf]))/g;
/** What follows the backslash if a byte is shown as `\xhh`: one of those that are shown so, `\x5c` among them; an expression. */
export const VISIBLE_BYTE = 'x(?:[0189a-f][0-9a-f]|7f|5c)';
/** A backslash that, left as it is, would read as the beginning of a byte. */
const LOOKALIKE = new RegExp(`\\\\(?=${VISIBLE_BYTE})`, 'g');

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

/** The lengths that a character may have in UTF-8. */
const SEQUENCE_BYTES = [1, 2, 3, 4];

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
  return showControls(decodeBytes(hideLookalikes(bytes)));
}

/** Decodes a field of a program that writes a backslash as it is. */
export function decodePlain(raw: string): string {
  return decodeField(raw.replaceAll('\\', '\\\\'));
}

/** Writes a backslash before `xhh` as `\x5c`: in a decoded text only a byte is `\xhh`. */
function hideLookalikes(text: string): string {
  return text.includes('\\') ? text.replace(LOOKALIKE, '\\x5c') : text;
}

/** Replaces the servers' escapes by the bytes they stand for, still one character a byte; unknown escapes stay. */
function unescapeBytes(raw: string): string {
  return raw.replace(ESCAPE, (whole, hex?: string, letter = '') =>
    hex === undefined ? (BYTE_OF_LETTER[letter] ?? whole) : readHexByte(hex),
  );
}

/** The byte of two hexadecimal digits, as a character of latin1. */
export function readHexByte(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function decodeBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : decodePiecewise(buffer);
}

/** Decodes what is UTF-8 and writes every other byte as `\xhh`. */
function decodePiecewise(buffer: Buffer): string {
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const length = SEQUENCE_BYTES.find((bytes) => isUtf8(buffer.subarray(at, at + bytes)));
    text += length === undefined ? toVisibleByte(buffer[at] ?? 0) : buffer.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}
