// Logs for the report page: every line counts, and which objects have how many hits on which day is known.

/** Hits of one object on one day: `['7', '1234', '2026-04-14', 3]`. */
export type DayHits = readonly [contentType: string, objectId: string, day: string, hits: number];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function writeLog(hits: readonly DayHits[]): string {
  return hits
    .map(([contentType, objectId, day, count]) => {
      const [year = '', month = '', date = ''] = day.split('-');
      const time = `${date}/${MONTHS[Number(month) - 1]}/${year}:10:22:31 +0000`;
      return `203.0.113.9 - - [${time}] "GET / HTTP/1.1" 200 5 "-" "-" ${contentType} ${objectId}\n`.repeat(
        count,
      );
    })
    .join('');
}

/** `2026-03-01` and so on. */
export function listDays(year: number, month: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.UTC(year, month - 1, at + 1)).toISOString().slice(0, 10),
  );
}
