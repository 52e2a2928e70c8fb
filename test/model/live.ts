// The processes that go on while other things happen to logs: one that follows them, and two that stand behind a server's pipe.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogtallyError } from '../../src/errors.js';
import { undoRun } from '../../src/ingest/storing/undo.js';
import { verify } from '../../src/report/verify.js';
import type { LiveAction } from './actions.js';
import { check, readBatches } from './check.js';
import { type SeenLogs, toCountable } from './expected.js';
import { type LogFile, type LogFolder, pick } from './files.js';
import { PipedLog } from './piped-log.js';
import { type Living, startLiving, waitUntil } from './processes.js';
import type { Store } from './stores.js';

/** How often what has happened, of all programs. */
export const happened = { follows: 0, pipes: 0, kills: 0, faults: 0, undone: 0, caughtUp: 0 };

const DATED = 'dated-';
const WAITS_FOR_MS = 200;

export interface LiveOptions {
  readonly store: Store;
  readonly folder: string;
  readonly logs: LogFolder;
  readonly seen: SeenLogs;
  readonly summaries: readonly string[];
}

export class LiveProcesses {
  readonly #options: LiveOptions;
  readonly #dated: PipedLog;
  readonly #spooled: PipedLog;
  #follow: { readonly process: Living; readonly isAll: boolean; readonly fault: string } | null = null;
  #isUndone = false;
  /** While the processes are ended that have an embedded database open. */
  #way: Promise<void> | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
    const { folder, logs } = options;
    const makeLine = () => logs.makeLines(1, 0);
    const pattern = join(folder, `${DATED}%Y-%m-%d.log`);
    const isDated = (name: string) => name.startsWith(DATED);
    this.#dated = new PipedLog(
      join(folder, 'fifos/dated'),
      { folder, isOwn: isDated, args: [pattern] },
      makeLine,
    );
    const spool = join(folder, 'spool');
    const toSpool = ['--no-files', '--spool', spool];
    const isSegment = (name: string) => !name.startsWith('.');
    this.#spooled = new PipedLog(
      join(folder, 'fifos/spool'),
      { folder: spool, isOwn: isSegment, args: toSpool },
      makeLine,
    );
  }

  async apply(action: LiveAction): Promise<void> {
    switch (action.do) {
      case 'follow':
        return this.#start(action);
      case 'catchUp':
        return this.#catchUp();
      case 'stopFollow':
        return this.#stop(action.isKilled);
      case 'pipe':
        return this.#startPipe(this.#pick(action.isSpooled), action.fault);
      case 'give': {
        const log = this.#pick(action.isSpooled);
        const lines = this.#options.logs.makeLines(action.lines, action.filler).split(/(?<=\n)/);
        // a web server starts what stands behind its pipe, and starts it again
        if (!log.isAlive) await this.#startPipe(log, '');
        return log.give(lines, action.isPart);
      }
      case 'endPipe': {
        const log = this.#pick(action.isSpooled);
        if (action.how === 'end') return log.end();
        happened.kills += action.how === 'kill' ? await log.kill() : log.killCounting();
        return;
      }
      case 'wait':
        return sleep(action.ms).then(() => undefined);
      case 'undo':
        return this.#undo(action.run);
    }
  }

  /** Whether lines were taken back since all files were counted. */
  get isUndone(): boolean {
    return this.#isUndone;
  }

  get isFollowing(): boolean {
    return this.#follow?.process.isAlive() ?? false;
  }

  /** Whether all of a log is certainly stored. */
  isCounted(content: string): boolean {
    return !this.#isUndone && this.#options.seen.has(content);
  }

  /** Waits until what was piped is in files. @returns these files; what has gone is counted */
  async settle(): Promise<readonly LogFile[]> {
    const { seen } = this.#options;
    const files: LogFile[] = [];
    for (const log of [this.#dated, this.#spooled]) {
      await log.settle();
      const { files: there, gone } = log.read();
      files.push(...there);
      for (const content of gone) seen.add(content);
    }
    return files;
  }

  /** An embedded database is opened by one process: those that have it open count what is there, and end. */
  makeWay(): Promise<void> {
    // two runs that begin at once end them once
    this.#way ??= this.#endAll().finally(() => {
      this.#way = null;
    });
    return this.#way;
  }

  async #endAll(): Promise<void> {
    if (this.#options.store.isShared) return;
    await this.#stop(false);
    for (const log of [this.#dated, this.#spooled]) await log.end();
    await this.#options.store.release();
  }

  /** All files were counted, by a run that nothing disturbed. */
  countedAll(): void {
    this.#isUndone = false;
  }

  /** Ends what still runs: what is there is counted. */
  async finish(): Promise<void> {
    await this.#catchUp();
    await this.#stop(false);
    for (const log of [this.#dated, this.#spooled]) {
      if (!log.isUsed) continue;
      // the lines that a killed process has not taken
      if (!log.isAlive) await this.#startPipe(log, '');
      await log.end();
    }
  }

  /** @throws Error that says what differs */
  async verify(): Promise<void> {
    const database = await this.#options.store.open();
    try {
      for (const { check: name, differences, examples } of await verify(database)) {
        if (differences > 0) throw new Error(`verify: ${name}: ${examples[0]}`);
      }
    } finally {
      await database.close();
    }
  }

  /** Kills what runs. */
  async abandon(): Promise<void> {
    this.#follow?.process.signal('SIGKILL');
    await Promise.all([this.#follow?.process.ended, this.#dated.abandon(), this.#spooled.abandon()]);
  }

  async #startPipe(log: PipedLog, fault: string): Promise<void> {
    happened.pipes += 1;
    await this.makeWay();
    log.start(this.#listArgs(), this.#createEnvironment(fault));
  }

  #pick(isSpooled: boolean): PipedLog {
    return isSpooled ? this.#spooled : this.#dated;
  }

  #listArgs(): readonly string[] {
    const summary = this.#options.summaries.join() || 'none';
    return [
      ...['--every', '20ms', '--site', 'default', '--format', 'combined_ids'],
      ...['--max-rejects', '100%', '--summary', summary],
    ];
  }

  #createEnvironment(fault: string): Readonly<Record<string, string>> {
    if (fault !== '') happened.faults += 1;
    return { ...this.#options.store.environment, ...(fault === '' ? {} : { LOGTALLY_FAULT: fault }) };
  }

  async #start({ isAll, isAwaited, fault }: LiveAction & { readonly do: 'follow' }): Promise<void> {
    if (this.#follow?.process.isAlive()) return;
    await this.makeWay();
    const { folder } = this.#options;
    const paths = isAll ? ['*'] : ['access.log', 'other.log'];
    const args = ['follow', ...this.#listArgs(), ...paths.map((path) => join(folder, path))];
    const started = startLiving(args, this.#createEnvironment(fault), null);
    this.#follow = { process: started, isAll, fault };
    happened.follows += 1;
    if (isAwaited)
      await waitUntil('follow begins', () => !started.isAlive() || started.getNews().includes('following'));
  }

  /** Waits until all that is there is counted, if the process that follows can see all of it. */
  async #catchUp(): Promise<void> {
    const { store, seen, logs, summaries } = this.#options;
    // what it has counted once grows
    logs.apply({ do: 'append', log: 0, lines: 1, filler: 0 }, () => false);
    const piped = await this.settle();
    const follow = this.#follow;
    const files = [...logs.files, ...piped];
    const plain = files.filter(({ packing }) => packing === 'none').map(({ content }) => content);
    const isVisible = ({ packing, content }: LogFile) =>
      packing === 'none' ||
      packing === 'half' ||
      seen.has(content) ||
      plain.some((other) => other.startsWith(content));
    if (
      !store.isShared ||
      !follow?.isAll ||
      follow.fault !== '' ||
      // nobody else counts what is in its folder
      this.#spooled.diesAgain ||
      this.#isUndone ||
      !files.every(isVisible)
    ) {
      await sleep(WAITS_FOR_MS);
      return;
    }
    const expected = seen.copy();
    for (const file of files) if (file.packing === 'none') expected.add(toCountable(file));
    const { lines } = expected.count();
    const { process } = follow;
    const hasEnded = () => process.hasComplained() || !process.isAlive();
    let counted = -1;
    await waitUntil(`follow counts ${lines} lines`, async () => {
      counted = (await readBatches(store.client)).lines;
      return counted === lines || hasEnded();
    }).catch((error: unknown) => {
      throw new Error(`${error}; it counted ${counted}; ${process.getNews()}; ${this.#spooled.getNews()}`);
    });
    if (counted !== lines) return;
    await check({ client: store.client, seen: expected, summaries });
    happened.caughtUp += 1;
  }

  async #stop(isKilled: boolean): Promise<void> {
    if (this.#follow === null) return;
    const { process, fault } = this.#follow;
    if (isKilled && process.isAlive()) happened.kills += 1;
    process.signal(isKilled ? 'SIGKILL' : 'SIGTERM');
    const code = await process.ended;
    this.#follow = null;
    // while Node.js starts, a signal still ends it
    const hasBegun = process.getNews().includes('following');
    if (code === 0 || isKilled || fault !== '' || (code === null && !hasBegun)) return;
    throw new Error(`follow ended with ${code}: ${process.getNews()}`);
  }

  /** Takes a run back, if all that was ever counted is still in files. */
  async #undo(choice: number): Promise<void> {
    const { store, seen, logs } = this.#options;
    const contents = [...logs.files, ...this.#dated.read().files].map(toCountable);
    if (this.#spooled.isUsed || logs.hasForks || !seen.areIn(contents)) return;
    await this.makeWay();
    const { rows } = await store.client.query<{ run: number }>(
      'select distinct run_id as run from logtally.batch order by 1',
    );
    const run = pick(rows, choice)?.run;
    if (run === undefined) return;
    const database = await store.open();
    try {
      await undoRun(database, run, new AbortController().signal);
      happened.undone += 1;
      this.#isUndone = true;
    } catch (error) {
      // a run that cannot be undone any more
      if (!(error instanceof LogtallyError)) throw error;
    } finally {
      await database.close().catch(() => undefined);
    }
  }
}
