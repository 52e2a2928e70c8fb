// Measures logtally against other ways to do the same work, over growing tables and over long logs: npm run bench -- --help.
// Exits with 1 if a promise of the project is broken or the contenders do not count the same.

import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/postgres.js';
import { describeMachine, POSTGRES_SETTINGS } from './machine.js';
import { type BenchOptions, formatUsage, readOptions } from './options.js';
import { type Found, PARTS } from './parts.js';
import { writePerformancePage } from './performance-page.js';
import { formatReport, listPromises, type Report } from './report.js';
import { LOG_SETTINGS } from './server-log.js';

const options = readOptions(process.argv.slice(2), PARTS);
if (options === 'help') process.stdout.write(formatUsage(PARTS));
else await run(options);

async function run(options: BenchOptions): Promise<void> {
  const report = options.from.length > 0 ? await readReports(options.from) : await bench(options);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
  if (options.page) for (const line of await writePerformancePage(report)) console.error(line);
  if (listPromises(report).some(({ holds }) => holds === false)) process.exitCode = 1;
}

/** Later reports add their parts to, or put them in the place of, those of earlier ones. */
async function readReports(paths: readonly string[]): Promise<Report> {
  const reports: Report[] = [];
  for (const path of paths) reports.push(JSON.parse(await readFile(path, 'utf8')) as Report);
  const [first] = reports;
  if (first === undefined) throw new RangeError('there is no report');
  return {
    ...first,
    command: reports.map(({ command }) => command).join('; '),
    parts: Object.assign({}, ...reports.map(({ parts }) => parts)) as Found,
  };
}

/** Starts a server and lets the wanted parts run. */
async function bench(options: BenchOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-bench-'));
  removeAtEnd(folder);
  const server = await startPostgres({ settings: { ...POSTGRES_SETTINGS, ...LOG_SETTINGS } });
  try {
    const { parts, args } = options;
    const machine = await describeMachine(server.url);
    const found: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(PARTS))
      if (parts.has(name)) found[name] = await part.measure({ server, folder, options });
    return {
      command: ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
      machine,
      parts: found as Found,
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
