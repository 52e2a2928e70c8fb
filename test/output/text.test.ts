import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNumberOf,
  toVisibleLine,
  toVisibleText,
} from '../../src/output/text.js';
import { countRuns } from '../support/random-runs.js';

describe('visible text', () => {
  test.each([
    ['NUL', '\0', '\\x00'],
    ['escape', '\x1b[31m', '\\x1b[31m'],
    ['line ends and tabs', '\r\n\t', '\\x0d\\x0a\\x09'],
    ['DEL', '\x7f', '\\x7f'],
    ['a control of Latin-1', '\u009b2J', '\\xc2\\x9b2J'],
    ['right to left override', '\u202e', '\\xe2\\x80\\xae'],
    ['an isolate', '\u2066', '\\xe2\\x81\\xa6'],
    ['right to left mark', '\u200f', '\\xe2\\x80\\x8f'],
    ['zero width space', '\u200b', '\\xe2\\x80\\x8b'],
    ['line separator', '\u2028', '\\xe2\\x80\\xa8'],
    ['byte order mark', '\ufeff', '\\xef\\xbb\\xbf'],
    ['what is kept free for a further mark', '\u2065', '\\xe2\\x81\\xa5'],
    ['a tag beyond 16 bits', '\u{e0041}', '\\xf3\\xa0\\x81\\x81'],
  ])('shows %s as its bytes', (_, hidden, shown) => {
    expect(toVisibleText(`a${hidden}b`)).toBe(`a${shown}b`);
  });

  test('keeps letters of every script, wide characters and emoji', () => {
    for (const text of ['', 'plain', 'grüße', '日本語', 'עברית', 'cafe\u0301', '😀', 'a\\b "c" <d>']) {
      expect(toVisibleText(text)).toBe(text);
    }
  });

  test('has nothing that a terminal acts on, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toVisibleText(text)).not.toMatch(
          /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/,
        );
      }),
      { numRuns: countRuns(1000) },
    );
  });
});

describe('a visible line', () => {
  test('keeps printable ASCII and shows every other byte', () => {
    expect(toVisibleLine('a "b" \\x41 ~', 100)).toBe('a "b" \\x41 ~');
    expect(toVisibleLine('\0\x1b\x7f\x9b\xc3\xa4\r', 100)).toBe('\\x00\\x1b\\x7f\\x9b\\xc3\\xa4\\x0d');
  });

  test('is cut after so many bytes of the line, and says so', () => {
    expect(toVisibleLine('abcd', 4)).toBe('abcd');
    expect(toVisibleLine('abcde', 4)).toBe('abcd...');
    expect(toVisibleLine('\xff\xff\xff', 2)).toBe('\\xff\\xff...');
  });

  test('is printable ASCII, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array).toString('latin1'));
    fc.assert(
      fc.property(bytes, (line) => {
        expect(toVisibleLine(line, 40)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});

describe('numbers', () => {
  test('are grouped by commas, whatever the locale of the machine', () => {
    expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  test('of lines say line or lines', () => {
    expect([0, 1, 2000].map((count) => formatNumberOf(count, 'line'))).toEqual([
      '0 lines',
      '1 line',
      '2,000 lines',
    ]);
  });

  test('of bytes have decimal units with one digit behind the point', () => {
    expect([0, 999, 1000, 5120, 2_500_000, 3e9, 4.2e12, 5e15].map(formatBytes)).toEqual([
      ...['0 bytes', '999 bytes', '1.0 kB', '5.1 kB', '2.5 MB', '3.0 GB', '4.2 TB', '5000.0 TB'],
    ]);
  });
});
