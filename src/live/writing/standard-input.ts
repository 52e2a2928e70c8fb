/** Passes what a web server writes into its pipe on to the writer, until nobody can write into it any more. */
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { findErrorCode, InputError, toMessage } from '../../errors.js';
import type { LogWriter } from './log-writer.js';
import { REST_MS, Rests } from './rests.js';

const TICK_MS = 1000;

/**
 * Milliseconds of silence after which a writer that was asked to stop ends, though the pipe is still open. A web server that is
 * restarted gracefully asks at once, and its old processes go on to write the lines of their last requests.
 */
const LAST_SILENCE_MS = 600_000;

/** Nobody changes it: who waits for a change sleeps. */
const UNCHANGED = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

const READ_BYTES = 65_536;

/** Standard input, or what stands in its place. */
type WrittenInput = Readable & { readonly isTTY?: boolean; readonly fd?: number };

/**
 * Writes the input up to its end. If the signal is aborted, it goes on until the end, or until the input has been silent for long; a
 * terminal's input ends at once.
 *
 * @throws InputError if the input cannot be read; what was read before is written
 */
export async function writeInput(input: WrittenInput, writer: LogWriter, signal: AbortSignal): Promise<void> {
  const ticking = setInterval(() => writer.tick(), TICK_MS);
  const read = new AbortController();
  const rests = new Rests();
  let leaving: NodeJS.Timeout | undefined;
  try {
    const hasEnded = await new Promise<boolean>((resolve, reject) => {
      const leave = () => {
        if (input.isTTY) resolve(false);
        else leaving = setTimeout(() => resolve(false), LAST_SILENCE_MS);
      };
      input.on('data', (chunk: Buffer) => {
        const isRestDue = rests.isDue(chunk.length, performance.now());
        writer.write(chunk);
        leaving?.refresh();
        // the whole thread: a stream that only pauses goes on to read into its own memory
        if (isRestDue) Atomics.wait(UNCHANGED, 0, 0, REST_MS);
        rests.ready(performance.now());
      });
      input.once('end', () => resolve(true));
      input.once('error', (error) => reject(toReadError(error)));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true, signal: read.signal });
    });
    if (hasEnded) writeRest(input, writer);
  } finally {
    // whoever is asked to stop after the end of the input must not wait for silence
    read.abort();
    clearInterval(ticking);
    clearTimeout(leaving);
    writer.end();
  }
}

/**
 * Writes what Node.js has left in a pipe at its end. If a pipe keeps single writes apart (O_DIRECT), each reading is a short one, and
 * Node.js takes a short reading of a pipe that nobody writes into any more for the last one.
 */
function writeRest(input: WrittenInput, writer: LogWriter): void {
  // reading anything else could wait
  const { isTTY, fd } = input;
  if (!(input instanceof Socket) || isTTY || fd === undefined) return;
  const buffer = Buffer.alloc(READ_BYTES);
  for (;;) {
    const bytes = readAtOnce(fd, buffer);
    if (bytes === 0) return;
    writer.write(Buffer.from(buffer.subarray(0, bytes)));
  }
}

/** @returns 0 if there is nothing */
function readAtOnce(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if (findErrorCode(error) === 'EAGAIN') return 0;
    throw toReadError(error);
  }
}

function toReadError(cause: unknown): InputError {
  return new InputError(`standard input cannot be read: ${toMessage(cause)}`, { cause });
}
