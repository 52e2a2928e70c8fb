/**
 * Logs that grow, on one screen: look which files have changed, count them, wait until something changes. Each look is an ingest of
 * the changed files; so whatever dies, the next look goes on exactly where the tables say.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { EXIT, findErrorCode } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { type InputResult, type OpenRun, openRun } from '../../ingest/ingest.js';
import { Bell } from './bell.js';
import { FolderWatch } from './folder-watch.js';
import type { FollowSettings, FollowWatch } from './follow-watch.js';
import { findFollowedBefore } from './followed-before.js';
import { FollowedFiles } from './followed-files.js';
import { createFollowedPath } from './followed-path.js';
import { withPatience } from './patience.js';

/** Milliseconds after which files are looked at, though the system tells of no change. */
const SLOW_LOOK_MS = 5000;

/** Milliseconds after which logs in which nothing is new are recorded as seen: how far they are behind is judged by it. */
const SEEN_MS = 60_000;

/** Commits after which dead rows are removed from an embedded database, and what was appended bit by bit is added up. */
const TIDY_COMMITS = 1000;

/**
 * Counts what is there, and then what comes, until it is to stop.
 *
 * @throws UsageError, InputError if the settings are no good; DatabaseError if the database refuses for good
 */
export async function follow(
  database: Database,
  settings: FollowSettings,
  watch: FollowWatch,
): Promise<void> {
  const follower = new Follower(database, watch);
  try {
    await follower.begin(settings);
    while (await follower.look()) await follower.wait();
    await follower.finish();
  } catch (error) {
    await follower.fail(error);
    if (!watch.end.aborted) throw error;
  } finally {
    follower.close();
  }
}

class Follower {
  readonly #database: Database;
  readonly #watch: FollowWatch;
  readonly #bell = new Bell();
  readonly #folders: FolderWatch;
  #settings: FollowSettings | null = null;
  #files = new FollowedFiles([], [], () => undefined);
  #run: OpenRun | null = null;
  #day = '';
  #isReloadWanted = false;
  #lookedAt = 0;
  #commits = 0;
  /** When the logs were recorded as seen. */
  #seenAt = performance.now();

  constructor(database: Database, watch: FollowWatch) {
    this.#database = database;
    this.#watch = watch;
    this.#folders = new FolderWatch((isName) => {
      if (isName) this.#files.scanSoon();
      this.#bell.ring();
    });
    watch.stop.addEventListener('abort', () => this.#bell.ring());
    watch.onReload(() => {
      this.#isReloadWanted = true;
      this.#bell.ring();
    });
  }

  async begin(settings: FollowSettings): Promise<void> {
    const { paths, site } = settings.ingest;
    const followed = await Promise.all(paths.map(createFollowedPath));
    this.#settings = settings;
    await this.#try(async () => {
      await this.#openRun(settings);
      const before = await findFollowedBefore(this.#database, { paths, site });
      this.#files = new FollowedFiles(followed, before, this.#watch.events.problem);
    });
    // before the first look: what comes while it goes on is seen by the next one
    this.#folders.update(this.#files.listFolders(new Date()));
    const changed = await this.#files.findChanged(Date.now());
    if (this.#run !== null) this.#watch.events.begun(this.#run, this.#files.size);
    // what is there may be a lot: it is counted by the first look
    if (changed.length > 0) this.#bell.ring();
  }

  /** Counts what has changed. @returns whether there is more to come */
  async look(): Promise<boolean> {
    const isLast = this.#watch.stop.aborted;
    if (isLast) this.#files.scanSoon();
    this.#bell.silence();
    this.#lookedAt = performance.now();
    if (this.#isReloadWanted) await this.#reload();
    await this.#turnDay();
    const changed = await this.#files.findChanged(Date.now());
    if (changed.length > 0) {
      const run = this.#getRun();
      const results = await this.#try(() => run.count(changed.map(({ path }) => path)));
      const now = Date.now();
      for (const [at, file] of changed.entries()) {
        const isCounted = results[at]?.error === null;
        this.#files.settle(file, isCounted, now);
        if (isCounted && this.#getSettings().isSpooled(file.path)) await rm(file.path, { force: true });
      }
      await this.#watch.events.counted(run, results.filter(isThere));
      await this.#tidy(results);
    }
    await this.#recordSeen();
    this.#folders.update(this.#files.listFolders(new Date()));
    await this.#watch.events.looked();
    await reachFaultPoint('looked', this.#database);
    return !isLast;
  }

  /** Waits until there may be something to count, and until the next commit is due. */
  async wait(): Promise<void> {
    const { everyMs } = this.#getSettings();
    const isRung = await this.#bell.wait(this.#folders.isComplete ? SLOW_LOOK_MS : everyMs);
    const restMs = this.#lookedAt + everyMs - performance.now();
    if (isRung && restMs > 0)
      await sleep(restMs, undefined, { signal: this.#watch.stop }).catch(() => undefined);
  }

  async finish(): Promise<void> {
    const run = this.#getRun();
    await this.#try(() => run.finish(EXIT.done));
    this.#run = null;
  }

  /** Records that the run has failed, or was given up. */
  async fail(error: unknown): Promise<void> {
    await this.#run?.fail(error);
  }

  close(): void {
    this.#folders.close();
  }

  async #openRun({ ingest, isSpooled }: FollowSettings): Promise<void> {
    const { progress, version, end, today } = this.#watch;
    this.#day = today();
    const live = { ...ingest, commitsOften: true, isFinished: isSpooled };
    this.#run = await openRun(this.#database, live, { progress, version, signal: end });
  }

  /** Ends the run with its day, and begins another one. */
  async #turnDay(): Promise<void> {
    if (this.#day === this.#watch.today()) return;
    await this.finish();
    await this.#try(() => this.#openRun(this.#getSettings()));
    this.#watch.events.begun(this.#getRun(), this.#files.size);
  }

  async #reload(): Promise<void> {
    this.#isReloadWanted = false;
    const { events, readSettings } = this.#watch;
    const before = this.#getSettings();
    try {
      const settings = await readSettings();
      await this.finish();
      await this.begin(settings);
    } catch (error) {
      events.notReloaded(error);
      // some settings turn out to be no good only when a run begins with them
      if (this.#run === null) await this.begin(before);
    }
  }

  async #recordSeen(): Promise<void> {
    if (performance.now() - this.#seenAt < SEEN_MS) return;
    this.#seenAt = performance.now();
    const run = this.#getRun();
    await this.#try(() => run.recordSeen());
  }

  async #tidy(results: readonly InputResult[]): Promise<void> {
    if (results.every(({ account }) => account.batches === 0)) return;
    this.#commits += 1;
    if (this.#commits % TIDY_COMMITS !== 0) return;
    const run = this.#getRun();
    await this.#try(() => run.tidy());
  }

  /** Runs `work`, which may be repeated, until the database answers. */
  #try<Result>(work: () => Promise<Result>): Promise<Result> {
    const { events, stop } = this.#watch;
    return withPatience(this.#database, { events, stop }, work);
  }

  #getRun(): OpenRun {
    if (this.#run === null) throw new Error('no run is open');
    return this.#run;
  }

  #getSettings(): FollowSettings {
    if (this.#settings === null) throw new Error('nothing is followed yet');
    return this.#settings;
  }
}

/** Whether a file was there when its turn came: one that was renamed or deleted meanwhile is found by its new name, if it has one. */
function isThere({ error }: InputResult): boolean {
  return findErrorCode(error?.cause) !== 'ENOENT';
}
