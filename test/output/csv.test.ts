import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCsvRecord } from '../../src/output/text.js';
import { countRuns } from '../support/random-runs.js';

/** Reads records by the grammar of RFC 4180, strictly. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const record: string[] = [];
    for (let separator = ','; separator === ','; ) {
      const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
      if (match === null) throw new Error(`not RFC 4180: ${JSON.stringify(rest)}`);
      record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
      separator = match[3] ?? '';
      rest = rest.slice(match[0].length);
    }
    records.push(record);
  }
  return records;
}

describe('a CSV record', () => {
  test('ends with CR LF and separates its cells by commas', () => {
    expect(formatCsvRecord(['site', 7, 'core.photo', 0])).toBe('site,7,core.photo,0\r\n');
  });

  test('quotes cells with a comma, a quote or a line end, and doubles the quotes', () => {
    expect(formatCsvRecord(['a,b', 'say "hi"', 'two\nlines', 'cr\rhere', 'plain text'])).toBe(
      '"a,b","say ""hi""","two\nlines","cr\rhere",plain text\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://www.example.org/","x")'])(
    'defuses the formula %s with an apostrophe',
    (formula) => {
      expect(readCsv(formatCsvRecord([formula, 'next']))).toEqual([[`'${formula}`, 'next']]);
    },
  );

  test('defuses formulas behind a tab or a CR', () => {
    expect(formatCsvRecord(['\t=1+1', '\r=1+1'])).toBe('\'\t=1+1,"\'\r=1+1"\r\n');
  });

  test('leaves numbers as they are, negative ones too', () => {
    expect(formatCsvRecord([-1, 0, 1234567])).toBe('-1,0,1234567\r\n');
  });

  test('leaves the signs of a formula inside a text as they are', () => {
    expect(formatCsvRecord(['a=1', 'the-long-way', 'a@example.org', ' '])).toBe(
      'a=1,the-long-way,a@example.org, \r\n',
    );
  });

  test('is read back by RFC 4180 as it was, whatever its text, and no cell begins a formula', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'",\r\n=+-@\ta') }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1 })), (records) => {
        const read = readCsv(records.map(formatCsvRecord).join(''));
        expect(read).toEqual(
          records.map((cells) =>
            cells.map((text) => ('=+-@\t\r\n'.includes(text.charAt(0) || 'a') ? `'${text}` : text)),
          ),
        );
      }),
      { numRuns: countRuns(500) },
    );
  });
});
