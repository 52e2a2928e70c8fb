/** The codes of a database's errors, and which of these errors pass, so that another try may succeed. */
import { DatabaseError } from '../errors.js';

/** Codes of errors by their names (PostgreSQL manual, appendix A). */
export const SQLSTATE = {
  cannotConnect: '08001',
  connectionFailure: '08006',
  readOnly: '25006',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  noDatabase: '3D000',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  noResources: '53000',
  diskFull: '53100',
  tooManyConnections: '53300',
  lockNotAvailable: '55P03',
  /** Also the answer to a statement that took longer than its time limit. */
  queryCanceled: '57014',
  adminShutdown: '57P01',
  idleSessionTimeout: '57P05',
  ioError: '58030',
  undefinedFile: '58P01',
  serializationFailure: '40001',
  internalError: 'XX000',
} as const;

/** Makes an error that says more of the same failure: with another hint, and with another message if one is given. */
export function explain(error: DatabaseError, hint: string, message = error.message): DatabaseError {
  return new DatabaseError(message, { hint, code: error.code, cause: error });
}

/** Lost connections, shutdowns, serialization failures, deadlocks, too many connections, lock timeouts (SQLSTATE). */
const PASSING = /^(?:08...|57P0[123]|40001|40P01|53300|55P03|ECONN[A-Z]+|EPIPE|ETIMEDOUT|ENOENT)$/;
const LOST = /^(?:08...|57P0[123]|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/;

/** Whether the same work may succeed when it is done again. */
export function isPassingError(error: unknown): boolean {
  return error instanceof DatabaseError && PASSING.test(error.code ?? '');
}

/** What else may pass while nothing changes here: no resources, no route, no name, a primary that has become a standby. */
const AWAY = /^(?:53...|57P05|25006|EHOST[A-Z]+|ENET[A-Z]+|EAI_AGAIN)$/;

/** Whether the database may answer the same question later: who has time waits for it. */
export function isAway(error: unknown): boolean {
  return isPassingError(error) || (error instanceof DatabaseError && AWAY.test(error.code ?? ''));
}

/** Whether the connection was lost. If COMMIT was sent before, it is then not known whether it happened. */
export function isLost(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && LOST.test(error.code ?? '');
}
