// Measures logtally against other ways to do the same work: npm run bench -- --lines 1000000 --runs 3
// Exits with 1 if a promise of the project is broken or the contenders do not count the same.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.js';
import { CONTENDERS } from './contenders.js';
import { describeMachine, POSTGRES_SETTINGS } from './machine.js';
import { formatReport, type Report } from './report.js';
import { judgePromises, toResults } from './results.js';
import { runRounds } from './rounds.js';
import { TABLE, writeLog } from './workloads.js';

const DEFAULT_RUNS = 3;

interface Settings {
  readonly lines: number;
  readonly runs: number;
  readonly json: boolean;
}

const settings = readSettings();
const folder = await mkdtemp(join(tmpdir(), 'logtally-bench-'));
removeAtEnd(folder);
const report = await bench(settings, folder);
process.stdout.write(settings.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
if (report.promises.some(({ holds }) => holds === false)) process.exitCode = 1;

/** Writes the log, starts a server, lets everybody run and sums it up; talks on stderr meanwhile. */
async function bench({ lines, runs }: Settings, folder: string): Promise<Report> {
  console.error(`writing ${lines} lines ...`);
  const { path, ...log } = await writeLog(TABLE, lines, join(folder, 'access.log'));
  const server = await startPostgres({ settings: POSTGRES_SETTINGS });
  try {
    const machine = await describeMachine(server.url);
    const { measurements, totals } = await runRounds({
      ...{ contenders: CONTENDERS, server, logPath: path, runs },
      onRun: (name, round, { seconds }) => {
        console.error(`run ${round} of ${runs}: ${name} ${seconds.toFixed(2)} s`);
      },
    });
    const results = toResults(CONTENDERS, measurements, lines);
    return {
      command: `npm run bench -- --lines ${lines} --runs ${runs}`,
      machine,
      data: { workload: TABLE.name, description: TABLE.description, ...log },
      ...{ runs, totals, results },
      promises: judgePromises(results, lines),
    };
  } finally {
    await server.stop();
  }
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: { lines: { type: 'string' }, runs: { type: 'string' }, json: { type: 'boolean' } },
  });
  return {
    lines: toCount('--lines', values.lines ?? `${TABLE.lines}`),
    runs: toCount('--runs', values.runs ?? `${DEFAULT_RUNS}`),
    json: values.json ?? false,
  };
}

function toCount(flag: string, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(`${flag}: "${text}" is not a whole number of at least 1`);
}

/** Removes the log, which may be large, also when a signal ends the process. */
function removeAtEnd(folder: string): void {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      remove();
      // a listener takes the signal's own effect away; the last one gives it back
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}
