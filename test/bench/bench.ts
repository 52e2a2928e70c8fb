// Measures logtally against other ways to do the same work, over growing tables and over long logs: npm run bench -- --help.
// Exits with 1 if a promise of the project is broken or the contenders do not count the same.

import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/postgres.js';
import { measureAnswers } from './answers.js';
import { compare } from './compare.js';
import { measureGrowth } from './growth.js';
import { describeMachine, POSTGRES_SETTINGS } from './machine.js';
import { measureMemory } from './memory.js';
import { type BenchOptions, readOptions, USAGE } from './options.js';
import { measurePeriods } from './period-answers.js';
import { writeReadme } from './readme.js';
import { formatReport, listPromises, type Report } from './report.js';
import { LOG_SETTINGS } from './server-log.js';

const options = readOptions(process.argv.slice(2));
if (options === 'help') process.stdout.write(USAGE);
else await run(options);

async function run(options: BenchOptions): Promise<void> {
  const report = options.from.length > 0 ? await readReports(options.from) : await bench(options);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
  if (options.readme) for (const line of await writeReadme(report)) console.error(line);
  if (listPromises(report).some(({ holds }) => holds === false)) process.exitCode = 1;
}

/** Later reports add their parts to, or put them in the place of, those of earlier ones. */
async function readReports(paths: readonly string[]): Promise<Report> {
  const reports: Report[] = [];
  for (const path of paths) reports.push(JSON.parse(await readFile(path, 'utf8')) as Report);
  const [first] = reports;
  if (first === undefined) throw new RangeError('there is no report');
  const findLast = <Name extends 'comparison' | 'growth' | 'memory' | 'answers' | 'periods'>(
    name: Name,
  ): Report[Name] => reports.findLast((report) => (report[name] ?? null) !== null)?.[name] ?? null;
  return {
    ...first,
    command: reports.map(({ command }) => command).join('; '),
    comparison: findLast('comparison'),
    growth: findLast('growth'),
    memory: findLast('memory'),
    answers: findLast('answers'),
    periods: findLast('periods'),
  };
}

/** Starts a server and lets the wanted parts run. */
async function bench(options: BenchOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-bench-'));
  removeAtEnd(folder);
  const server = await startPostgres({ settings: { ...POSTGRES_SETTINGS, ...LOG_SETTINGS } });
  try {
    const { parts, args } = options;
    return {
      command: ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
      machine: await describeMachine(server.url),
      comparison: parts.has('contenders') ? await compare(server, folder, options) : null,
      growth: parts.has('growth') ? await measureGrowth(server, folder, options) : null,
      memory: parts.has('memory') ? await measureMemory(server, folder, options) : null,
      answers: parts.has('answers') ? await measureAnswers(server, options) : null,
      periods: parts.has('periods') ? await measurePeriods(server, folder, options) : null,
    };
  } finally {
    await server.stop();
  }
}

/** Removes the logs, which may be large, also when a signal ends the process. */
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
