/**
 * Opens the next archives of a group while one is read: they are unpacked meanwhile, and it is asked about all of them at once
 * whether they are new.
 */
import { setMaxListeners } from 'node:events';
import type { Database } from '../../database/database.js';
import { RereadableInput } from '../../source/source.js';
import { findNewLogs, HEAD_BYTES } from '../identity/identity.js';
import type { InputRun } from '../run.js';

/** Archives that are open at the same time. Of each up to 1 MiB is unpacked ahead. */
const OPEN_ARCHIVES = 4;

/** Each open input listens to the signal that ends reading, and twice while it is waited for; Node warns of more than 10 listeners. */
const MAX_LISTENERS = 10 + 2 * OPEN_ARCHIVES;

/** An input that is open. */
export interface OpenInput {
  readonly input: RereadableInput;
  /** Whether it is known to begin like nothing that was counted; if not, that has to be asked. */
  readonly isNew: boolean;
}

export class ArchivesAhead {
  readonly #database: Database;
  readonly #run: InputRun;
  readonly #paths: readonly string[];
  readonly #open = new Map<string, OpenInput>();

  /** @param paths the files in the order in which they are read */
  constructor(database: Database, run: InputRun, paths: readonly string[]) {
    this.#database = database;
    this.#run = run;
    this.#paths = paths;
    setMaxListeners(MAX_LISTENERS, run.readSignal);
  }

  /**
   * Opens a file, or takes it if it is open. Whoever takes it closes it.
   *
   * @throws InputError if it cannot be opened, InterruptedError
   */
  async take(path: string): Promise<OpenInput> {
    if (!this.#open.has(path)) await this.#openFrom(path);
    const open = this.#open.get(path);
    if (open === undefined) throw new Error(`'${path}' was not opened`);
    this.#open.delete(path);
    return open;
  }

  /** Closes what was not taken. */
  async close(): Promise<void> {
    const left = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(left.map(({ input }) => input.close()));
  }

  /** Opens a file, and if it is an archive, those right behind it. */
  async #openFrom(path: string): Promise<void> {
    const input = await this.#openInput(path);
    const next = input.source.isArchive ? this.#listNext(path) : [];
    this.#open.set(path, { input, isNew: false });
    for (const { named, other } of await Promise.all(next.map((each) => this.#tryInput(each))))
      if (other !== null) this.#open.set(named, { input: other, isNew: false });
    if (next.length > 0) await this.#findNew();
  }

  /** When its turn comes, what is wrong with it is told. */
  async #tryInput(named: string) {
    return { named, other: await this.#openInput(named).catch(() => null) };
  }

  /** Lists the archives right behind a file, as many as may be open beside it. */
  #listNext(path: string): readonly string[] {
    const from = this.#paths.indexOf(path) + 1;
    const behind = this.#paths.slice(from, from + OPEN_ARCHIVES - 1);
    const end = behind.findIndex((each) => !this.#run.archives.isNewGzip(each));
    const next = new Set(end === -1 ? behind : behind.slice(0, end));
    // some are open if this file could not be opened with them
    return [...next].filter((each) => !this.#open.has(each));
  }

  #openInput(path: string): Promise<RereadableInput> {
    const { readSignal, settings } = this.#run;
    return RereadableInput.open(path, { signal: readSignal, patience: settings.patience });
  }

  /** Finds out which of those that are open begin like nothing that was counted. */
  async #findNew(): Promise<void> {
    const open = [...this.#open];
    // of one that cannot be read nothing is known, and whoever reads it is told why
    const heads = await Promise.all(open.map(([, { input }]) => input.peek(HEAD_BYTES).catch(() => null)));
    const asked = open.flatMap(([path, { input }], at) =>
      heads[at] == null ? [] : { path, input, head: heads[at] },
    );
    const areNew = await findNewLogs(
      this.#database,
      this.#run.settings.site,
      asked.map(({ head }) => head),
    );
    for (const [at, { path, input }] of asked.entries())
      this.#open.set(path, { input, isNew: areNew[at] === true });
  }
}
