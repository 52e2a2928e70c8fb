// Answers about parts of ten years, from closed months and from days alone. The tables are made by SQL.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Column, formatTable } from '../../src/output/table.js';
import { formatCount } from '../../src/output/text.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import { runLogtally } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import type { Promised } from './promises.js';

export interface PeriodResult {
  /** Its arguments. */
  readonly command: string;
  /** With all months closed but the last. */
  readonly seconds: Spread;
  /** With none closed: each day is read. */
  readonly secondsOfDays: Spread;
}

export interface PeriodAnswers {
  readonly years: number;
  /** Rows of objects by day. */
  readonly days: number;
  readonly objects: number;
  /** Bytes of the days and of what the closed months take, with their keys. */
  readonly dayBytes: number;
  readonly monthBytes: number;
  readonly months: number;
  /** What the runs took that closed all months but the last. */
  readonly closingSeconds: number;
  readonly results: readonly PeriodResult[];
  readonly promises: readonly Promised[];
}

const FIRST_YEAR = 2016;
const CONTENT_TYPES = 8;
const MOST_SECONDS = 0.3;
const LAST_MONTH_LINE =
  '203.0.113.9 - - [31/Dec/%Y:10:22:31 +0000] "GET / HTTP/1.1" 200 5 "-" "-" type1 1001\n';

/** Talks on stderr meanwhile. */
export async function measurePeriods({
  server,
  folder,
  options: { runs, periodYears: years, periodObjects: objects },
}: Bench): Promise<PeriodAnswers> {
  const databaseUrl = await server.createDatabase();
  try {
    await runLogtally(['init'], databaseUrl);
    console.error(`filling ${years} years with ${objects} objects ...`);
    for (const statement of listStatements(years, objects)) await queryOnce(databaseUrl, statement);
    const closingSeconds = await closeMonths(databaseUrl, folder, years);
    const [size] = await queryOnce(databaseUrl, SIZES);
    const results: PeriodResult[] = [];
    for (const args of listCommands(years)) {
      const seconds = await measure(databaseUrl, args, runs);
      await queryOnce(databaseUrl, 'update logtally.hit_month set is_closed = false');
      const secondsOfDays = await measure(databaseUrl, args, runs);
      // nothing was added meanwhile: the sums are right
      await queryOnce(databaseUrl, CLOSE_ALL_AGAIN);
      results.push({ command: args.join(' '), seconds, secondsOfDays });
      console.error(
        `${args.join(' ')}: ${seconds.median.toFixed(2)} s, ${secondsOfDays.median.toFixed(2)} s`,
      );
    }
    const getSize = (name: string) => Number(size?.[name]);
    return {
      ...{ years, objects, days: getSize('days'), months: getSize('months') },
      ...{ dayBytes: getSize('day_bytes'), monthBytes: getSize('month_bytes') },
      ...{ closingSeconds, results, promises: judge(results, years) },
    };
  } finally {
    await dropDatabase(server.url, databaseUrl);
  }
}

/** A third of the objects is there from the beginning, the others come later; the hits of an object follow Zipf's law. */
function listStatements(years: number, objects: number): readonly string[] {
  const days = `(date '${FIRST_YEAR + years}-01-01' - date '${FIRST_YEAR}-01-01')`;
  return [
    `insert into logtally.content_type (content_type_id, site, name)
     select number, 'default', 'type' || number from generate_series(1, ${CONTENT_TYPES}) as number`,
    'alter table logtally.object_hits_daily drop constraint object_hits_daily_pkey',
    // each object on as many days, spread evenly from its first one on, as its hits a day let expect
    `insert into logtally.object_hits_daily (content_type_id, object_id, hit_on, hit_count)
     select
       1 + id % ${CONTENT_TYPES}, (1000 + id)::text,
       date '${FIRST_YEAR}-01-01' + born + floor((day + place) * (${days} - born) / asked)::int as hit_on,
       1 + floor(hits * (0.5 + place))::bigint
     from (
       select *, greatest(1, round((${days} - born) * (1 - exp(-least(hits, 50)))))::int as asked
       from (
         select
           id, ${objects} / 35.0::float8 / id as hits,
           abs(hashint4(id)) % 1000 / 1000.0::float8 as place,
           greatest(0, floor(${days} * (abs(hashint4(id + 1)) % 1000 / 1000.0::float8 * 1.5 - 0.6)))::int as born
         from generate_series(1, ${objects}) as id
       ) as object
     ) as object, generate_series(0, asked - 1) as day
     order by hit_on, 1, 2`,
    `insert into logtally.object_hits (content_type_id, object_id, hit_count, first_hit_on, last_hit_on)
     select content_type_id, object_id, sum(hit_count), min(hit_on), max(hit_on)
     from logtally.object_hits_daily group by 1, 2`,
    'alter table logtally.object_hits_daily add primary key (content_type_id, object_id, hit_on)',
    `insert into logtally.hit_count_rank (content_type_id, hit_count, object_count, hit_count_rank)
     select content_type_id, hit_count, count(*), 1 + coalesce(sum(count(*)) over (
       partition by content_type_id order by hit_count desc rows between unbounded preceding and 1 preceding), 0)
     from logtally.object_hits group by 1, 2`,
    `insert into logtally.hit_month (month_on, is_closed)
     select day::date, false
     from generate_series(date '${FIRST_YEAR}-01-01', date '${FIRST_YEAR + years - 1}-12-01', '1 month') as day`,
    'vacuum (analyze)',
  ];
}

