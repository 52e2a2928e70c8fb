/** Cuts the bytes of a client into messages. Each has a limit, so that a client cannot make the process keep what it sends. */
import type { Socket } from 'node:net';
import type { Problem } from './messages.js';

/** A longer message ends the session. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

const MAX_STARTUP_BYTES = 10_000;
const LENGTH_BYTES = 4;

export interface ClientMessage {
  /** One letter. */
  readonly type: string;
  readonly body: Buffer;
  /** The message as it came. */
  readonly bytes: Buffer;
}

/** The types of messages that clients send (PostgreSQL manual, "Message Formats"). */
const TYPES = 'BCcDdEFfHPpQSX';

/** Ends a session: what comes is no message, or one that is too long. */
export class ProtocolError extends Error {
  readonly problem: Problem;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.problem = { code: '08P01', message, hint };
  }
}

export function createClientReader(socket: Socket) {
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** @returns false at the end */
  const waitFor = async (bytes: number): Promise<boolean> => {
    while (waitingBytes < bytes) {
      const { value, done } = await chunks.next();
      if (done) return false;
      waiting.push(value);
      waitingBytes += value.length;
    }
    if (waiting.length > 1) waiting = [Buffer.concat(waiting)];
    return true;
  };
  const look = () => waiting[0] ?? Buffer.alloc(0);
  const take = (bytes: number): Buffer => {
    const all = look();
    waiting = [all.subarray(bytes)];
    waitingBytes -= bytes;
    return all.subarray(0, bytes);
  };
  return {
    /**
     * Reads a message without a type, as a connection begins with.
     *
     * @returns null at the end
     * @throws ProtocolError
     */
    async readStartup(): Promise<Buffer | null> {
      if (!(await waitFor(LENGTH_BYTES))) return null;
      const length = look().readUInt32BE(0);
      if (length < 2 * LENGTH_BYTES || length > MAX_STARTUP_BYTES)
        throw new ProtocolError('this is no client of PostgreSQL');
      return (await waitFor(length)) ? take(length).subarray(LENGTH_BYTES) : null;
    },
    /** The same for all further messages. */
    async read(): Promise<ClientMessage | null> {
      if (!(await waitFor(1 + LENGTH_BYTES))) return null;
      const type = String.fromCharCode(look().readUInt8(0));
      const length = look().readUInt32BE(1);
      if (!TYPES.includes(type) || length < LENGTH_BYTES)
        throw new ProtocolError('this is no message of a client of PostgreSQL');
      if (length > MAX_MESSAGE_BYTES) {
        const hint = `${MAX_MESSAGE_BYTES} bytes are the limit`;
        throw new ProtocolError(`a message of ${length} bytes is too long`, hint);
      }
      if (!(await waitFor(1 + length))) return null;
      const bytes = take(1 + length);
      return { type, body: bytes.subarray(1 + LENGTH_BYTES), bytes };
    },
  };
}
