import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeField } from '../../src/parse/lines/escapes.js';
import { countRuns } from '../support/random-runs.js';

const RUNS = { numRuns: countRuns(1000) };
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** Any bytes as latin1, with what an escape or a UTF-8 sequence is made of more often than the others. */
const rawField = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\\',
      '\\x',
      '"',
      'n',
      'x',
      'c3',
      'A4',
      'e',
      '\xc3',
      '\xa4',
      '\xe2',
      '\x80',
      '\xf0',
      '\xed',
    ),
    fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  ),
  maxLength: 60,
});

/** Text without controls, which come back as `\xhh`. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((each) => !CONTROL.test(each));

function toBytes(decoded: string): number[] {
  return [...Buffer.from(decoded, 'utf8')];
}

/** Writes text as Apache does (util.c, ap_escape_logitem). */
function escapeAsApache(value: string): string {
  return toBytes(value)
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (character === '"' || character === '\\') return `\\${character}`;
      return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : character;
    })
    .join('');
}

/** Writes text as nginx does (log_format, escape=default). */
function escapeAsNginx(value: string): string {
  return toBytes(value)
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const isEscaped = byte < 0x20 || byte > 0x7e || character === '"' || character === '\\';
      return isEscaped ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}` : character;
    })
    .join('');
}

/** The bytes, as latin1, that a decoded text stands for. */
function toSent(decoded: string): string {
  return Buffer.from(decoded, 'utf8')
    .toString('latin1')
    .replace(/\\x([0189a-f][0-9a-f]|7f|5c)/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

describe('a decoded field', () => {
  test('is text without control characters, whatever the bytes', () => {
    fc.assert(
      fc.property(rawField, (raw) => {
        const decoded = decodeField(raw);
        expect(decoded).not.toMatch(CONTROL);
        expect(Buffer.from(decoded, 'utf8').toString('utf8'), 'well formed').toBe(decoded);
      }),
      RUNS,
    );
  });

  test('is the field itself where it is printable ASCII without a backslash', () => {
    const ascii = fc.string({ unit: 'grapheme-ascii' }).filter((each) => !each.includes('\\'));
    fc.assert(
      fc.property(ascii, (raw) => {
        expect(decodeField(raw)).toBe(raw);
      }),
      RUNS,
    );
  });

  test('is what the client sent, after Apache or nginx escaped it', () => {
    fc.assert(
      fc.property(text, (sent) => {
        const shown = sent.replace(/\\(?=x(?:[0189a-f][0-9a-f]|7f|5c))/g, '\\x5c');
        expect(decodeField(escapeAsApache(sent))).toBe(shown);
        expect(decodeField(escapeAsNginx(sent))).toBe(shown);
      }),
      RUNS,
    );
  });

  test('is what the client sent, where a server logs its UTF-8 as it is', () => {
    const unescaped = text.filter((each) => !each.includes('\\'));
    fc.assert(
      fc.property(unescaped, (sent) => {
        expect(decodeField(Buffer.from(sent, 'utf8').toString('latin1'))).toBe(sent);
      }),
      RUNS,
    );
  });

  test.each([
    ['every byte of invalid UTF-8', 'a\xe4b\xff', 'a\\xe4b\\xff'],
    ['a sequence that is cut off at the end', 'a\xe2\x82', 'a\\xe2\\x82'],
    ['an overlong form', '\xc0\xaf\xe0\x80\xaf', '\\xc0\\xaf\\xe0\\x80\\xaf'],
    ['a surrogate', '\xed\xa0\x80', '\\xed\\xa0\\x80'],
    ['what is beyond Unicode', '\xf4\x90\x80\x80\xf8', '\\xf4\\x90\\x80\\x80\\xf8'],
    ['control bytes', '\0\x07\x1b\x7f', '\\x00\\x07\\x1b\\x7f'],
    ['escaped control bytes', '\\n\\t\\r\\v\\f\\b\\x1B', '\\x0a\\x09\\x0d\\x0b\\x0c\\x08\\x1b'],
    ['control characters of two bytes', '\xc2\x85\xc2\x9b', '\\xc2\\x85\\xc2\\x9b'],
    ['escapes that no server writes', '\\q\\x4\\xg0\\', '\\q\\x4\\xg0\\'],
  ])('shows %s', (_, raw, decoded) => {
    expect(decodeField(raw)).toBe(decoded);
  });

  test('is another one wherever the bytes are others: a backslash before xhh is no byte', () => {
    expect(decodeField('/a\\x5Cxed')).toBe('/a\\x5cxed');
    expect(decodeField('/a\\xED')).toBe('/a\\xed');
    expect(decodeField('/a\\\\xed')).toBe('/a\\x5cxed');
    const bytes = fc.string({
      unit: fc.constantFrom(
        '\\',
        '\\',
        'x',
        '5',
        'c',
        'e',
        'd',
        'E',
        '\xed',
        '\xc3',
        '\xa4',
        '\0',
        '\x85',
        '\xc2',
      ),
      maxLength: 8,
    });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const toLogged = (sent: string) => sent.replaceAll('\\', '\\\\');
        expect(decodeField(toLogged(one)) === decodeField(toLogged(other))).toBe(one === other);
        expect(toSent(decodeField(toLogged(one)))).toBe(one);
      }),
      { numRuns: countRuns(4000) },
    );
  });

  test('unescapes once: an escaped backslash does not begin another escape', () => {
    expect(decodeField('\\\\n')).toBe('\\n');
    expect(decodeField('\\\\\\"')).toBe('\\"');
    expect(decodeField('\\x5cn')).toBe('\\n');
  });

  test('joins bytes to one character, whether they are escaped or not', () => {
    expect(decodeField('\\xC3\xa4 \\xe2\x82\\xAC')).toBe('ä €');
  });
});
