/**
 * Fault points: places at which tests let the program die, fail, wait or lose its connection. LOGTALLY_FAULT=merged:2:error throws
 * when the point `merged` is reached for the second time. Nothing here runs for each line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from './errors.js';

/**
 * What happens in the course of one input, in this order; `pruned`: a month was pruned, before COMMIT; `followed`: requests were shown;
 * `looked`: `follow` has looked at all files. */
export type FaultPoint =
  | 'opened'
  | 'compared'
  | 'copying'
  | 'copied'
  | 'locked'
  | 'taken_back'
  | 'merged'
  | 'recorded'
  | 'before_commit'
  | 'commit_sent'
  | 'committed'
  | 'rejects_appended'
  | 'pruned'
  | 'followed'
  | 'looked';

const PAUSE = /^(\d+)ms$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

let [wantedPoint, wantedTime, action] = parseFault(process.env['LOGTALLY_FAULT'] ?? '');
let times = 0;

function parseFault(fault: string): readonly [point: string, time: number, action: string] {
  const [point = '', time = '1', wanted = 'kill'] = fault.split(':');
  return [point, Number(time), wanted];
}

/** Asks for a fault as LOGTALLY_FAULT does, for what follows in this process; for none if it is empty. */
export function setFault(fault: string): void {
  [wantedPoint, wantedTime, action] = parseFault(fault);
  times = 0;
}

/**
 * Does what LOGTALLY_FAULT asks for, if it names this point and this time: `kill` (SIGKILL, also if no action is named), `error`,
 * a SQLSTATE (throws it), `3000ms` (says so on stderr, and waits), `disconnect`, or a signal's name.
 */
export async function reachFaultPoint(
  point: FaultPoint,
  database: { breakConnection(): void },
): Promise<void> {
  if (point !== wantedPoint) return;
  times += 1;
  if (times !== wantedTime) return;
  if (action === 'error') throw new Error(`fault at ${point}`);
  if (action === 'disconnect') return database.breakConnection();
  const [, pauseMs] = PAUSE.exec(action) ?? [];
  if (pauseMs !== undefined) {
    process.stderr.write(`logtally: paused at ${point}\n`);
    return sleep(Number(pauseMs));
  }
  if (SQLSTATE.test(action)) throw new DatabaseError(`fault at ${point}: ${action}`, { code: action });
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : action);
  // a signal other than SIGKILL is delivered when the event loop turns
  await sleep(10);
}
