import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDatePattern } from '../../src/live/date-pattern.js';

const OWN_ZONE = process.env['TZ'];
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
] as const;
const DIRECTIVES = [...'YymbhBdejHIpMSUWVGuwaAzFTR'].map((letter) => `%${letter}`);
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const SINCE = Date.UTC(1985, 0, 1);

afterEach(() => {
  if (OWN_ZONE === undefined) delete process.env['TZ'];
  else process.env['TZ'] = OWN_ZONE;
});

describe('a path with a date', () => {
  it('is written as strftime of the system writes it, in any time zone', () => {
    const all = DIRECTIVES.join('|');
    const days = Array.from({ length: 60 }, (_, at) => SINCE + at * 305 * DAY_MS + at * 3_700_000);
    for (const each of ZONES) {
      process.env['TZ'] = each;
      const input = days.map((at) => `@${at / SECOND_MS}\n`).join('');
      const { stdout } = spawnSync('date', ['-f', '-', `+${all}`], {
        input,
        env: { ...process.env, LC_ALL: 'C' },
      });
      expect(days.map((at) => parseDatePattern(all).format(new Date(at)))).toEqual(
        stdout.toString().trimEnd().split('\n'),
      );
    }
  });
});
