import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { groupDays } from '../../src/output/day-chart.js';
import { formatObjectText } from '../../src/output/show.js';
import { NO_TERMINAL } from '../../src/output/terminal.js';
import type { Named } from '../../src/report/labels.js';
import type { ObjectHistory } from '../../src/report/objects.js';

const OBJECT: Named<ObjectHistory> = {
  ...{ site: 'default', contentType: '7', objectId: '1', hits: 1203, rank: 2, objects: 1999 },
  ...{ firstHitOn: '2026-04-10', lastHitOn: '2026-04-14', name: 'photo', label: 'Sunset' },
  period: { since: null, until: null },
  countedSince: null,
  foldedMonths: [],
  bestDay: { day: '2026-04-10', hits: 1200 },
  days: [
    { day: '2026-04-10', hits: 1200 },
    { day: '2026-04-14', hits: 3 },
  ],
};

describe('one object', () => {
  it('is drawn by months if some of its days are folded', () => {
    const days = [
      { day: '2026-03-02', hits: 7, foldedUntil: '2026-03-30' },
      { day: '2026-04-01', hits: 2 },
    ];
    const { title, rows } = groupDays(days, { since: '2026-03-02', until: '2026-04-10' });
    expect({ title, rows }).toEqual({
      title: 'month',
      rows: [
        { label: '2026-03', hits: 7 },
        { label: '2026-04', hits: 2 },
      ],
    });
  });

  it('says which months cannot be divided', () => {
    const text = formatObjectText(
      { ...OBJECT, foldedMonths: ['2026-01', '2026-02', '2026-03'] },
      NO_TERMINAL,
    );
    expect(text).toContain('the days of 2026-01, 2026-02 and 2026-03 are folded');
  });

  it('has its facts, and a line for each day, without hits too', () => {
    expect(formatObjectText(OBJECT, NO_TERMINAL)).toBe(`photo (7) 1 of site default
Sunset
hits  1,203, from 2026-04-10 to 2026-04-14
rank  2 of 1,999
best  1,200 on 2026-04-10

day          hits
2026-04-10  1,200  ████████████████████████████████████████
2026-04-11      0
2026-04-12      0
2026-04-13      0
2026-04-14      3  ▏
`);
  });

  it('tells a period, within which it may have no hits', () => {
    const period = { since: '2026-04-13', until: '2026-04-14' };
    const days = [{ day: '2026-04-14', hits: 3 }];
    const told = { ...OBJECT, name: null, label: null, period, days, hits: 3, bestDay: days[0] ?? null };
    expect(formatObjectText({ ...told, rank: 5, objects: 9 }, NO_TERMINAL)).toBe(`7 1 of site default
hits  3, 2026-04-13 to 2026-04-14
rank  5 of 9
best  3 on 2026-04-14
seen  2026-04-10 to 2026-04-14

day         hits
2026-04-13     0
2026-04-14     3  ████████████████████████████████████████
`);
    const none = { ...told, period: { since: null, until: '2025-12-31' }, days: [], hits: 0, bestDay: null };
    expect(formatObjectText({ ...none, rank: 1, objects: 0 }, NO_TERMINAL)).toBe(`7 1 of site default
hits  0, until 2025-12-31
seen  2026-04-10 to 2026-04-14
`);
  });

  it('says since when its site is counted, and draws no days before as days without hits', () => {
    const period = { since: '2026-04-01', until: '2026-04-14' };
    const text = formatObjectText({ ...OBJECT, period, countedSince: '2026-04-10' }, NO_TERMINAL);
    expect(text).toContain('hits  1,203, 2026-04-01 to 2026-04-14, counted only since 2026-04-10\n');
    expect(text).toContain('day          hits\n2026-04-10  1,200');
  });

  it.each([20, 30, 80, 300])('has a chart that fits a terminal of %i columns', (columns) => {
    const text = formatObjectText(OBJECT, { columns, hasColors: false });
    const [, chart = ''] = text.split('\n\n');
    for (const line of chart.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(chart).toContain('█');
    const colored = formatObjectText(OBJECT, { columns, hasColors: true });
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(text);
    expect(colored).not.toBe(text);
  });

  it('shows what a terminal would obey', () => {
    const text = formatObjectText(
      { ...OBJECT, site: '\u001bs', objectId: '\u202e1', name: '\u0007n', label: 'a\nb' },
      NO_TERMINAL,
    );
    expect(text.split('\n').slice(0, 2)).toEqual(['\\x07n (7) \\xe2\\x80\\xae1 of site \\x1bs', 'a\\x0ab']);
  });
});

describe('the lines of a chart', () => {
  it.each([
    ['2026-04-01', '2026-04-01', 'day', 1, '2026-04-01', '2026-04-01'],
    ['2026-03-01', '2026-03-31', 'day', 31, '2026-03-01', '2026-03-31'],
    // 2026-04-01 is a Wednesday
    ['2026-04-01', '2026-05-02', 'week of', 5, '2026-03-30', '2026-04-27'],
    ['2025-12-01', '2026-11-30', 'month', 12, '2025-12', '2026-11'],
    ['2020-06-15', '2026-04-14', 'year', 7, '2020', '2026'],
  ])('for %s to %s are each a %s', (since, until, title, count, first, last) => {
    const days = [...new Set([since, until])].map((day) => ({ day, hits: 5 }));
    const groups = groupDays(days, { since, until });
    expect(groups.title).toBe(title);
    expect(groups.rows.map((row) => row.label)).toHaveLength(count);
    expect(groups.rows[0]).toEqual({ label: first, hits: 5 });
    expect(groups.rows.at(-1)).toEqual({ label: last, hits: 5 });
  });

  it('lose no hit, whatever the unit', () => {
    const start = Date.parse('2021-01-01T00:00:00Z');
    for (const length of [10, 100, 800, 3000]) {
      const days = Array.from({ length }, (_, at) => ({
        day: new Date(start + at * 86_400_000).toISOString().slice(0, 10),
        hits: at + 1,
      }));
      const { rows } = groupDays(days, { since: '2021-01-01', until: days.at(-1)?.day ?? '' });
      expect(rows.length).toBeLessThanOrEqual(31);
      expect(rows.reduce((sum, row) => sum + row.hits, 0)).toBe((length * (length + 1)) / 2);
    }
  });
});
