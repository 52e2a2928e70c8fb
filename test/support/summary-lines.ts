// Lines in combined_ids, of which a test names only what it is about.

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

/** The fields of a line; those that are left out are those of a plain hit. */
export interface Line {
  readonly host?: string;
  readonly time?: string;
  readonly request?: string;
  readonly status?: string;
  readonly bytes?: string;
  readonly referrer?: string;
  readonly agent?: string;
  readonly ids?: string;
}

export function toLine(line: Line): string {
  const { host = '203.0.113.9', time = '14/Apr/2026:10:22:31 +0200', request = 'GET /p/1 HTTP/1.1' } = line;
  const { status = '200', bytes = '100', referrer = '-', agent = FIREFOX, ids = '7 1' } = line;
  return `${host} - - [${time}] "${request}" ${status} ${bytes} "${referrer}" "${agent}" ${ids}\n`;
}
