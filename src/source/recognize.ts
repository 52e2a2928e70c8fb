/** What an input is: its first bytes say whether it is packed, and how. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { InterruptedError } from '../errors.js';
import { type SourceEnd, unpack } from './decompress.js';
import { findCutPacking, findPacking, isCompression, mayBecomePacking, refuseContent } from './packing.js';

/** The decompressed bytes of an input. */
export interface Recognized {
  readonly stream: Readable;
  readonly isArchive: boolean;
  readonly getEnd: () => SourceEnd;
}

/**
 * Finds out how an input is packed, and unpacks it.
 *
 * @param name for messages
 * @param signal ends the wait for the first bytes
 * @throws InputError where it is an archive of a kind that is not read, InterruptedError
 */
export async function recognize(
  reader: Readable,
  name: string,
  signal: AbortSignal | null,
): Promise<Recognized> {
  const { head, isWhole } = await peek(reader, name, signal);
  const cutPacking = isWhole ? findCutPacking(head) : null;
  if (cutPacking !== null) {
    const message = `${name} is cut off: its ${cutPacking} data ends too early`;
    return { stream: Readable.from([]), isArchive: true, getEnd: () => ({ kind: 'cut off', message }) };
  }
  refuseContent(name, head, false);
  // an input that has ended already cannot be given its head back
  const stream = isWhole ? Readable.from([head], { objectMode: false }) : reader;
  const packing = findPacking(head);
  if (packing === null || !isCompression(packing)) {
    return { stream, isArchive: false, getEnd: () => ({ kind: 'complete' }) };
  }
  return { isArchive: true, ...unpack(stream, packing, name) };
}

/** Milliseconds in which what a pipe holds comes, when the program is to stop. */
export const LAST_WAIT_MS = 250;

interface Head {
  /** All bytes that are at hand. */
  readonly head: Buffer;
  /** Whether the stream has ended with them: then they were not put back. */
  readonly isWhole: boolean;
}

/** Looks at the first bytes of a stream, as many as say how it is packed, and puts them back. */
function peek(reader: Readable, name: string, signal: AbortSignal | null): Promise<Head> {
  if (reader.readableEnded) return Promise.resolve({ head: Buffer.alloc(0), isWhole: true });
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let timer: NodeJS.Timeout | undefined;
    const finish = (settle: () => void) => {
      reader.off('readable', look).off('end', onEnd).off('error', onError);
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      settle();
    };
    // one listener for all looks: adding one where bytes are waiting calls it at once, so that nothing would be read
    const look = () => {
      for (let bytes: Buffer | null = reader.read(); bytes !== null; bytes = reader.read())
        head = Buffer.concat([head, bytes]);
      if (head.length === 0 || mayBecomePacking(head)) return;
      reader.unshift(head);
      finish(() => resolve({ head, isWhole: false }));
    };
    const onEnd = () => finish(() => resolve({ head, isWhole: true }));
    const onError = (error: unknown) => finish(() => reject(error));
    const giveUp = () =>
      finish(() => reject(new InterruptedError(`interrupted; nothing has come yet from ${name}`)));
    const onAbort = () => {
      timer = setTimeout(() => void setImmediate().then(giveUp), LAST_WAIT_MS);
    };
    reader.on('readable', look).on('end', onEnd).on('error', onError);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
  });
}
