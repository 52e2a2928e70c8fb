// What the coordinator of Citus says when it loses a worker. test/citus loses one.

import { describe, expect, it } from 'vitest';
import { toDatabaseError } from '../../src/database/database.js';
import { isLost, isPassingError } from '../../src/database/database-errors.js';

function toError(message: string, code: string): unknown {
  return toDatabaseError('stats@db', Object.assign(new Error(message), { code }));
}

describe('an internal error of the server', () => {
  it.for([
    'SSL SYSCALL error: EOF detected',
    'SSL SYSCALL error: EOF detected\ninvalid socket',
    'server closed the connection unexpectedly',
    'could not receive data from server: Connection reset by peer',
  ])('that says "%s" is a lost connection, after which the outcome of COMMIT is asked for', (message) => {
    const error = toError(message, 'XX000');
    expect([isLost(error), isPassingError(error)]).toEqual([true, true]);
  });

  it('is none if it says anything else, or has another code', () => {
    for (const [message, code] of [
      ['could not find block', 'XX000'],
      ['SSL SYSCALL error: EOF detected', '42601'],
    ] as const)
      expect(isLost(toError(message, code))).toBe(false);
  });
});
