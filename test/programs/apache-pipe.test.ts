// Apache with `logtally pipe` behind its log, beside a plain log of the same requests.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect } from 'vitest';
import {
  type Apache,
  ask,
  COMBINED_IDS,
  formatPipedLog,
  HAS_APACHE,
  startApache,
} from '../support/apache.js';
import { listDifferences, readWritten } from '../support/piped-lines.js';
import { findPiped, killPiped, waitForNone } from '../support/piped-processes.js';
import { succeed } from '../support/targets.js';
import { it } from '../support/test.js';

const REQUESTS = 3000;
const AT_ONCE = 20;
const WAIT_MS = 20_000;

/** The processes behind the pipe count what is there before they end. */
const COUNT_MS = 50_000;

let apache: Apache | null = null;

afterEach(() => apache?.stop());

function readSorted(path: string): string[] {
  const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
  return text.split(/(?<=\n)/).toSorted();
}

describe.skipIf(!HAS_APACHE)('Apache', { timeout: 120_000 }, () => {
  it('has the same lines in the log of the pipe as in a plain one, over graceful restarts and a stop', async ({
    folder,
  }) => {
    const logs = `LogFormat "%h %l %u %t \\"%r\\" %>s %b %{pid}P" numbered
CustomLog ${join(folder, 'plain.log')} numbered
${formatPipedLog(`--no-count ${join(folder, 'piped', '%Y', 'access.log')}`, 'numbered')}`;
    const server = await startApache({ folder, logs });
    apache = server;
    const { port } = server;
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    let asked = 0;
    let answered = 0;
    const work = async () => {
      while (asked < REQUESTS) {
        asked += 1;
        const path = `/${'x/'.repeat(asked % 1500)}${asked}`;
        // a connection that is kept alive may be closed by the restart
        while (!(await ask(port, path, agent))) await sleep(5);
        answered += 1;
        if (answered % 1000 === 500) server.restartGracefully();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    agent.destroy();
    // an old process answers when its writer was asked to stop long ago
    const late = connect(port, '127.0.0.1').setEncoding('latin1');
    late.write('GET /late HTTP/1.0\r\n');
    await sleep(100);
    server.restartGracefully();
    await sleep(1000);
    late.write('\r\n');
    expect(await text(late)).toContain('200 OK');
    await server.stop();
    const [year = ''] = await readdir(join(folder, 'piped'));
    const piped = join(folder, 'piped', year, 'access.log');
    const plain = readSorted(join(folder, 'plain.log'));
    // the processes behind the pipes end by themselves when they have read all of it
    const deadline = Date.now() + WAIT_MS;
    while (readSorted(piped).length < plain.length && Date.now() < deadline) await sleep(50);
    expect(plain.length).toBeGreaterThan(REQUESTS);
    expect(plain.filter((line) => line.includes('GET /late '))).toHaveLength(1);
    expect(new Set(plain.map((line) => / (\d+)\n$/.exec(line)?.[1])).size).toBeGreaterThan(1);
    expect(readSorted(piped)).toEqual(plain);
    expect(await server.readErrors()).not.toMatch(/^logtally: |piped log/m);
    await expectNoneLeft(piped);
  });

  it('has each line of the log in the totals once, though the processes behind the pipe are killed and replaced', async ({
    folder,
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const piped = join(folder, 'piped');
    const logs = `${COMBINED_IDS}\n${formatPipedLog(join(piped, '%Y', 'access.log'), 'combined_ids')}`;
    const server = await startApache({ folder, logs, environment: target.environment });
    apache = server;
    let asked = 0;
    const askFor = async (count: number) => {
      for (const last = asked + count; asked < last; asked += 1)
        while (!(await ask(server.port, `/photo/${asked % 50}?n=${asked}`))) await sleep(5);
    };
    const waitFor = async (what: () => number, wanted: number) => {
      for (const deadline = Date.now() + WAIT_MS; what() !== wanted && Date.now() < deadline; )
        await sleep(50);
      expect(what()).toBe(wanted);
    };
    // what a writer has read and not written dies with it
    const waitUntilWritten = () => waitFor(() => readWritten(piped).requests.size, asked);
    await askFor(200);
    await waitFor(() => findPiped('counts', piped).length, 1);
    expect(killPiped('counts', piped)).toBe(true);
    await askFor(200);
    await waitUntilWritten();
    expect(killPiped('writes', piped)).toBe(true);
    await askFor(200);
    await waitUntilWritten();
    server.restartGracefully();
    await askFor(200);
    // a signal ends a writer while Node.js starts
    await waitUntilWritten();
    await server.stop();
    await waitForNone(piped, COUNT_MS);
    const written = readWritten(piped);
    expect(written.requests.size).toBe(asked);
    const rows = await target.query(
      "select content_type || ' ' || object_id as object, hit_count::int as hits from logtally.object_ranking",
    );
    const totals = new Map(rows.map(({ object, hits }) => [String(object), Number(hits)]));
    expect(listDifferences(totals, written.hits)).toEqual([]);
    expect(await target.query('select sum(lines)::int as lines from logtally.batch')).toEqual([
      { lines: written.lines },
    ]);
    await succeed(target, ['verify']);
  });

  async function expectNoneLeft(piped: string): Promise<void> {
    const list = async () => (await promisify(execFile)('ps', ['-eo', 'args'])).stdout;
    const deadline = Date.now() + WAIT_MS;
    while ((await list()).includes(piped.replace(/\d{4}/, '%Y')) && Date.now() < deadline) await sleep(50);
    expect(await list()).not.toContain(piped.replace(/\d{4}/, '%Y'));
  }
});
