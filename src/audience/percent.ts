/** Percent-encoding (RFC 3986, 2.1) of texts that anyone may have written. */
import { Buffer, isUtf8 } from 'node:buffer';
import { toVisibleByte } from '../visible-text.js';

const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;
const LONE_SURROGATE = /\p{Cs}/gu;

/** Lengths of a character in UTF-8. */
const SEQUENCE_BYTES = [1, 2, 3, 4];

/** Decodes `%hh`, once. What is not UTF-8 becomes `\xhh`, and a `%` that encodes nothing stays. */
export function decodePercent(text: string): string {
  return text.includes('%') ? text.replace(ENCODED, decodeRun) : text;
}

/** Encodes all but the plainest characters, as `encodeURIComponent` does, and never throws. */
export function encodePercent(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'));
}

/** Cuts a text to a number of UTF-16 units, and never within a character. */
export function cutText(text: string, units: number): string {
  return text.length <= units ? text : text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
}

function decodeRun(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = SEQUENCE_BYTES.find((each) => isUtf8(bytes.subarray(at, at + each)));
    text += length === undefined ? toVisibleByte(bytes[at] ?? 0) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}
