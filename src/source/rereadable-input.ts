/**
 * The decompressed bytes of an input, taken piece by piece. They can be looked at before they are taken, and read again. A
 * file stays open, so that it is the same one even if it is renamed; the bytes of a pipe are kept on disk as long as they
 * may be needed again.
 */
import type { FileHandle } from 'node:fs/promises';
import { deliversOnce, locateInput, STANDARD_INPUT, toInputError } from './inputs.js';
import { openFile, openFileAt, openSource, type Source } from './open.js';
import { DRAIN_PATIENCE, getRestMs, type Patience, waitForChange } from './patience.js';
import { openSpool, type Spool } from './spool.js';

/** How an input is read. */
export interface InputOptions {
  /** Ends the reading: a file at once, a pipe after the bytes that it has delivered by then. */
  readonly signal: AbortSignal;
  /** How long `peek` waits for a pipe. */
  readonly patience: Patience;
}

/** One input that is read. */
export class RereadableInput {
  readonly path: string;
  /** Null for standard input. */
  readonly file: FileHandle | null;
  readonly #signal: AbortSignal;
  /** Null for a file, which is waited for without end. */
  readonly #pipePatience: Patience | null;
  /** Whether a pipe was waited for as long as allowed, and nothing has come since. */
  #isSilent = false;
  /** The latest time at which a pipe is left (milliseconds of `performance.now`); null if the program is not to stop. */
  #leftAt: number | null = null;
  #isInterrupted = false;
  #source: Source;
  /** Pieces that were put back, to be taken first. */
  #waiting: Buffer[] = [];
  /** Null for files, and for pipes of which nothing is kept. */
  #spool: Spool | null = null;
  /** Decompressed bytes that were taken and not put back. */
  #position = 0;
  /** The position in a file to which `rewind` goes back. */
  #keptFrom = 0;

  private constructor(source: Source, file: FileHandle | null, { signal, patience }: InputOptions) {
    this.path = source.path;
    this.file = file;
    this.#signal = signal;
    this.#pipePatience = deliversOnce(source.path) ? patience : null;
    this.#source = source;
    signal.addEventListener('abort', this.#stop);
    if (signal.aborted) this.#stop();
  }

  /**
   * Opens an input; if it has been compressed meanwhile, the file that it has become, whose path it has then.
   *
   * @throws InputError if the input cannot be opened, InterruptedError
   */
  static async open(named: string, options: InputOptions): Promise<RereadableInput> {
    const { signal } = options;
    const path = await locateInput(named);
    const file = path === STANDARD_INPUT ? null : await openFile(path);
    try {
      return new RereadableInput(await openSource(path, file, signal), file, options);
    } catch (error) {
      await file?.close();
      throw error;
    }
  }

  get source(): Source {
    return this.#source;
  }

  /** Whether a pipe was left before its end because the program is to stop. The bytes that it had delivered were handed on. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** Decompressed bytes before what comes next. */
  get position(): number {
    return this.#position;
  }

  /** Whether it is a plain file: an archive has to be unpacked from its beginning, and a pipe gives each byte once. */
  get canSeek(): boolean {
    return this.file !== null && !this.#source.isArchive;
  }

  /** Whether no more bytes will come; some that came may not have been taken yet. */
  get hasEnded(): boolean {
    return this.#source.stream.readableEnded || this.#isInterrupted;
  }

  /** Takes the next piece; null at the end, or if a pipe is left before its end. */
  async next(): Promise<Buffer | null>;
  /** @returns `silent` if nothing comes for so many milliseconds */
  async next(patienceMs: number): Promise<Buffer | null | 'silent'>;
  async next(patienceMs = Number.POSITIVE_INFINITY): Promise<Buffer | null | 'silent'> {
    const bytes = await this.#take(patienceMs);
    if (bytes instanceof Buffer) this.#position += bytes.length;
    return bytes;
  }

  async #take(patienceMs: number): Promise<Buffer | null | 'silent'> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    const spooled = this.#spool?.read() ?? null;
    if (spooled !== null) return spooled;
    const isEndless = patienceMs === Number.POSITIVE_INFINITY;
    const bytes = await this.#pull(this.#isSilent && !isEndless ? 0 : patienceMs);
    this.#isSilent = bytes === 'silent';
    if (bytes instanceof Buffer) this.#spool?.append(bytes);
    return bytes === 'silent' && isEndless ? null : bytes;
  }

