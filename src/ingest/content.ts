/**
 * The decompressed bytes of an input, taken piece by piece. They can be looked at before they are taken, and read again
 * from the beginning: a file is opened anew, what a pipe has delivered is kept on disk for as long as it may be needed.
 */
import { pipeline, type Readable } from 'node:stream';
import { openSource, type Source, STANDARD_INPUT, toInputError } from '../source/open.js';
import { openSpool, type Spool } from './spool.js';

export class Content {
  readonly path: string;
  readonly #signal: AbortSignal;
  #source: Source;
  #reader: Readable;
  /** Pieces that were put back, to be taken first. */
  #waiting: Buffer[] = [];
  /** Null for files, and for pipes of which nothing is kept. */
  #spool: Spool | null = null;
  #error: unknown = null;

  private constructor(path: string, source: Source, signal: AbortSignal) {
    this.path = path;
    this.#signal = signal;
    this.#source = source;
    this.#reader = this.#start(source);
    signal.addEventListener('abort', this.#stop);
  }

  /** @throws InputError where the input cannot be opened */
  static async open(path: string, signal: AbortSignal): Promise<Content> {
    return new Content(path, await openSource(path), signal);
  }

  get source(): Source {
    return this.#source;
  }

  /** Whether it can be read again from its beginning without having been kept. */
  get isFile(): boolean {
    return this.path !== STANDARD_INPUT;
  }

  /** Takes the next piece; null at the end. */
  async next(): Promise<Buffer | null> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    const spooled = this.#spool?.read() ?? null;
    if (spooled !== null) return spooled;
    const bytes = await this.#pull();
    if (bytes !== null) this.#spool?.append(bytes);
    return bytes;
  }

  /** Puts the last piece taken, or the rest of it, back. */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#waiting.unshift(bytes);
  }

  /** Looks at the next bytes without taking them; fewer where the input ends before. */
  async peek(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let length = 0; length < bytes; ) {
      const piece = await this.next();
      if (piece === null) break;
      pieces.push(piece);
      length += piece.length;
    }
    this.#waiting = [...pieces, ...this.#waiting];
    return Buffer.concat(pieces).subarray(0, bytes);
  }

  /** From here on what is taken of a pipe is kept, so that `rewind` comes back here. */
  keep(): void {
    if (this.isFile) return;
    this.#spool?.close();
    this.#spool = openSpool();
    for (const bytes of this.#waiting.splice(0)) this.#spool.append(bytes);
    this.#spool.rewind();
  }

  /** Ends what `keep` began; what was kept and not taken again is still delivered. */
  forget(): void {
    this.#spool?.forget();
  }

  /** Goes back to the beginning of a file, or to where a pipe was kept from. */
  async rewind(): Promise<void> {
    this.#waiting = [];
    if (!this.isFile) {
      this.#spool?.rewind();
      return;
    }
    this.#reader.destroy();
    this.#source = await openSource(this.path);
    this.#reader = this.#start(this.#source);
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#reader.destroy();
    this.#spool?.close();
  }

  readonly #stop = (): void => {
    this.#reader.destroy();
  };

  #start(source: Source): Readable {
    const [reader, ...unpackers] = source.streams;
    this.#error = null;
    const keepError = (error: unknown) => {
      this.#error ??= error;
    };
    if (unpackers.length === 0) return reader.on('error', keepError);
    return pipeline([reader, ...unpackers], (error) => keepError(error ?? null)) as unknown as Readable;
  }

  async #pull(): Promise<Buffer | null> {
    for (;;) {
      this.#signal.throwIfAborted();
      const error = this.#error ?? this.#reader.errored;
      if (error !== null && error !== undefined) throw toInputError(this.path, error);
      const bytes: Buffer | null = this.#reader.read();
      if (bytes !== null) return bytes;
      if (this.#reader.readableEnded) return null;
      if (this.#reader.closed) throw new Error(`'${this.path}' was closed before its end`);
      await waitForChange(this.#reader);
    }
  }
}

const CHANGES = ['readable', 'end', 'error', 'close'] as const;

function waitForChange(reader: Readable): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      for (const change of CHANGES) reader.off(change, finish);
      resolve();
    };
    for (const change of CHANGES) reader.on(change, finish);
  });
}
