// The connection to a server is cut once, at its n-th piece of data in either direction: what a read or a write on the
// socket fails with.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { finishCli, runCli, startCli } from '../support/cli.js';
import { lines } from '../support/logs.js';
import type { PostgresServer } from '../support/postgres.js';
import { findUnclear, findWrong, type Outcome } from './check.js';
import { LIMIT_MS } from './strace.js';

const KNOWN_LINES = 40;
const ALL_LINES = 100;

interface Cutter {
  readonly url: string;
  /** Pieces that have passed, and the one that was cut. */
  getPieces(): number;
  close(): void;
}

/** @param at which piece is not forwarded, from 1; null forwards all of them */
async function startCutter(databaseUrl: string, at: number | null): Promise<Cutter> {
  const target = new URL(databaseUrl);
  let pieces = 0;
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => {
      pieces += 1;
      if (pieces !== at) to.write(bytes);
      else for (const socket of [from, to]) socket.destroy();
    });
    from.on('close', () => to.destroy());
    from.on('error', () => undefined);
  };
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    forward(client, server);
    forward(server, client);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((listener.address() as AddressInfo).port);
  return { url: url.href, getPieces: () => pieces, close: () => listener.close() };
}

/** @param at which piece is cut, from 1; null counts the pieces of a run that nothing disturbs */
export async function cutOnce(
  server: PostgresServer,
  folder: string,
  at: number | null,
): Promise<Outcome & { readonly pieces: number }> {
  const environment = { DATABASE_URL: await server.createDatabase() };
  const place = await mkdtemp(join(folder, 'case-'));
  const log = join(place, 'access.log');
  await writeFile(log, lines(0, KNOWN_LINES));
  await runCli(['ingest', '--quiet', log], { environment });
  await writeFile(log, lines(0, ALL_LINES));
  const cutter = await startCutter(environment.DATABASE_URL, at);
  const child = startCli(['ingest', '--quiet', log], { DATABASE_URL: cutter.url });
  child.stdin?.end();
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    child.kill('SIGKILL');
  }, LIMIT_MS);
  const answer = await finishCli(child);
  clearTimeout(timer);
  cutter.close();
  const pieces = cutter.getPieces();
  const failed = at !== null && pieces >= at ? `piece ${at}` : null;
  const run = { ...answer, calls: pieces, failed, isHung };
  if (isHung) return { run, pieces, verdict: 'hung', detail: answer.stderr };
  const unclear = findUnclear(run);
  const wrong = await findWrong({ environment, logs: [log], expected: ALL_LINES });
  await rm(place, { recursive: true });
  if (unclear !== null) return { run, pieces, verdict: 'unclear message', detail: unclear };
  return { run, pieces, verdict: wrong === null ? null : 'wrong totals', detail: wrong ?? '' };
}