  /** Waits until more bytes come after those that were put back, or the end does. */
  async waitForMore(): Promise<void> {
    const putBack = this.#waiting.splice(0);
    const bytes = await this.#take(Number.POSITIVE_INFINITY);
    this.#waiting = bytes instanceof Buffer ? [...putBack, bytes] : putBack;
  }

  /** Puts back the last piece that was taken, or the rest of it. */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#waiting.unshift(bytes);
    this.#position -= bytes.length;
  }

  /** Looks at the next bytes without taking them; fewer if the input ends before, or a pipe has no more for a while. */
  async peek(bytes: number, patienceMs = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const startedAt = performance.now();
    let length = 0;
    while (length < bytes) {
      const piece = await this.#take(Math.min(patienceMs, getRestMs(this.#pipePatience, startedAt)));
      if (piece === null || piece === 'silent') break;
      pieces.push(piece);
      length += piece.length;
    }
    this.#waiting = [...pieces, ...this.#waiting];
    // copied: a slice of a piece would keep all of the piece in memory
    return Buffer.concat(pieces, Math.min(length, bytes));
  }

  /** Marks the position to which `rewind` goes back: from here on the bytes taken from a pipe are kept. */
  keep(): void {
    this.#keptFrom = this.#position;
    if (this.file !== null) return;
    const spool = openSpool();
    for (const bytes of this.#waiting.splice(0)) spool.append(bytes);
    // bytes that were kept before and not read again yet come after these
    for (let rest = this.#spool?.read() ?? null; rest !== null; rest = this.#spool?.read() ?? null)
      spool.append(rest);
    this.#spool?.close();
    this.#spool = spool;
    spool.rewind();
  }

  /** Keeps no more bytes; those that were kept and not taken again are still delivered. */
  forget(): void {
    this.#spool?.forget();
  }

  /** Goes back to the position of the last `keep`, or to the beginning of a file. */
  async rewind(): Promise<void> {
    this.#waiting = [];
    if (this.file === null) {
      this.#position = this.#keptFrom;
      this.#spool?.rewind();
      return;
    }
    await this.#source.release();
    this.#source = await openSource(this.path, this.file);
    this.#position = 0;
    while (this.#position < this.#keptFrom) {
      const bytes = await this.next();
      if (bytes === null) return;
      this.unread(bytes.subarray(Math.max(0, bytes.length - (this.#position - this.#keptFrom))));
    }
  }

  /** Goes to a position of a plain file, whether it was read up to there or not; does nothing if the input is something else. */
  async seek(position: number): Promise<void> {
    if (this.file === null || !this.canSeek) return;
    this.#waiting = [];
    await this.#source.release();
    this.#source = openFileAt(this.path, this.file, position);
    this.#position = position;
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#spool?.close();
    await this.#source.release();
    await this.file?.close();
  }

  readonly #stop = (): void => {
    if (this.#pipePatience === null) this.#source.stream.destroy();
    else this.#leftAt = performance.now() + DRAIN_PATIENCE.batchMs;
  };

  async #pull(patienceMs: number): Promise<Buffer | null | 'silent'> {
    for (;;) {
      if (this.#pipePatience === null) this.#signal.throwIfAborted();
      if (this.#isInterrupted) return 'silent';
      // bytes that a pipe holds now come at once; a writer that never pauses is left after a while
      const drainMs = (this.#leftAt ?? 0) - performance.now();
      const restMs = this.#leftAt === null ? patienceMs : Math.min(DRAIN_PATIENCE.silenceMs, drainMs);
      if (restMs >= 0) {
        const { stream } = this.#source;
        if (stream.errored !== null) throw toInputError(this.path, stream.errored);
        const bytes: Buffer | null = stream.read();
        if (bytes !== null) return bytes;
        if (stream.readableEnded) return null;
        if (stream.closed) throw new Error(`'${this.path}' was closed before its end`);
        if (await waitForChange(stream, restMs, this.#signal)) continue;
      }
      this.#isInterrupted = this.#leftAt !== null;
      return 'silent';
    }
  }
}
