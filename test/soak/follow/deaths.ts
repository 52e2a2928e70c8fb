// Ends `follow` at random moments, and does to the logs what happens while nobody follows.

import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../kills.js';
import type { Logs } from './logs.js';
import { type Following, waitForNumber } from './program.js';

export const SIGNALS = [
  ...(['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGHUP'] as const),
  ...(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const),
];

const PATIENCE_MS = 90_000;

/** @param options what is followed, into which database, for how long, and the config file that SIGHUP is to make known */
export async function killOften(
  following: Following,
  options: {
    readonly store: Store;
    readonly logs: Logs;
    readonly config: string;
    readonly seconds: number;
  },
): Promise<void> {
  const { store, logs, config, seconds } = options;
  const { nginx, emptied, pack } = logs.turns;
  const duringPauses = [nginx, emptied, pack];
  const liveHalf = () => sleep((0.5 + Math.random()) * ((seconds * 500) / SIGNALS.length - 750));
  for (const [at, signal] of SIGNALS.entries()) {
    await liveHalf();
    if (await isLinkSeen(store, logs)) await logs.linked.turn();
    await liveHalf();
    if (signal !== 'SIGKILL') await following.waitForStart();
    if (signal === 'SIGHUP') {
      await reloadConfig(store, following, config);
      continue;
    }
    const isSeen = await isLinkSeen(store, logs);
    await following.end(signal);
    if (isSeen) await logs.linked.turn();
    await duringPauses[at % duringPauses.length]?.();
    await sleep(500 + Math.random() * 2000);
    following.start();
  }
}

/**
 * Whether a line of the file to which the link leads is counted. If the link moves twice while nobody follows, it leads past a file,
 * of which nobody can know.
 */
function isLinkSeen(store: Store, { linked: { day } }: Logs): Promise<boolean> {
  const statement = `select count(*) as number from logtally.daily_hits where content_type = 'linked' and hit_on = '${day}'`;
  return waitForNumber(store, { statement, isWanted: (rows) => rows > 0, patienceMs: 1 });
}

/** Has `follow` read a config file that keeps something that was not kept before. */
async function reloadConfig(store: Store, following: Following, config: string): Promise<void> {
  await writeFile(config, 'format = "combined_ids"\n[summaries]\non = ["statuses"]\n');
  following.signal('SIGHUP');
  const statement = 'select count(*) as number from logtally.status_count';
  const isWanted = (rows: number) => rows > 0;
  const isRead = await waitForNumber(store, { statement, isWanted, patienceMs: PATIENCE_MS });
  if (!isRead) throw new Error('after SIGHUP the new settings are not used');
}
