// node:fs with calls that fail as a test asks for: a full disk takes a part of a write, or nothing.

import type * as fs from 'node:fs';

/** What becomes of the next writes, in their order; those behind them succeed. */
const writes: WriteOutcome[] = [];

/** Bytes that are taken, or an error of the system. */
export type WriteOutcome = number | string;

/** The errors of opening a file whose path holds a text. */
let refusedPath: string | null = null;

export function planWrites(outcomes: readonly WriteOutcome[]): void {
  writes.splice(0, writes.length, ...outcomes);
}

export function refuseToOpen(path: string | null): void {
  refusedPath = path;
}

export function toSystemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: asked for by the test, ${syscall}`), { code, syscall });
}

/** The module with these calls in the place of its own. */
export function withFailures(original: typeof fs): typeof fs {
  return {
    ...original,
    writeSync: ((
      file: number,
      bytes: Buffer | string,
      from: number | undefined,
      length: number | undefined,
    ) => {
      const [first, all] = [from ?? 0, length ?? bytes.length - (from ?? 0)];
      const outcome = writes.shift();
      if (typeof outcome === 'string') throw toSystemError(outcome, 'write');
      return original.writeSync(file, Buffer.from(bytes), first, Math.min(all, outcome ?? all));
    }) as typeof fs.writeSync,
    openSync: (path, flags, mode) => {
      if (refusedPath !== null && String(path).includes(refusedPath)) throw toSystemError('EACCES', 'open');
      return original.openSync(path, flags, mode);
    },
  };
}
