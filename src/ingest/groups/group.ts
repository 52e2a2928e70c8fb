/**
 * The files of one transaction while they are read. Their lines are merged together, which costs far less than file by file.
 * Each log keeps its own stream, ranges and account. A file that fails is rolled back alone.
 */
import type { Database } from '../../database/database.js';
import { InputError } from '../../errors.js';
import { createStaging } from '../../summaries/summaries.js';
import { Account, ContentTypes, copyGroupHits, GroupHits, type HeldHits } from '../counting/counting.js';
import { BeginningWatch, ChangedError, MovedError } from '../identity/identity.js';
import { findKnownLog, openNextLog } from '../log.js';
import { type InputResult, type LogResult, toInputResult } from '../results.js';
import type { InputRun } from '../run.js';
import {
  type LogToCount,
  prepareRequests,
  type StagedBatch,
  type StagedLog,
  stageLog,
} from '../stage-log.js';
import { ArchivesAhead } from './archives-ahead.js';

/** A file that cannot be counted in a group: another log seems to follow in it. */
class NotAloneError extends Error {}

/** One file of a group. */
interface Member {
  readonly path: string;
  /** What became of it; null if it has to be counted for itself. */
  readonly result: LogResult | InputError | null;
  /** Null if nothing of it is to be stored. */
  readonly staged: { readonly log: StagedLog; readonly held: HeldHits | null } | null;
}

/** What became of a file of a group; `result` is null if it has to be counted for itself. */
export interface GroupedInput {
  readonly path: string;
  readonly result: InputResult | null;
}

/** The files of one transaction. */
export class Group {
  /** The logs of which something is to be stored. */
  readonly staged: StagedLog[] = [];
  /** The files that were read, and the one at hand. */
  readonly paths: string[] = [];
  /** Whether the next file may be a log that is not committed yet: it cannot be looked up before that. */
  isBeforeTwin = false;
  readonly #database: Database;
  readonly #run: InputRun;
  readonly #uncommitted: readonly StagedLog[];
  readonly #startedAt = performance.now();
  readonly #members: Member[] = [];
  /** The hits that are held of small logs; null if there are none. */
  #hits: GroupHits | null = null;
  /** Logs of which rows were sent that are not added up with those of the others. */
  #sentLogs = 0;
  #account = new Account();

  /** @param uncommitted the logs of the group before, if that is not committed yet */
  constructor(database: Database, run: InputRun, uncommitted: readonly StagedLog[]) {
    this.#database = database;
    this.#run = run;
    this.#uncommitted = uncommitted;
    run.beginnings.beginGroup();
    for (const log of uncommitted) this.#watchFor(log);
  }

  /**
   * Stages what is new of the files, as many as one transaction takes.
   *
   * @param hasFailed whether to stop, because the group before it has failed for good
   * @throws InterruptedError, DatabaseError; an error of one file is its result
   */
  async read(paths: readonly string[], hasFailed: () => boolean): Promise<void> {
    const ahead = new ArchivesAhead(this.#database, this.#run, paths);
    try {
      for (const path of paths) {
        if (this.#isFull() || hasFailed()) return;
        this.paths.push(path);
        const member = await this.#add(path, ahead);
        if (member === null) {
          this.paths.pop();
          this.isBeforeTwin = true;
          return;
        }
        this.#enter(member);
      }
    } finally {
      await ahead.close();
    }
  }

  /** Stages the hits that were held of small logs. @returns all that is to be stored */
  async copyHeld(): Promise<StagedBatch> {
    const sharedTypes = new ContentTypes(this.#countTypes());
    const { signal } = this.#run;
    if (this.#hits !== null) await copyGroupHits(this.#database, this.#hits, { sharedTypes, signal });
    const hasOtherRows = this.#sentLogs > 0 || this.#hits?.hasOtherRows === true;
    const logsMeet = this.staged.length > 1 && hasOtherRows;
    // their memory is free while the database stores them
    this.#hits = null;
    return { logs: this.staged, sharedTypes, logsMeet };
  }

  /** Content types of the logs so far; one counts as often as there are logs that have it. */
  #countTypes(): number {
    return this.staged.reduce((sum, { contentTypes }) => sum + contentTypes.names.length, 0);
  }

  /** What became of the files. @param lateError why rejected lines could not be kept; null if they were */
  finish(lateError: InputError | null): readonly GroupedInput[] {
    return this.#members.map(({ path, result, staged }) => {
      if (result === null) return { path, result };
      if (result instanceof InputError) return { path, result: toInputResult(path, [], result) };
      const hasRejects = (staged?.log.account.rejected ?? 0) > 0;
      const log = { ...result, lateError: hasRejects ? lateError : null };
      return { path, result: toInputResult(path, [log], null) };
    });
  }

  #isFull(): boolean {
    const { lines, bytes } = this.#account;
    const bounds = this.#run.settings.groupBounds;
    return (
      lines >= bounds.lines ||
      bytes >= bounds.bytes ||
      this.#members.length >= bounds.files ||
      this.#hits?.isFull === true ||
      performance.now() - this.#startedAt >= bounds.milliseconds
    );
  }

