// `logtally report --watch`: when the page is written anew, and what stops it.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readReportData } from '../page/report-file.js';
import { runCli, startCli } from '../support/cli.js';
import { startPostgres } from '../support/postgres.js';
import { it } from '../support/test.js';

function toLog(hits: number, day: string): string {
  const line = `203.0.113.9 - - [${day}:10:22:31 +0000] "GET / HTTP/1.1" 200 100 "-" "-" photo 1\n`;
  return line.repeat(hits);
}

interface Watching {
  readonly child: ChildProcess;
  readonly page: string;
  /** What it has said so far. */
  readonly told: () => string;
}

function startWatching(folder: string, environment: Readonly<Record<string, string>>): Watching {
  const page = join(folder, 'hits.html');
  const child = startCli(['report', '--watch', '5', '--output', page], environment);
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      told += String(text);
    });
  return { child, page, told: () => told };
}

/** Waits until the page has so many hits. */
async function waitForHits({ page, child, told }: Watching, hits: number): Promise<string> {
  const read = async () => {
    if (child.exitCode !== null) throw new Error(`it has ended: ${told()}`);
    const text = await readFile(page, 'utf8').catch(() => '');
    return text === '' ? null : readReportData(text).types.reduce((sum, type) => sum + type.hits, 0);
  };
  await expect.poll(read, { timeout: 60_000, interval: 100 }).toBe(hits);
  return readFile(page, 'utf8');
}

/** Counts the connections to a server. @returns its URL by way of the counter */
async function startCounter(url: string): Promise<{ url: string; count: () => number; server: Server }> {
  const { hostname, port } = new URL(url);
  let count = 0;
  const server = createServer((client) => {
    count += 1;
    const other = connect(Number(port), hostname);
    for (const socket of [client, other]) socket.on('error', () => undefined);
    client.pipe(other).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const counted = new URL(url);
  counted.host = `127.0.0.1:${address.port}`;
  return { url: counted.href, count: () => count, server };
}

describe('report --watch', () => {
  it('writes the page anew when something was counted, and else leaves it alone, until SIGTERM', {
    timeout: 180_000,
  }, async ({ folder, openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: toLog(5, '14/Apr/2026') });
    const { url, count, server } = await startCounter(target.environment['DATABASE_URL'] ?? '');
    try {
      const watching = startWatching(folder, { DATABASE_URL: url });
      const closed = once(watching.child, 'close');
      const first = readReportData(await waitForHits(watching, 5));
      const [{ committed_at: countedAt } = {}] = await target.query(
        `select to_char(max(committed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as committed_at from logtally.batch`,
      );
      expect(first).toMatchObject({ watch: { seconds: 5 }, countedAt });

      const { ino } = await stat(watching.page);
      const looks = count();
      // when the second look has begun, the first one is over
      await expect.poll(count, { timeout: 60_000 }).toBeGreaterThanOrEqual(looks + 2);
      expect((await stat(watching.page)).ino).toBe(ino);

      await target.run(['ingest', '--quiet'], { input: toLog(2, '15/Apr/2026') });
      const second = readReportData(await waitForHits(watching, 7));
      expect(Date.parse(second.countedAt ?? '')).toBeGreaterThan(Date.parse(String(countedAt)));
      // of a line that is no hit the account tells, and the age
      await target.run(['ingest', '--quiet'], { input: toLog(1, '16/Apr/2026').replace('photo 1', '- -') });
      const readAge = async () => readReportData(await readFile(watching.page, 'utf8')).countedAt;
      await expect.poll(readAge, { timeout: 60_000 }).not.toBe(second.countedAt);
      watching.child.kill('SIGTERM');
      expect(await closed).toEqual([0, null]);
      expect(watching.told()).toBe('');
      expect(await readdir(folder)).toEqual(['hits.html']);
    } finally {
      server.close();
    }
  });

  it('tells once that the server is away, keeps the page, and goes on when it is back', {
    timeout: 180_000,
  }, async ({ folder }) => {
    const server = await startPostgres();
    try {
      const environment = { DATABASE_URL: await server.createDatabase() };
      await runCli(['ingest', '--quiet'], { environment, input: toLog(5, '14/Apr/2026') });
      const watching = startWatching(folder, environment);
      const closed = once(watching.child, 'close');
      const first = await waitForHits(watching, 5);
      for (const times of [1, 2]) {
        await server.kill();
        const lines = () => watching.told().split('trying again\n').length - 1;
        await expect.poll(lines, { timeout: 60_000 }).toBe(times);
        if (times === 1) expect(await readFile(watching.page, 'utf8')).toBe(first);
        await server.start();
        await runCli(['ingest', '--quiet'], { environment, input: toLog(1, `${14 + times}/Apr/2026`) });
        await waitForHits(watching, 5 + times);
      }
      watching.child.kill('SIGINT');
      expect(await closed).toEqual([0, null]);
      expect(watching.told()).toMatch(/^(?:logtally: .*; trying again\n){2}$/);
    } finally {
      await server.stop();
    }
  });

  it('reads the config file at each look, and waits while that cannot be read', { timeout: 120_000 }, async ({
    folder,
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: toLog(5, '14/Apr/2026') });
    const config = join(folder, 'logtally.toml');
    const writeName = (name: string) =>
      writeFile(config, `[[content_type]]\nid = "photo"\nname = "${name}"\n`);
    await writeName('Photos');
    const watching = startWatching(folder, { ...target.environment, LOGTALLY_CONFIG: config });
    const readName = async () => readReportData(await readFile(watching.page, 'utf8')).types[0]?.name;
    await waitForHits(watching, 5);
    expect(await readName()).toBe('Photos');
    await writeFile(config, '[[content_type]');
    await expect
      .poll(watching.told, { timeout: 60_000 })
      .toMatch(/^logtally: .*logtally\.toml.*; trying again\n$/);
    expect(await readName()).toBe('Photos');
    await writeName('Pictures');
    await expect.poll(readName, { timeout: 60_000 }).toBe('Pictures');
    expect(watching.told().match(/\n/g)).toHaveLength(1);
  });

  it('needs a file, at least 5 seconds, and a first look that succeeds', async ({ folder, openTarget }) => {
    const target = await openTarget('postgres');
    const output = ['--output', join(folder, 'hits.html')];
    for (const [args, message] of [
      [['--watch', '60', '--output', '-'], '--watch writes a file anew, so --output has to name one'],
      [['--watch', '4', ...output], "--watch: '4' is not a whole number of at least 5"],
    ] as const) {
      const answer = await target.run(['report', ...args]);
      expect(answer).toMatchObject({ code: 2, stdout: '' });
      expect(answer.stderr).toContain(message);
    }
    const environment = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const away = await runCli(['report', '--watch', '5', ...output], { environment });
    expect(away).toMatchObject({ code: 1, stdout: '' });
    expect(away.stderr).toContain('cannot connect');
    expect(await readdir(folder)).toEqual([]);
  });
});
