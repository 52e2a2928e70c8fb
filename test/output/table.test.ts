import { describe, expect, test } from 'vitest';
import { type Column, formatTable, wrapWords } from '../../src/output/table.js';

const COLUMNS: readonly Column[] = [
  { title: 'rank', align: 'right' },
  { title: 'object', align: 'left' },
  { title: 'hits', align: 'right' },
];

describe('a table', () => {
  test('has columns as wide as their widest cell, numbers to the right, and no space at the end of a line', () => {
    const columns: readonly Column[] = [...COLUMNS, { title: 'last day', align: 'left' }];
    const rows = [
      ['1', 'the-long-way', '1,234,567', 'x'],
      ['12', 'a', '5', ''],
    ];
    expect(formatTable(columns, rows).split('\n')).toEqual([
      'rank  object             hits  last day',
      '   1  the-long-way  1,234,567  x',
      '  12  a                     5',
      '',
    ]);
  });

  test('is its titles alone where there are no rows', () => {
    expect(formatTable(COLUMNS, [])).toBe('rank  object  hits\n');
  });

  test('counts a wide character as two columns, a combining one as none', () => {
    const rows = [
      ['1', '日本語', '1'],
      ['2', 'cafe\u0301', '2'],
      ['3', 'abcdef', '3'],
      ['4', '😀', '4'],
    ];
    expect(formatTable(COLUMNS, rows).split('\n')).toEqual([
      'rank  object  hits',
      '   1  日本語     1',
      '   2  cafe\u0301       2',
      '   3  abcdef     3',
      '   4  😀         4',
      '',
    ]);
  });

  test('shows what would move the cursor or turn the text around, and stays aligned', () => {
    const rows = [
      ['1', '\x1b[2Jx', '1'],
      ['2', 'a\nb', '2'],
      ['3', '\u202egpj.exe', '3'],
      ['4', 'plain', '4'],
    ];
    expect(formatTable(COLUMNS, rows).split('\n')).toEqual([
      'rank  object               hits',
      '   1  \\x1b[2Jx                1',
      '   2  a\\x0ab                  2',
      '   3  \\xe2\\x80\\xaegpj.exe     3',
      '   4  plain                   4',
      '',
    ]);
  });
});

describe('words on a terminal', () => {
  test('are broken between, and never within', () => {
    expect(wrapWords('first day 2026-11-22, 日本語 x', 12)).toBe('first day\n2026-11-22,\n日本語 x');
    expect(wrapWords('a https://www.example.com/ b', 10)).toBe('a\nhttps://www.example.com/\nb');
    expect(wrapWords('one line', null)).toBe('one line');
  });
});
