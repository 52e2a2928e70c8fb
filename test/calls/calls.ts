// Lets each of the program's own calls fail once: reads, opens, writes and renames of logs, the embedded database's files,
// the rejects file and the page, and the connection to a server, for every n until no call is left. Each run must end in its time with a clear
// message or succeed, and the next quiet run must give exact totals.
//
//   npm run test:calls                                   everything: hours
//   npm run test:calls -- --sample 20                    at most 20 calls of each name, evenly spread
//   npm run test:calls -- 'database pwrite64'            only what begins so
//   npm run test:calls -- --from 'database pread64 40'   goes on there
//
// It needs strace, and the right to trace a process: as root, or where the kernel lets a user trace what he started.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.js';
import { countCalls, failOnce, type Outcome } from './check.js';
import { createTemplate, SCENARIOS, type Template } from './scenarios.js';
import { cutOnce } from './socket.js';
import { hasStrace } from './strace.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, from: { type: 'string' } },
});
const [only = ''] = positionals;
const sample = values.sample === undefined ? Number.POSITIVE_INFINITY : Number(values.sample);
if (!(sample >= 1)) throw new Error(`--sample: '${values.sample}' is not a number of at least 1`);

let isReached = values.from === undefined;
const tried = { total: 0, 'no call left': 0, hung: 0, 'unclear message': 0, 'wrong totals': 0 };

/** At most so many numbers from 1 up to a last one, evenly spread, both ends among them. */
function spread(last: number, count: number): readonly number[] {
  if (count >= last) return Array.from({ length: last }, (_, at) => at + 1);
  if (count === 1) return [1];
  return Array.from(
    { length: Math.floor(count) },
    (_, at) => 1 + Math.round((at * (last - 1)) / (count - 1)),
  );
}

function isWanted(name: string): boolean {
  if (name === values.from) isReached = true;
  return isReached && `${name} `.startsWith(only === '' ? '' : `${only} `.replace(/ +$/, ' '));
}

async function tryOne(name: string, attempt: () => Promise<Outcome>): Promise<void> {
  if (!isWanted(name)) return;
  const { run, verdict, detail } = await attempt();
  if (run.failed === null && verdict === null) {
    tried['no call left'] += 1;
    return;
  }
  tried.total += 1;
  if (verdict !== null) tried[verdict] += 1;
  const [message = ''] = run.stderr
    .split('\n')
    .filter((line) => !line.includes('creating an embedded database'));
  process.stdout.write(
    `${name}: exit ${run.code}, ${verdict ?? 'right'}: ${verdict === null ? message : detail}\n`,
  );
}

async function tryAll(template: Template): Promise<void> {
  for (const scenario of SCENARIOS) {
    for (const fault of scenario.faults) {
      const group = `${scenario.name} ${fault.call}`;
      if (!group.startsWith(only) && !only.startsWith(group)) continue;
      const calls = await countCalls(scenario, fault, template);
      process.stdout.write(`${group} ${fault.error}: ${calls} calls\n`);
      // one more than were seen: the next run may make more
      for (const at of spread(calls + 1, sample)) {
        await tryOne(`${group} ${at}`, () => failOnce({ scenario, fault, at }, template));
      }
    }
  }
}

async function trySocket(folder: string): Promise<void> {
  const group = 'socket cut';
  if (!group.startsWith(only) && !only.startsWith(group)) return;
  const server = await startPostgres();
  try {
    const { pieces } = await cutOnce(server, folder, null);
    process.stdout.write(`${group}: ${pieces} pieces\n`);
    for (const at of spread(pieces + 1, sample))
      await tryOne(`${group} ${at}`, () => cutOnce(server, folder, at));
  } finally {
    await server.stop();
  }
}

if (!hasStrace()) process.exit(1);
const folder = await mkdtemp(join(tmpdir(), 'logtally-calls-'));
try {
  await tryAll(await createTemplate(folder));
  await trySocket(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
const wrong = tried.hung + tried['unclear message'] + tried['wrong totals'];
process.stdout.write(
  `calls failed: ${tried.total}, hung ${tried.hung}, unclear message ${tried['unclear message']}, wrong totals ${tried['wrong totals']}; beyond the last call: ${tried['no call left']}\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
