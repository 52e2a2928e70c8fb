// Logs that are rotated in each way, and a `follow` that dies again and again: in the end each line was counted once.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runCli } from '../../support/cli.js';
import { countByAwk } from '../../support/oracle.js';
import { checkTotals, createStore, type Kind, type Server, type Store } from '../kills.js';
import { killOften, SIGNALS } from './deaths.js';
import { createLogs, type Logs } from './logs.js';
import { createFollowing, type Following, waitForNumber } from './program.js';
import type { Result } from './result.js';

/** Seconds between two of them. */
const TURNS = { nginx: 7, emptied: 9, day: 4, pack: 6 };

const PATIENCE_MS = 90_000;

/** @throws Error if a line was not counted once */
export async function soak(server: Server, kind: Kind, seconds: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-follow-'));
  const store = await createStore(server, kind);
  const logs = await createLogs(folder);
  const config = join(folder, 'logtally.toml');
  await writeFile(config, 'format = "combined_ids"\n', { mode: 0o600 });
  const following = createFollowing(store, ['--config', config, ...logs.paths]);
  const end = AbortSignal.timeout(seconds * 1000);
  const writing = logs.write(end);
  try {
    following.start();
    await Promise.all([writing, turnLogs(logs, end), killOften(following, { store, logs, config, seconds })]);
    return await checkLines(store, { kind, logs, following });
  } finally {
    following.signal('SIGKILL');
    await writing;
    await logs.server.stop();
    await store.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Renames, empties and compresses what is written, whether it is followed or not. */
async function turnLogs({ turns }: Logs, stop: AbortSignal): Promise<void> {
  for (let second = 1; !stop.aborted; second += 1) {
    await sleep(1000);
    if (second % TURNS.day === 0) await turns.day();
    if (second % TURNS.nginx === 0) await turns.nginx();
    if (second % TURNS.emptied === 0) await turns.emptied();
    if (second % TURNS.pack === 0) await turns.pack();
  }
}

/** Counts what is in the files in another way, waits until as much is stored, and compares. */
async function checkLines(
  store: Store,
  { kind, logs, following }: { readonly kind: Kind; readonly logs: Logs; readonly following: Following },
): Promise<Result> {
  await logs.server.stop();
  const whole = join(logs.folder, 'whole');
  const files = String.raw`find nginx emptied dated linked cronolog -type f \( -name '*.log' -o -name '*.log.*' -o -name '*.gz' \)`;
  const shell = async (command: string) =>
    (await promisify(execFile)('sh', ['-c', command], { cwd: logs.folder })).stdout;
  await shell(`${files} -exec zcat -f {} + > ${whole}`);
  const count = async (command: string) => Number(await shell(command));
  const lines = await count(`wc -l < ${whole}`);
  const ofNginx = await count('zcat -f nginx/access.log* | wc -l');
  const packed = await count(`find . -name '*.gz' | wc -l`);
  const fileCount = await count(`${files} | wc -l`);
  const statement = 'select sum(lines) as number from logtally.batch';
  const isAll = (found: number) => found >= lines;
  const startedAt = performance.now();
  await waitForNumber(store, { statement, isWanted: isAll, patienceMs: PATIENCE_MS });
  const waitedMs = performance.now() - startedAt;
  await following.end('SIGTERM');
  await checkTotals(store, { expected: await countByAwk(whole), lines }, kind);
  if (ofNginx !== logs.server.answered)
    throw new Error(`nginx answered ${logs.server.answered} requests and logged ${ofNginx}`);
  const { code, stdout, stderr } = await runCli(['verify'], { environment: store.environment });
  if (code !== 0) throw new Error(`verify: ${stdout}${stderr}`);
  return {
    promise: `each line of all files is counted once (${kind})`,
    found: `${lines} lines, ${fileCount} files, ${packed} of them packed; ${SIGNALS.length} signals; the last line ${(waitedMs / 1000).toFixed(1)} s after the end`,
    isKept: true,
  };
}
