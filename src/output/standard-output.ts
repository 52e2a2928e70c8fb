/** Errors of standard output: the disk is full, or the reader has gone. */
import { findErrorCode, InputError, toMessage } from '../errors.js';

/** The system's name of an error before its words: `ENOSPC: `. */
const CODE = /^E[A-Z0-9]+: /;

/** Whether whoever read the output has seen enough: `logtally top | head -1`. */
export function hasSeenEnough(error: unknown): boolean {
  return findErrorCode(error) === 'EPIPE';
}

/** @param done what the command has done although its output cannot be written; null for nothing */
export function toOutputError(error: unknown, done: string | null = null): InputError {
  const reason = toMessage(error).replace(CODE, '');
  return new InputError(`standard output cannot be written: ${reason}`, { hint: done, cause: error });
}
