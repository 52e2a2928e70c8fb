// Logs of which every summary has something, and pages of them.

export const ALL_SUMMARIES = 'statuses,referrers,search_terms,agents,visitors,clients,hours,bytes';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

export interface Line {
  readonly host?: string;
  /** `02/Mar/2026:10:22:31`, a Monday. */
  readonly time?: string;
  readonly path?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly referrer?: string;
  readonly agent?: string;
  readonly ids?: string;
}

/** A line of combined_ids. */
export function toLine(line: Line): string {
  const { host = '203.0.113.9', time = '02/Mar/2026:10:22:31', path = '/p/1', status = 200 } = line;
  const { bytes = 100, referrer = '-', agent = FIREFOX, ids = '7 1' } = line;
  return `${host} - - [${time} +0000] "GET ${path} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}" ${ids}\n`;
}
