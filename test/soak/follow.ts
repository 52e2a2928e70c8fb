// Shows that `logtally follow` counts each line once while logs are rotated in every way and it is killed, how soon a request is seen
// in the database, and that the embedded database answers rightly meanwhile. With real nginx, logrotate, cronolog and psql:
//
//   apt-get install nginx-light logrotate cronolog postgresql-client
//   npm run soak:follow -- [--seconds 60] [--probes 1000] [--questions 1000] [once] [rows] [answers]

import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { hasProgram } from '../support/programs.js';
import { checkAnswers } from './follow/answers.js';
import { soak } from './follow/exact.js';
import { measureProbes } from './follow/probes.js';
import type { Result } from './follow/result.js';

const NEEDED = { nginx: 'nginx-light', logrotate: 'logrotate', psql: 'postgresql-client' };
const KINDS = ['files into postgres', 'files into embedded'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    probes: { type: 'string', default: '1000' },
    questions: { type: 'string', default: '1000' },
  },
});

/** Runs a part of it; whatever it throws is a promise that was not kept. */
async function run(
  part: string,
  work: () => Promise<Result | readonly Result[]>,
): Promise<readonly Result[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    return [{ promise: part, found: error instanceof Error ? error.message : String(error), isKept: false }];
  }
}

async function runAll(server: PostgresServer): Promise<void> {
  const { seconds, probes, questions } = values;
  const all = [
    ...KINDS.map((kind) => ({
      name: 'once',
      run: () => run(`counting once (${kind})`, () => soak(server, kind, Number(seconds))),
    })),
    ...KINDS.map((kind) => ({
      name: 'rows',
      run: () => run(`from request to row (${kind})`, () => measureProbes(server, kind, Number(probes))),
    })),
    {
      name: 'answers',
      run: () => run('answers of the embedded database', () => checkAnswers(server, Number(questions))),
    },
  ];
  const parts = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  process.stdout.write('| | promise | found | load of the machine |\n|---|---|---|---|\n');
  for (const part of parts) {
    for (const { promise, found, isKept } of await part.run()) {
      const load = loadavg()[0]?.toFixed(1);
      process.stdout.write(`| ${isKept ? 'kept' : 'BROKEN'} | ${promise} | ${found} | ${load} |\n`);
      if (!isKept) process.exitCode = 1;
    }
  }
  process.stdout.write(`on ${availableParallelism()} cores, Node.js ${process.versions.node}\n`);
}

const missing = Object.entries(NEEDED).filter(([name, debian]) => !hasProgram(name, debian));
if (missing.length > 0) {
  process.exitCode = 1;
} else {
  const server = await startPostgres();
  try {
    await runAll(server);
  } finally {
    await server.stop();
  }
}
