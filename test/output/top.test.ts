import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { formatBar, formatSparkline } from '../../src/output/bars.js';
import { cutMiddle } from '../../src/output/table.js';
import { describeTerminal, NO_TERMINAL } from '../../src/output/terminal.js';
import {
  formatChange,
  formatTopCsv,
  formatTopText,
  type NamedTop,
  type NamedTopObject,
} from '../../src/output/top.js';
import type { TopQuestion } from '../../src/report/top.js';

const QUESTION: TopQuestion = {
  ...{ site: null, contentType: null, limit: 10, sort: 'hits', compare: true, sparkDays: 3 },
  period: { since: null, until: null },
};

const OBJECT: NamedTopObject = {
  ...{ site: 'default', contentType: '7', objectId: '1', hits: 1000, rank: 1, share: 0.5 },
  ...{ firstHitOn: '2026-01-01', lastHitOn: '2026-04-14', previousHits: 800, days: [0, 1, 8] },
  ...{ name: null, label: null },
};

function createTop(...objects: readonly Partial<NamedTopObject>[]): NamedTop {
  return {
    period: { since: '2026-04-08', until: '2026-04-14' },
    previous: { since: '2026-04-01', until: '2026-04-07' },
    ...{ uncounted: [], countedUntil: null, lastDay: '2026-04-14', foldedMonths: [], robots: 0 },
    sparkDays: ['2026-04-12', '2026-04-13', '2026-04-14'],
    objects: objects.map((object) => ({ ...OBJECT, ...object })),
  };
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '=cmd|calc',
  '\u001b]0;owned\u0007\u001b[2J',
  '\u202egpj.exe',
  'x'.repeat(512),
  '日本語'.repeat(50),
  'e\u0301'.repeat(200),
];

