import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isRobot } from '../../src/attribute/robots.js';
import { describeAgent, MAX_NAME_CHARACTERS } from '../../src/audience/audience.js';
import { findRobotName } from '../../src/audience/robot-name.js';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('people', () => {
  test.each([
    [`${WINDOWS} ${WEBKIT} Chrome/120.0.0.0 Safari/537.36`, 'Chrome', 'Windows', 'desktop'],
    [
      `${WINDOWS} ${WEBKIT} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0`,
      'Microsoft Edge',
      'Windows',
      'desktop',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0', 'Firefox', 'Linux', 'desktop'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15',
      ...['Safari', 'macOS', 'desktop'],
    ],
    [`${IPHONE} Version/17.2 Mobile/15E148 Safari/604.1`, 'Safari', 'iOS', 'phone'],
    [
      `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36`,
      'Chrome',
      'Android',
      'phone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 13; SM-X700) ${WEBKIT} Chrome/120.0.0.0 Safari/537.36`,
      'Chrome',
      'Android',
      'tablet',
    ],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/120.0.0.0 Safari/537.36`,
      'Chrome',
      'Chrome OS',
      'desktop',
    ],
    [
      `Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) ${WEBKIT} Version/7.0 TV Safari/537.36`,
      'Tizen',
      'Tizen',
      'tv',
    ],
  ])('%s is %s on %s, a %s', (userAgent, browser, system, device) => {
    expect(describeAgent(userAgent)).toEqual({ browser, system, device, robot: null });
  });

  it('have no device if an app of Android does not tell which', () => {
    const userAgent = 'Dalvik/2.1.0 (Linux; U; Android 5.1.1; SM-J320FN Build/LMY47V)';
    expect(describeAgent(userAgent)).toMatchObject({ system: 'Android', device: null, robot: null });
  });

  it('have a browser of the list or none: a text cannot invent one', () => {
    expect(describeAgent(`Fictitious/1.0 (Windows NT 10.0) Unheard-of/2.0`).browser).toBeNull();
    // a fetcher that isbot does not know, but bowser does
    const fetcher = `${WINDOWS} ${WEBKIT} Perplexity-User/1.0 Chrome/120.0.0.0 Safari/537.36`;
    expect(describeAgent(fetcher)).toMatchObject({ browser: null, robot: null });
    expect(describeAgent('')).toEqual({ browser: null, system: null, device: null, robot: null });
  });
});

describe('robots', () => {
  test.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'],
    [
      `Mozilla/5.0 (Linux; Android 6.0.1) ${WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
      'Googlebot',
    ],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'bingbot'],
    // the list knows it by the address of its page as well
    ['Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)', 'YandexBot'],
    ['curl/8.4.0', 'curl'],
    ['python-requests/2.31.0', 'python-requests'],
    ['Mozilla/5.0 (compatible; NewlyInventedBot/0.1; +https://example.com/bot)', 'NewlyInventedBot'],
    ['NewlyInvented-Monitor/1.0', 'NewlyInvented-Monitor'],
    ['-', 'other robot'],
    ['Mozilla/5.0', 'other robot'],
    ['Mozilla/4.0 (compatible;)', 'other robot'],
  ])('%s is called %s', (userAgent, robot) => {
    expect(describeAgent(userAgent)).toEqual({ browser: null, system: null, device: null, robot });
  });

  it('have no name if it stands behind what is looked at', () => {
    expect(describeAgent(`Mozilla/5.0 ${' '.repeat(1_000)} Googlebot/2.1`).robot).toBe('other robot');
  });

  it('have a name without control characters that is not too long', () => {
    expect(describeAgent('evil\u0007\u202ebot/1.0').robot).toBe('other robot');
    expect(describeAgent(`${'x'.repeat(300)}bot`).robot).toBe('x'.repeat(MAX_NAME_CHARACTERS));
    expect(findRobotName(`${'x'.repeat(63)}😀bot`, MAX_NAME_CHARACTERS)).toBe('x'.repeat(63));
  });
});

const PARTS = [
  'Mozilla/5.0 ',
  '(compatible; ',
  'Googlebot',
  'Chrome/1',
  'Android',
  'http://',
  '; ',
  '\0',
  '\u202e',
  '😀',
  'bot',
  ')',
];

test('any text is either a robot, as the filter says, or a person, in names that can be stored', () => {
  const agents = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...PARTS), { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(agents, (userAgent) => {
      const agent = describeAgent(userAgent);
      expect(agent.robot !== null).toBe(isRobot(userAgent));
      if (agent.robot !== null)
        expect([agent.browser, agent.system, agent.device]).toEqual([null, null, null]);
      for (const name of [agent.browser, agent.system, agent.robot]) {
        if (name === null) continue;
        expect(name).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u);
      }
    }),
  );
});

test('no user agent takes long, however it is made', () => {
  const slowest = Math.max(
    ...['Spider', 'ContextualBot', ' ', '(', 'http://', 'Mobile ', 'a1.'].map(measure),
  );
  // 0.3 ms on a slow machine; without the bound 14 ms
  expect(slowest).toBeLessThan(5);
});

/** The best of five, in milliseconds: the others wait for other processes. */
function measure(part: string): number {
  const userAgent = part.repeat(8_192).slice(0, 8_192);
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = performance.now();
    describeAgent(userAgent);
    return performance.now() - start;
  });
  return Math.min(...times);
}
