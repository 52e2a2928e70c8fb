// All logs of the soak test, each rotated in another way.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram } from '../../support/programs.js';
import { repeat, startNginx, type WebServer } from './web-server.js';
import { createDatedLogs, createEmptiedLog, type DatedLogs, startCronolog } from './written-logs.js';

/** Requests and lines a second. */
const LOAD = { nginx: 200, emptied: 50, dated: 25, linked: 25, cronolog: 25 };

export interface Logs {
  readonly folder: string;
  /** What `follow` is given. */
  readonly paths: readonly string[];
  readonly server: WebServer;
  /** Ways to change what files are called; they may be called at once. */
  readonly turns: {
    readonly nginx: () => Promise<void>;
    readonly emptied: () => Promise<void>;
    readonly day: () => Promise<void>;
    readonly pack: () => Promise<void>;
  };
  /** Followed by its link alone. */
  readonly linked: DatedLogs;
  /** Writes until it is to stop. @returns when every line is whole and in its file */
  write(stop: AbortSignal): Promise<void>;
}

export async function createLogs(folder: string): Promise<Logs> {
  const server = await startNginx(join(folder, 'nginx'));
  const emptied = await createEmptiedLog(join(folder, 'emptied'));
  for (const name of ['dated', 'linked', 'cronolog']) mkdirSync(join(folder, name));
  const toDatedPath = (day: string) => join(folder, 'dated', ...day.split('-'), 'access.log');
  const dated = createDatedLogs('dated', toDatedPath, join(folder, 'dated/access.log'));
  const toLinkedPath = (day: string) => join(folder, 'linked', 'days', `${day}.log`);
  const linked = createDatedLogs('linked', toLinkedPath, join(folder, 'linked/access.log'));
  await Promise.all([dated.turn(), linked.turn()]);
  const cronologPaths = [
    join(folder, 'cronolog/%Y/%m/%d/%H%M%S.log'),
    join(folder, 'cronolog/access.log'),
  ] as const;
  const cronolog = hasProgram('cronolog', 'cronolog') ? startCronolog(...cronologPaths) : null;
  let serial = 0;
  const request = () => {
    serial += 1;
    // every tenth is no object
    return server.request(serial % 10 === 0 ? '/' : `/photo/${serial}`);
  };
  return {
    folder,
    server,
    linked,
    paths: [
      ...[server.log, emptied.path],
      ...[join(folder, 'dated/%Y/%m/%d/access.log'), join(folder, 'dated/access.log')],
      join(folder, 'linked/access.log'),
      ...(cronolog === null ? [] : cronologPaths),
    ],
    turns: {
      nginx: createTurns(() => server.rotate()),
      emptied: createTurns(() => emptied.rotate()),
      day: createTurns(() => dated.turn()),
      pack: createTurns(() => dated.pack()),
    },
    async write(stop) {
      const requests: Promise<void>[] = [];
      await Promise.all([
        repeat(LOAD.nginx, stop, () => void requests.push(request())),
        repeat(2 * LOAD.emptied, stop, () => emptied.append()),
        repeat(LOAD.dated, stop, () => dated.append()),
        repeat(LOAD.linked, stop, () => linked.append()),
        repeat(LOAD.cronolog, stop, () => cronolog?.append()),
      ]);
      await Promise.all(requests);
      emptied.finishLine();
      await cronolog?.stop();
    },
  };
}

/** Lets one call after the other do its work. */
function createTurns(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(work);
    return last;
  };
}
