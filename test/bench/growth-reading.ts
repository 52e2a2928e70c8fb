// How long the tables of the growth benchmark take to answer: `top 10` and `show` in an open connection, the report as a command.

import { connectPostgres } from '../../src/database/postgres.js';
import { selectObject } from '../../src/report/objects.js';
import { selectTop, type TopQuestion } from '../../src/report/top.js';
import { runLogtally } from './contenders.js';
import { CONTENT_TYPE, FIRST_ID } from './growth-tables.js';
import { type Spread, toSpread } from './measure.js';

/** How often each question is asked; of a huge table, where some of them take minutes, less often. */
const READINGS = { usual: 20, huge: 5 } as const;
const REPORTS = { usual: 3, huge: 1 } as const;
const HUGE = 10_000_000;

/** Measures the report of all of time, in seconds. */
export async function measureReport(databaseUrl: string, objects: number): Promise<Spread> {
  const seconds: number[] = [];
  const reports = REPORTS[objects > HUGE ? 'huge' : 'usual'];
  for (let turn = 0; turn < reports; turn += 1)
    seconds.push((await runLogtally(['report', '--output', '-'], databaseUrl)).measurement.seconds);
  return toSpread(seconds);
}

/** Asks as the commands do, for other objects each time. */
export async function measureReading(databaseUrl: string, objects: number) {
  const database = await connectPostgres(databaseUrl, 0);
  const [top, show]: [number[], number[]] = [[], []];
  try {
    const readings = READINGS[objects > HUGE ? 'huge' : 'usual'];
    for (let turn = 0; turn < readings; turn += 1) {
      const id = FIRST_ID + Math.floor(((turn + 0.5) / readings) * objects);
      const wanted = { site: null, contentType: CONTENT_TYPE };
      const question: TopQuestion = {
        ...{ ...wanted, limit: 10, period: { since: null, until: null } },
        ...{ sort: 'hits', compare: false, sparkDays: 14 },
      };
      top.push(await timeReading(async () => (await selectTop(database, question)).objects, 10));
      show.push(
        await timeReading(
          () => selectObject(database, { ...wanted, objectId: `${id}`, period: question.period }),
          1,
        ),
      );
    }
  } finally {
    await database.close();
  }
  return { topMilliseconds: toSpread(top), showMilliseconds: toSpread(show) };
}

async function timeReading(read: () => Promise<readonly unknown[]>, expected: number): Promise<number> {
  const startedAt = performance.now();
  const { length } = await read();
  const milliseconds = performance.now() - startedAt;
  if (length !== expected) throw new Error(`${expected} objects were expected, ${length} were found`);
  return milliseconds;
}
