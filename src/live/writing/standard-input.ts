/** Passes what a web server writes into its pipe on to the writer, until nobody can write into it any more. */
import type { Readable } from 'node:stream';
import { InputError, toMessage } from '../../errors.js';
import type { LogWriter } from './log-writer.js';

const TICK_MS = 1000;

/**
 * Milliseconds of silence after which a writer that was asked to stop ends, though the pipe is still open. A web server that is
 * restarted gracefully asks at once, and its old processes go on to write the lines of their last requests.
 */
const LAST_SILENCE_MS = 600_000;

/**
 * Milliseconds of rest after a little was read. A web server writes each line by itself: whoever reads each at once is woken a
 * thousand times a second, and takes the processor from the server each time. What comes meanwhile stays in the system's pipe, where
 * it outlives this process.
 */
const REST_MS = 5;

/** Bytes from which on the next ones are read at once, so that no pipe is full after a rest: Linux lets it hold 65,536. */
const BUSY_BYTES = 8192;

/** Nobody changes it: who waits for a change sleeps. */
const UNCHANGED = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Standard input, or what stands in its place. */
type WrittenInput = Readable & { readonly isTTY?: boolean };

/**
 * Writes the input up to its end. If the signal is aborted, it goes on until the end, or until the input has been silent for long; a
 * terminal's input ends at once.
 *
 * @throws InputError if the input cannot be read; what was read before is written
 */
export async function writeInput(input: WrittenInput, writer: LogWriter, signal: AbortSignal): Promise<void> {
  const ticking = setInterval(() => writer.tick(), TICK_MS);
  const read = new AbortController();
  let leaving: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        if (input.isTTY) resolve();
        else leaving = setTimeout(resolve, LAST_SILENCE_MS);
      };
      input.on('data', (chunk: Buffer) => {
        writer.write(chunk);
        leaving?.refresh();
        // the whole thread: a stream that only pauses goes on to read into its own memory
        if (chunk.length < BUSY_BYTES) Atomics.wait(UNCHANGED, 0, 0, REST_MS);
      });
      input.once('end', resolve);
      input.once('error', (error) => {
        reject(new InputError(`standard input cannot be read: ${toMessage(error)}`, { cause: error }));
      });
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true, signal: read.signal });
    });
  } finally {
    // whoever is asked to stop after the end of the input must not wait for silence
    read.abort();
    clearInterval(ticking);
    clearTimeout(leaving);
    writer.end();
  }
}
