/** Errors of a database that pass, so that another try may succeed; some of them have lost the connection. */
import { DatabaseError } from '../errors.js';

/** Lost connections, shutdowns, serialization failures, deadlocks, too many connections, lock timeouts (SQLSTATE). */
const PASSING = /^(?:08...|57P0[123]|40001|40P01|53300|55P03|ECONN[A-Z]+|EPIPE|ETIMEDOUT|ENOENT)$/;
const LOST = /^(?:08...|57P0[123]|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/;

/** Whether the same work may succeed when it is done again. */
export function isPassingError(error: unknown): boolean {
  return error instanceof DatabaseError && PASSING.test(error.code ?? '');
}

/** Whether the connection was lost. If COMMIT was sent before, it is then not known whether it happened. */
export function isLost(error: unknown): boolean {
  return error instanceof DatabaseError && LOST.test(error.code ?? '');
}