describe('a list of objects as text', () => {
  it('has the period, names, labels, shares, last days and the change', () => {
    const top = createTop(
      { name: 'photo', label: 'Sunset' },
      {
        name: 'photo',
        objectId: '2',
        hits: 500,
        rank: 2,
        share: 0.25,
        previousHits: 0,
        firstHitOn: '2026-04-09',
      },
      { name: 'photo', objectId: '3', hits: 1, rank: 3, share: 0.0001, previousHits: 10, days: [0, 0, 0] },
    );
    expect(formatTopText(top, QUESTION, NO_TERMINAL)).toBe(
      `2026-04-08 to 2026-04-14, compared with 2026-04-01 to 2026-04-07

photo (7)
rank  object       hits       change  share              last 3 days  first day   last day
   1  Sunset (1)  1,000  +200 (+25%)  50.0%  ██████████  .▁█          2026-01-01  2026-04-14
   2  2             500          new  25.0%  █████       .▁█          2026-04-09  2026-04-14
   3  3               1    -9 (-90%)  <0.1%  ▏           ...          2026-01-01  2026-04-14
`,
    );
  });

  it.each([20, 40, 60, 80, 120, 200])('fits a terminal of %i columns, whatever the ids are', (columns) => {
    const top = createTop(...HOSTILE.map((objectId) => ({ objectId, label: objectId })));
    const text = formatTopText(top, QUESTION, { columns, hasColors: false });
    // narrower than rank, eight characters of an object, hits and change nothing can be
    const least = Math.max(columns, 43);
    const [, , , ...lines] = text.split('\n');
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(least);
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    if (columns >= 80) expect(text).toContain('alert(1)');
  });

  it('leaves the days out first, then the bar, the last days and the shares', () => {
    const told = [106, 105, 82, 81, 70, 69, 57, 56].map((columns) => {
      const text = formatTopText(createTop({ objectId: 'x'.repeat(24) }), QUESTION, {
        columns,
        hasColors: false,
      });
      const [line = ''] = text.split('\n').filter((each) => each.startsWith('rank'));
      return [line.split(/ {2,}/).slice(4).join(), text.includes('█████')];
    });
    expect(told).toEqual([
      ['share,last 3 days,first day,last day', true],
      ['share,last 3 days', true],
      ['share,last 3 days', true],
      ['share,last 3 days', false],
      ['share,last 3 days', false],
      ['share', false],
      ['share', false],
      ['', false],
    ]);
  });

  it('is never cut and has no colours where it is piped', () => {
    const text = formatTopText(
      createTop(...HOSTILE.map((objectId) => ({ objectId }))),
      QUESTION,
      NO_TERMINAL,
    );
    expect(text).toContain('x'.repeat(512));
    expect(text).toContain('日本語'.repeat(50));
    expect(text).toContain('\\x1b]0;owned\\x07\\x1b[2J');
    expect(text).toContain('\\xe2\\x80\\xaegpj.exe');
    expect(text).not.toContain('\u001b');
  });

  it('has colours on a terminal that change no width', () => {
    const top = createTop({}, { previousHits: 2000 }, { previousHits: 1000 });
    const plain = formatTopText(top, QUESTION, { columns: 80, hasColors: false });
    const colored = formatTopText(top, QUESTION, { columns: 80, hasColors: true });
    expect(colored).toContain('\u001b[32m+200 (+25%)\u001b[39m');
    expect(colored).toContain('\u001b[31m-1,000 (-50%)\u001b[39m');
    expect(colored).toContain('\u001b[2m██████████\u001b[22m');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('says what there is none of', () => {
    const none = createTop();
    expect(formatTopText(none, QUESTION, NO_TERMINAL)).toMatch(
      /^2026-04-08 to .*\n\nno hits; the last day with hits is 2026-04-14\n$/,
    );
    expect(formatTopText(none, { ...QUESTION, sort: 'rising' }, NO_TERMINAL)).toContain(
      'no object has more hits',
    );
    expect(formatTopText(none, { ...QUESTION, sort: 'new' }, NO_TERMINAL)).toContain('its first hit');
    const empty = { ...none, sparkDays: [], lastDay: null };
    expect(formatTopText(empty, QUESTION, NO_TERMINAL)).toBe('nothing has been counted yet\n');
  });

  it('shows hostile names of sites and types as they are written', () => {
    const top = createTop({ site: '\u001b[2Ja', name: '\u202ex' }, { site: 'b' });
    const text = formatTopText(top, QUESTION, NO_TERMINAL);
    expect(text).toContain('\\x1b[2Ja  \\xe2\\x80\\xaex (7)');
  });
});

describe('a list of objects as comma-separated values', () => {
  it('has no formula in any text', () => {
    const csv = formatTopCsv(createTop({ objectId: '=cmd|calc', label: '@x', name: '+1', site: '-s' }));
    expect(csv.split('\r\n')[1]).toBe("'-s,7,1,'=cmd|calc,1000,2026-01-01,2026-04-14,'+1,'@x,0.5,800");
  });
});

describe('a change', () => {
  it.each([
    [15, 10, false, '+5 (+50%)'],
    [10, 10, false, '0'],
    [0, 10, false, '-10 (-100%)'],
    [5, 0, false, '+5'],
    [5, 0, true, 'new'],
    [3_000_000, 1, false, '+2,999,999 (+299,999,900%)'],
  ])('of %i after %i is told', (hits, before, isFirst, expected) => {
    expect(formatChange(hits, before, isFirst)).toBe(expected);
  });
});

describe('bars', () => {
  it('are as long as their part of the whole, in eighths, and seen where there is anything', () => {
    expect(formatBar(10, 10, 4)).toBe('████');
    expect(formatBar(5, 10, 4)).toBe('██');
    expect(formatBar(1, 32, 4)).toBe('▏');
    expect(formatBar(7, 32, 4)).toBe('▉');
    expect(formatBar(1, 1e9, 4)).toBe('▏');
    expect(formatBar(0, 10, 4)).toBe('');
    expect(formatBar(0, 0, 4)).toBe('');
  });

  it('stand upright in a sparkline, with a dot for none', () => {
    expect(formatSparkline([0, 1, 4, 8])).toBe('.▁▄█');
    expect(formatSparkline([0, 0])).toBe('..');
    expect(formatSparkline([1])).toBe('█');
    expect(formatSparkline([])).toBe('');
  });
});

describe('text that is cut in the middle', () => {
  it('is as wide as asked for at most, and keeps its ends', () => {
    expect(cutMiddle('abcdefghij', 10)).toBe('abcdefghij');
    expect(cutMiddle('abcdefghij', 5)).toBe('ab…ij');
    expect(cutMiddle('abcdefghij', 6)).toBe('abc…ij');
    for (const text of HOSTILE) {
      for (const width of [1, 2, 8, 33])
        expect(stringWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
    }
  });
});

describe('a terminal', () => {
  it.each([
    [{ isTTY: true, columns: 100 }, {}, { columns: 100, hasColors: true }],
    [{ isTTY: true, columns: 0 }, {}, { columns: 80, hasColors: true }],
    [{ isTTY: true, columns: 100 }, { NO_COLOR: '1' }, { columns: 100, hasColors: false }],
    [{ isTTY: true, columns: 100 }, { NO_COLOR: '' }, { columns: 100, hasColors: true }],
    [{ isTTY: true, columns: 100 }, { TERM: 'dumb' }, { columns: 100, hasColors: false }],
    [{}, { TERM: 'xterm' }, NO_TERMINAL],
  ])('%j with %j is %j', (stdout, environment, expected) => {
    expect(describeTerminal({ stdout, environment })).toEqual(expected);
  });
});