  /** @returns null if the file may be a log that is not committed yet */
  async #add(path: string, ahead: ArchivesAhead): Promise<Member | null> {
    const { rejects, signal } = this.#run;
    signal.throwIfAborted();
    const rejectsBefore = rejects?.waitingBytes ?? 0;
    try {
      const known = await findKnownLog(this.#database, path, this.#run);
      return known === null ? await this.#read(path, ahead) : { path, result: known, staged: null };
    } catch (error) {
      rejects?.discard(rejectsBefore);
      const isCountedAlone =
        error instanceof NotAloneError || error instanceof MovedError || error instanceof ChangedError;
      if (!isCountedAlone && !(error instanceof InputError)) throw error;
      return { path, result: isCountedAlone ? null : error, staged: null };
    }
  }

  async #read(path: string, ahead: ArchivesAhead): Promise<Member | null> {
    const { input, isNew } = await ahead.take(path);
    try {
      const place = { continued: null, watch: new BeginningWatch(this.#run.beginnings, input), isNew };
      const { log, before } = await openNextLog(this.#database, input, place, this.#run);
      if (log === null) {
        if (before.hasMore) throw new NotAloneError();
        return { path, result: before, staged: null };
      }
      if (this.#mayBeOther(log)) return null;
      // outside the savepoint, so that the tables stay if the log is rolled back
      if (this.#members.every(({ staged }) => staged === null)) {
        await createStaging(this.#database);
        await prepareRequests(this.#database, this.#run);
      }
      const stagePlace = {
        firstTypeKey: this.#countTypes(),
        holdsSmall: true,
      };
      const staged = await this.#database.transaction('writing', async () => {
        const stagedLog = await stageLog(this.#database, log, this.#run, stagePlace);
        if (log.reader.isFollowed) throw new NotAloneError();
        return stagedLog;
      });
      const account = Account.sum([before.account, staged.log.account]);
      return { path, result: { ...before, account, damage: staged.log.damage }, staged };
    } finally {
      await input.close();
    }
  }

  #enter(member: Member): void {
    this.#members.push(member);
    // the numbers of content types go on where the last stored log has ended
    if (member.staged === null || !member.staged.log.isStored) return;
    const { log, held } = member.staged;
    if (held === null) this.#sentLogs += 1;
    else {
      this.#hits ??= new GroupHits();
      this.#hits.add(held, log.contentTypes);
    }
    this.staged.push(log);
    this.#account = Account.sum([this.#account, log.account]);
    this.#watchFor(log);
  }

  /** Looks for the beginning of a new log in the files behind it. */
  #watchFor({ identity, checkpoints }: StagedLog): void {
    const { stream, prefixMark } = identity;
    if (stream === null) this.#run.beginnings.addStaged({ prefixMark, checkpoints });
  }

  /** Whether a log begins like one that is not committed yet, or goes on behind the same known lines: only the first one may be it. */
  #mayBeOther({ identity: { head, stream } }: LogToCount): boolean {
    return [...this.#uncommitted, ...this.staged].some(({ identity }) => {
      if (stream !== null && identity.stream?.streamId === stream.streamId) return true;
      const length = Math.min(head.length, identity.head.length);
      return length > 0 && head.compare(identity.head, 0, length, 0, length) === 0;
    });
  }
}
