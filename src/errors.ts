/**
 * The errors that a person can be expected to meet, each with the exit code it leads to.
 * Anything thrown that is not a LogtallyError is a bug: `program.ts`, the only place that catches, prints its stack.
 */

import { toVisibleMessage } from './visible-text.js';

/** What the process answers with; of several outcomes `worstExitCode` picks one. */
export const EXIT = {
  done: 0,
  failure: 1,
  usage: 2,
  rejected: 3,
  held: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several outcomes the one that is reported: 2 before 130, 1, 4, 3 and 0. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const { usage, interrupted, failure, held, rejected, done } = EXIT;
  const seen = new Set(codes);
  return [usage, interrupted, failure, held, rejected].find((code) => seen.has(code)) ?? done;
}

interface ErrorDetails {
  /** What the reader can do next; null if nothing useful can be said. */
  readonly hint?: string | null;
  readonly cause?: unknown;
}

/** The codes of calls that fail because too many files are open, in the process or in the system, and what to do then. */
export const TOO_MANY_FILES: readonly unknown[] = ['EMFILE', 'ENFILE'];
export const TOO_MANY_FILES_HINT = 'let the process open more files (ulimit -n) and run the command again';

/**
 * An expected failure: a message that says what and which, and a hint that says what next. Both can be shown as they are,
 * whatever names and answers of others they repeat.
 */
export abstract class LogtallyError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly hint: string | null;

  constructor(message: string, details: ErrorDetails = {}) {
    super(toVisibleMessage(message), { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint ? toVisibleMessage(details.hint) : null;
  }
}

/** The command line, the environment or the config file asks for something impossible. */
export class UsageError extends LogtallyError {
  readonly exitCode = EXIT.usage;
}

/** A log cannot be read (1), is damaged or not in the format (3), or waits for a decision (4). */
export class InputError extends LogtallyError {
  readonly exitCode: typeof EXIT.failure | typeof EXIT.rejected | typeof EXIT.held;

  constructor(message: string, details: ErrorDetails & { readonly exitCode?: InputError['exitCode'] } = {}) {
    super(message, details);
    this.exitCode = details.exitCode ?? EXIT.failure;
  }
}

/** The database cannot be reached, refuses, or answers something that must not be believed. */
export class DatabaseError extends LogtallyError {
  readonly exitCode = EXIT.failure;
  /** The SQLSTATE or the system's code, such as `42501` or `ECONNRESET`; undefined if there is none. */
  readonly code: string | undefined;

  constructor(message: string, details: ErrorDetails & { readonly code?: string | undefined } = {}) {
    super(message, details);
    this.code = details.code;
  }
}

/** The person or the system asked the program to stop. */
export class InterruptedError extends LogtallyError {
  readonly exitCode = EXIT.interrupted;
}

/** The `code` of a system or database error (`ENOENT`, `28P01`), or undefined if it has none. */
export function findErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What Node.js puts behind the message of a failed call: `, open '/var/log/access.log'`. */
const CALL = /, \w+(?: '.*')?$/s;

/** The message of whatever was thrown; of a failed call of the system without its path, which the caller names in its own words. */
export function toMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message.replace(CALL, '') : error.message;
}
