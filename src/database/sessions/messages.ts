/**
 * Messages of PostgreSQL's protocol 3 (PostgreSQL manual, "Message Formats"): read from a client, written to it, and looked at
 * on their way from the database. pg's own parser reads what servers send, not what clients do.
 */

const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;

/** Makes a message of a type and its parts; a text is written with the zero byte at its end. */
export function toMessageBytes(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part));
  const length = body.reduce((sum, part) => sum + part.length, LENGTH_BYTES);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(length, 1);
  return Buffer.concat([header, ...body]);
}

export function toInt32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function toInt16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** What is wrong, as a client is told. */
export interface Problem {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  /** Null for none. */
  readonly hint: string | null;
}

/** An error of a statement, of a whole session (`FATAL`), or only a warning. */
export function toProblemBytes(severity: 'ERROR' | 'FATAL' | 'WARNING', problem: Problem): Buffer {
  const { code, message, hint } = problem;
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${message}`, ...(hint ? [`H${hint}`] : [])];
  return toMessageBytes(severity === 'WARNING' ? 'N' : 'E', ...fields, Buffer.alloc(1));
}

/** What ReadyForQuery says: no transaction, within one, or within one that has failed. */
export type Status = 'I' | 'T' | 'E';

export function toReadyBytes(status: Status): Buffer {
  return toMessageBytes('Z', Buffer.from(status));
}

/** Calls `look` for each message of an answer; `start` and `end` are where it stands there. */
export function lookThrough(answer: Buffer, look: (type: string, start: number, end: number) => void): void {
  for (let start = 0; start < answer.length; ) {
    const end = start + 1 + answer.readUInt32BE(start + 1);
    look(String.fromCharCode(answer.readUInt8(start)), start, end);
    start = end;
  }
}

/** Leaves messages of some types out of an answer. */
export function leaveOut(answer: Buffer, types: string): Buffer {
  const kept: Buffer[] = [];
  let keptFrom = 0;
  lookThrough(answer, (type, start, end) => {
    if (!types.includes(type)) return;
    kept.push(answer.subarray(keptFrom, start));
    keptFrom = end;
  });
  if (keptFrom === 0) return answer;
  return Buffer.concat([...kept, answer.subarray(keptFrom)]);
}

/** Adds characters to the position of an error, which counts them from the statement's own beginning. */
export function movePosition(answer: Buffer, characters: number): Buffer {
  if (characters === 0) return answer;
  const parts: Buffer[] = [];
  lookThrough(answer, (type, start, end) => {
    if (type !== 'E') return void parts.push(answer.subarray(start, end));
    const fields = answer.toString('utf8', start + HEADER_BYTES, end - 2).split('\0');
    const moved = fields.map((field) =>
      field.startsWith('P') ? `P${Number(field.slice(1)) + characters}` : field,
    );
    parts.push(toMessageBytes('E', ...moved, Buffer.alloc(1)));
  });
  return Buffer.concat(parts);
}

/** Reads the parts of a message, one after the other. */
export function createPartReader(body: Buffer) {
  let at = 0;
  return {
    /** @throws RangeError if there is no text */
    readText(): string {
      const end = body.indexOf(0, at);
      if (end === -1) throw new RangeError('a text without an end');
      const text = body.toString('utf8', at, end);
      at = end + 1;
      return text;
    },
    /** @throws RangeError if there is no further byte */
    readByte(): number {
      const byte = body.readUInt8(at);
      at += 1;
      return byte;
    },
    hasMore: () => at < body.length,
  };
}
