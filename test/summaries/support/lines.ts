// Lines of which every summary has something to tell: addresses, agents, referrers and statuses come back in other combinations, and
// each line is no other one.

export const SUMMARIES = 'statuses,referrers,search_terms,agents,visitors,clients,hours,bytes';

/** What every ingest of these tests is given. */
export const INGEST = ['ingest', '--summary', SUMMARIES] as const;

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
export const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const AGENTS = [
  FIREFOX,
  IPHONE,
  GOOGLEBOT,
  '-',
  'curl/8.5.0',
  'Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/99.0',
];
const HOSTS = [
  '203.0.113.9',
  '203.0.113.77',
  '198.51.100.3',
  '2001:db8:1:2::3',
  '2001:db8:1:2::4',
  'a.example',
];
const REFERRERS = [
  '-',
  'https://www.google.com/search?q=Red+Boat&hl=en',
  'https://blog.example.net/a/b?token=x',
  'https://shop.example/basket',
  'nonsense',
  'https://duckduckgo.com/?q=blue%20boat',
];
const STATUSES = [200, 200, 200, 304, 404, 500, 403];
const METHODS = ['GET', 'GET', 'POST', 'HEAD'];

/** What a test says of a line; the serial number says the rest. */
export interface Fixed {
  /** Of April 2026. */
  readonly day?: number;
  readonly host?: string;
  readonly agent?: string;
  readonly ids?: string;
  readonly referrer?: string;
}

/** A pseudo-random number below `below` that follows from the serial number. */
function pick(serial: number, salt: number, below: number): number {
  return Math.floor((((serial + 1) * (salt * 2 + 1) * 0x9e3779b1) % 2 ** 32) / (2 ** 32 / below));
}

/** A line in the format `combined_ids`, with its end: mostly of two days, a fifth without an object. */
export function summaryLine(serial: number, fixed: Fixed = {}): string {
  const choose = (salt: number, values: readonly (string | number)[]) =>
    values[pick(serial, salt, values.length)];
  const {
    day = 14 + pick(serial, 1, 2),
    host = choose(2, HOSTS),
    agent = choose(3, AGENTS),
    referrer = choose(4, REFERRERS),
    ids = pick(serial, 5, 5) === 0 ? '- -' : `photo ${pick(serial, 6, 9)}`,
  } = fixed;
  const [minute, second] = [Math.floor(serial / 60) % 60, serial % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const time = `${day}/Apr/2026:${10 + pick(serial, 7, 5)}:${minute}:${second} +0200`;
  const request = `${choose(8, METHODS)} /p/${pick(serial, 9, 12)}?s=${serial} HTTP/1.1`;
  const bytes = pick(serial, 10, 6) === 0 ? '-' : serial + 100;
  return `${host} - - [${time}] "${request}" ${choose(11, STATUSES)} ${bytes} "${referrer}" "${agent}" ${ids}\n`;
}

/** Lines from the first serial number up to but without the last. */
export function summaryLines(from: number, to: number, fixed: Fixed = {}): string {
  return Array.from({ length: to - from }, (_, at) => summaryLine(from + at, fixed)).join('');
}
