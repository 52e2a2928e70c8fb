// A worker that is lost while a transaction is committed: between the two steps of the commit, or before the first.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import { runCli } from '../support/cli.js';
import { createDatabase, dropDatabase, queryOnce } from '../support/database-server.js';
import { it } from '../support/folder.js';
import { createCitusDatabase, dropOnNodes } from './databases.js';
import { type LostStep, startWorkerProxy } from './proxy.js';
import { readAllTables } from './tables.js';

const STEPS: readonly LostStep[] = [
  { step: 'PREPARE TRANSACTION', isDone: false },
  { step: 'PREPARE TRANSACTION', isDone: true },
  { step: 'COMMIT PREPARED', isDone: false },
  { step: 'COMMIT PREPARED', isDone: true },
];

/** The same objects each day, so that each log changes what the one before it has changed. */
function makeLog(day: number): string {
  const lines = Array.from({ length: 400 }, (_, at) => {
    const date = `${String(day).padStart(2, '0')}/Apr/2026:10:00:00 +0000`;
    return `203.0.113.9 - - [${date}] "GET /${at} HTTP/1.1" 200 5 "-" "UA" 7 ${(at * at) % (40 + day)}\n`;
  });
  return lines.join('');
}

function run(url: string, ...args: readonly string[]) {
  return runCli(args, { environment: { DATABASE_URL: url } });
}

describe('a worker that is lost', () => {
  it.for(STEPS)('at $step, done: $isDone, loses and doubles nothing', async (step, { folder }) => {
    const citus = inject('citus');
    if (citus === null) throw new Error('there is no cluster');
    const { nodes, template } = citus;
    const logs = [1, 2, 3].map((day) => join(folder, `${day}.log`));
    for (const [at, log] of logs.entries()) await writeFile(log, makeLog(at + 1));
    const url = await createCitusDatabase(nodes, template);
    const plain = await createDatabase(nodes.coordinator);
    const proxy = await startWorkerProxy(nodes.workers[0] ?? '');
    try {
      const [node] = await queryOnce(url, 'select nodeid from pg_dist_node where groupid = 1');
      await queryOnce(url, `select citus_update_node(${node?.['nodeid']}, '127.0.0.1', ${proxy.port})`);
      for (const [at, log] of logs.entries()) {
        expect(await run(plain, 'ingest', '--quiet', log)).toMatchObject({ code: 0 });
        if (at === 1) proxy.lose(step);
        expect(await run(url, 'ingest', '--quiet', log)).toMatchObject({ code: 0, stderr: '' });
      }
      expect(proxy.hasFailed).toBe(true);
      expect(await readAllTables(url)).toEqual(await readAllTables(plain));
      expect(await run(url, 'verify')).toMatchObject({ code: 0 });
    } finally {
      await proxy.close();
      await dropOnNodes(nodes, new URL(url).pathname.slice(1));
      await dropDatabase(nodes.coordinator, plain);
    }
  });
});