const SIZES = `
  select
    (select count(*) from logtally.object_hits_daily) as days,
    (select count(*) from logtally.hit_month) as months,
    pg_total_relation_size('logtally.object_hits_daily') as day_bytes,
    pg_total_relation_size('logtally.object_hits_yearly')
      + pg_total_relation_size('logtally.content_type_daily') as month_bytes`;

const CLOSE_ALL_AGAIN = `
  update logtally.hit_month set is_closed = true where month_on < (select max(month_on) from logtally.hit_month)`;

/** Lets runs that count one line in the last month close the others. */
async function closeMonths(databaseUrl: string, folder: string, years: number): Promise<number> {
  const path = join(folder, 'last-month.log');
  await writeFile(path, LAST_MONTH_LINE.replace('%Y', String(FIRST_YEAR + years - 1)));
  const ingest = async () => (await runLogtally(['ingest', path], databaseUrl)).measurement.seconds;
  let seconds = 0;
  let open = Number.POSITIVE_INFINITY;
  while (open > 1) {
    seconds += await ingest();
    const [row] = await queryOnce(
      databaseUrl,
      'select count(*) as open from logtally.hit_month where not is_closed',
    );
    open = Number(row?.['open']);
  }
  await queryOnce(databaseUrl, 'vacuum (analyze)');
  return seconds;
}

function listCommands(years: number): readonly (readonly string[])[] {
  const last = FIRST_YEAR + years - 1;
  const all = ['--since', String(FIRST_YEAR)];
  return [
    ['top', '--since', `${last}-11-30`, '--until', `${last}-11-30`],
    ['top', '--since', `${last}-11`, '--until', `${last}-11`],
    ['top', '--since', String(last), '--until', String(last)],
    ['top', ...all],
    ['top', '--since', `${FIRST_YEAR}-02-11`, '--until', `${last}-11-17`],
    ['top', '--since', `${last}-07`, '--sort', 'rising'],
    ['report', '--output', '-'],
    ['report', ...all, '--output', '-'],
    ['report', '--since', String(last), '--output', '-'],
  ];
}

async function measure(databaseUrl: string, args: readonly string[], runs: number): Promise<Spread> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1)
    seconds.push((await runLogtally(args, databaseUrl)).measurement.seconds);
  return toSpread(seconds);
}

function judge(results: readonly PeriodResult[], years: number): readonly Promised[] {
  return ['top', 'report'].map((command) => {
    const slowest = Math.max(
      ...results.filter((each) => each.command.startsWith(command)).map(({ seconds }) => seconds.median),
    );
    return {
      promise: `${command} answers about any part of ${years} years within ${MOST_SECONDS} s (an aim, not judged)`,
      found: `${slowest.toFixed(2)} s`,
      holds: null,
    };
  });
}

/** The part of the report. */
export function formatPeriods(answers: PeriodAnswers): readonly string[] {
  const { years, days, objects, months, dayBytes, monthBytes, closingSeconds, results } = answers;
  const megabytes = (bytes: number) => `${formatCount(Math.round(bytes / 1e6))} MB`;
  const columns: readonly Column[] = [
    { title: 'logtally ...', align: 'left' },
    ...['closed months s', 'days alone s', 'times'].map((title): Column => ({ title, align: 'right' })),
  ];
  return [
    '',
    `periods   ${years} years: ${formatCount(days)} rows of ${formatCount(objects)} objects by day, ${megabytes(dayBytes)}; ${months} months, ${megabytes(monthBytes)}, closed in ${closingSeconds.toFixed(1)} s`,
    '',
    formatTable(
      columns,
      results.map(({ command, seconds, secondsOfDays }) => [
        command,
        seconds.median.toFixed(2),
        secondsOfDays.median.toFixed(2),
        (secondsOfDays.median / seconds.median).toFixed(1),
      ]),
    ).trimEnd(),
  ];
}
