import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDatePattern } from '../../src/live/date-pattern.js';

const OWN_ZONE = process.env['TZ'];

/** With clocks that are changed at midnight, at other hours, by half an hour, and never; and with offsets that are no whole hours. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
] as const;

const DIRECTIVES = [...'YymbhBdejHIpMSUWVGuwaAzFTR'].map((letter) => `%${letter}`);

function setZone(zone: string | undefined): void {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
}

afterEach(() => setZone(OWN_ZONE));

const zone = fc.constantFrom(...ZONES);
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones are what they are today since then; what a government decides later is nobody's knowledge. */
const SINCE = Date.UTC(1985, 0, 1);
const UNTIL = Date.UTC(2035, 0, 1);
const time = fc.integer({ min: SINCE, max: UNTIL }).map((at) => new Date(at));
const text = fc.constantFrom('/', '-', 'a', '.', '[x]', '{a,b}', '*?', '\\', '%%', '(', '1', 'é', '+|^$');
const pattern = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...DIRECTIVES) }, text), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join(''));

describe('a path with a date', () => {
  it('is found again by its pattern, whatever stands around the date', () => {
    fc.assert(
      fc.property(zone, pattern, time, (inZone, given, at) => {
        setZone(inZone);
        const parsed = parseDatePattern(given);
        const path = parsed.format(at);
        expect(parsed.matches(path)).toBe(true);
        expect(parsed.matches(`${path}.gz`)).toBe(false);
        expect(parsed.matches(`a${path}`)).toBe(false);
      }),
    );
  });

  it('becomes another one at the first second that is told, and not before', () => {
    fc.assert(
      fc.property(
        zone,
        pattern,
        time,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (inZone, given, at, parts) => {
          setZone(inZone);
          const parsed = parseDatePattern(given);
          const path = parsed.format(at);
          const change = parsed.nextChange(at);
          const end = change?.getTime() ?? at.getTime() + 400 * DAY_MS;
          if (change !== null) {
            expect(parsed.format(change)).not.toBe(path);
            expect(change.getTime() % SECOND_MS).toBe(0);
            expect(change.getTime()).toBeGreaterThan(at.getTime());
          }
          const between = parts.map((part) => at.getTime() + Math.floor(part * (end - at.getTime() - 1)));
          for (const same of [...between, end - 1]) expect(parsed.format(new Date(same))).toBe(path);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('becomes another one where clocks are changed, second by second', () => {
    const changes = [
      ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), '%Y-%m-%d-%H'],
      ['Europe/Berlin', Date.UTC(2026, 9, 25, 1), '%H%M'],
      ['Europe/Berlin', Date.UTC(2026, 9, 25, 1), '%H%z'],
      ['America/Sao_Paulo', Date.UTC(2018, 10, 4, 3), '%d'],
      ['America/Sao_Paulo', Date.UTC(2019, 1, 17, 2), '%d-%H'],
      ['America/St_Johns', Date.UTC(2010, 10, 7, 2, 31), '%j'],
      ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), '%H:%M'],
      ['Pacific/Apia', Date.UTC(2011, 11, 30, 10), '%F'],
    ] as const;
    for (const [inZone, change, given] of changes) {
      setZone(inZone);
      const { format, nextChange } = parseDatePattern(given);
      let next = nextChange(new Date(change - HOUR_MS - 1))?.getTime() ?? 0;
      let path = format(new Date(change - HOUR_MS - 1));
      for (let at = change - HOUR_MS; at < change + 2 * HOUR_MS; at += SECOND_MS) {
        const now = format(new Date(at));
        expect(now !== path).toBe(at === next);
        if (now !== path) next = nextChange(new Date(at))?.getTime() ?? 0;
        path = now;
      }
    }
  });

  it('with nothing but the offset becomes another one if clocks are changed, and never if they are not', () => {
    setZone('Asia/Kathmandu');
    expect(parseDatePattern('%z').nextChange(new Date(0))).toBeNull();
    setZone('Europe/Berlin');
    const change = parseDatePattern('%z').nextChange(new Date(Date.UTC(2026, 3, 14)));
    expect(change).toEqual(new Date(Date.UTC(2026, 9, 25, 1)));
  });

  it('says the year that an ISO week belongs to, and counts weeks as strftime does', () => {
    setZone('UTC');
    const { format } = parseDatePattern('%G-W%V-%u %U %W');
    expect(format(new Date(Date.UTC(2027, 0, 1)))).toBe('2026-W53-5 00 00');
    expect(format(new Date(Date.UTC(2024, 11, 30)))).toBe('2025-W01-1 52 53');
  });
});

describe('a pattern', () => {
  it('without directives is one path, which never changes', () => {
    const parsed = parseDatePattern('/var/log/100%%/access.log');
    expect(parsed.hasDirectives).toBe(false);
    expect(parsed.format(new Date())).toBe('/var/log/100%/access.log');
    expect(parsed.nextChange(new Date())).toBeNull();
    expect(parsed.matches('/var/log/100%/access.log')).toBe(true);
  });

  it('knows the folder in which all its paths are', () => {
    for (const [pattern, folder] of [
      ['/var/log/access.log', '/var/log'],
      ['/var/log/100%%/access-%Y.log', '/var/log/100%'],
      ['/var/log/%Y/%m/access.log', '/var/log'],
      ['/var/log/of-%Y/access.log', '/var/log'],
      ['/%Y', '/'],
      ['access-%F.log', '.'],
    ] as const) {
      expect(parseDatePattern(pattern).folder).toBe(folder);
    }
  });

  it('with a directive that no path can have is refused, and those that it can have are named', () => {
    for (const [given, wrong] of [
      ['/log/%Z/access.log', '%Z'],
      ['/log/%c', '%c'],
      ['/log/%s', '%s'],
      ['/log/%Od', '%O'],
      ['/log/50%', '%'],
    ] as const) {
      expect(() => parseDatePattern(given)).toThrow(
        `'${wrong}' in '${given}' is no part of a date that a path can have`,
      );
    }
    expect(() => parseDatePattern('%Q')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('%Y %y %m %b %B %d') }),
    );
  });

  it('matches only dates, and the same date where one stands twice', () => {
    const { matches } = parseDatePattern('/log/%Y/%m/access-%Y-%m-%d.log');
    expect(matches('/log/2026/04/access-2026-04-14.log')).toBe(true);
    expect(matches('/log/2026/04/access-2025-04-14.log')).toBe(false);
    expect(matches('/log/2026/13/access-2026-13-14.log')).toBe(false);
    expect(matches('/log/2026/04/access-2026-04-1x.log')).toBe(false);
    expect(matches('/log/2026/04/access-2026-04-32.log')).toBe(false);
    expect(matches('/log/2026/04/accessX2026-04-14Xlog')).toBe(false);
  });

  it('is a glob with its digits and names', () => {
    expect(parseDatePattern('/l[1]/%b/%Y-%e%%*.log').toGlob()).toBe(
      '/l\\[1\\]/{Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec}/[0-9][0-9][0-9][0-9]-[ 123][0-9]%\\*.log',
    );
  });

  it('makes a glob that finds each of its paths', () => {
    fc.assert(
      fc.property(zone, pattern, time, (inZone, given, at) => {
        setZone(inZone);
        const parsed = parseDatePattern(given);
        expect(toExpression(parsed.toGlob()).test(parsed.format(at))).toBe(true);
      }),
    );
  });
});

/** The glob as a shell reads it, as far as a pattern makes one. */
function toExpression(glob: string): RegExp {
  const source = glob.replace(
    /\\(.)|\[[^\]]+\]|\{([^}]+)\}|(.)/gsu,
    (whole: string, escaped?: string, names?: string, other?: string) => {
      const text = escaped ?? other;
      if (text !== undefined) return text.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
      return names === undefined ? whole : `(?:${names.replaceAll(',', '|')})`;
    },
  );
  return new RegExp(`^${source}$`, 'u');
}
