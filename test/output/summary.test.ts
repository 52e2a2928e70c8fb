// How summaries look in a narrow terminal, and which of their columns and lists are shown.

import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { formatSummaryText } from '../../src/output/summary.js';
import { NO_TERMINAL } from '../../src/output/terminal.js';
import type { KeptSummary } from '../../src/report/summaries/summaries.js';
import type { SummaryList, SummaryName } from '../../src/report/summaries/summary-shape.js';

const PERIOD = { since: null, until: null };

const OBJECTS: SummaryList = {
  ...{ name: 'object', keys: ['site', 'contentType', 'objectId', 'name', 'label'], total: 100, count: 9 },
  values: ['bytes', 'requests'],
  rows: [['www.example.com', '7', '5', 'photo', 'Fotografie eines Sonnenuntergangs', 123_456, 1000]],
};

function format(name: SummaryName, lists: readonly SummaryList[], columns: number | null): string {
  const summary: KeptSummary = {
    ...{ name, lists, days: { since: '2026-10-01', until: '2026-11-22' }, otherDays: null, foldedMonths: [] },
    kept: { since: '2026-10-01', requests: 20_000, without: 1000 },
  };
  return formatSummaryText(summary, { period: PERIOD }, { ...NO_TERMINAL, columns });
}

describe('a summary in a narrow terminal', () => {
  it.for([
    { values: ['bytes', 'requests'], kept: 'bytes' },
    { values: ['visitorDays', 'requests'], kept: 'visitor-days' },
  ] as const)('keeps the column that it is sorted by: $kept', ({ values, kept }) => {
    for (const columns of [44, 60]) {
      const text = format('bytes', [{ ...OBJECTS, values, alike: ['site'] }], columns);
      const lines = text.split('\n');
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
      expect(text).toMatch(new RegExp(`^content type +object.* ${kept}`, 'm'));
      expect(text.replaceAll('\n', ' ')).toContain('last day 2026-11-22; runs keep it since 2026-10-01');
    }
  });
});

describe('the columns of a summary', () => {
  it('have the site unless all objects are of one, shown or not', () => {
    expect(format('bytes', [OBJECTS], null)).toMatch(/^site +content type/m);
    expect(format('bytes', [{ ...OBJECTS, alike: ['site'] }], null)).toMatch(/^content type/m);
  });

  it('have what the list is about, also if nothing is known of it any more', () => {
    const list: SummaryList = {
      ...{ name: 'network', keys: ['network', 'country'], values: ['requests'], total: 3, count: 2 },
      rows: [
        [null, 'DE', 2],
        [null, 'CH', 1],
      ],
    };
    expect(format('clients', [list], null)).toMatch(/^network +country +requests/m);
  });
});
