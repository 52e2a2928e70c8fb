/**
 * Tells systemd how the program is (sd_notify(3)): that it is ready, alive, reading its settings anew, or ending. Node.js has no
 * datagram sockets of Unix, so `systemd-notify` sends the messages. Nothing here fails or delays the program.
 */
import { spawn } from 'node:child_process';
import { toMessage } from '../errors.js';
import { toVisibleText } from '../visible-text.js';

export interface ServiceManager {
  /** The work has begun, or goes on under settings that were read anew. @param status a few words */
  ready(status: string): Promise<void>;
  /** A few words on what is being done, which `systemctl status` shows. */
  status(status: string): Promise<void>;
  /** The settings are being read anew; `ready` follows. */
  reloading(): Promise<void>;
  /** The program is about to end. */
  stopping(): Promise<void>;
  /** The work goes on. Call it as often as it does, once a second or more; few calls send a message. */
  alive(): void;
}

/** What the program is given; by the service manager (systemd.exec(5), "Environment Variables Set or Propagated by the Service Manager"). */
export interface ServiceEnvironment {
  readonly PATH?: string | undefined;
  readonly NOTIFY_SOCKET?: string | undefined;
  /** Microseconds in which a sign of life is expected. */
  readonly WATCHDOG_USEC?: string | undefined;
  /** The process that is expected to give it. */
  readonly WATCHDOG_PID?: string | undefined;
}

const PROGRAM = 'systemd-notify';

/** Milliseconds that a message may take. */
const SEND_MS = 5000;

/** A sign of life is sent so often in the time in which one is expected; sd_watchdog_enabled(3) recommends two. */
const SIGNS_OF_LIFE = 4;

/**
 * Makes the way to the service manager; under none its functions do nothing.
 *
 * @param onFailure is told once why messages cannot be sent
 */
export function createServiceManager(
  environment: ServiceEnvironment,
  onFailure: (reason: string) => void,
): ServiceManager {
  const isManaged = Boolean(environment.NOTIFY_SOCKET);
  const periodMs = isManaged ? findWatchdogMs(environment) / SIGNS_OF_LIFE : Number.POSITIVE_INFINITY;
  let lastSignAt = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();
  let hasTold = false;
  const send = (...assignments: readonly string[]): Promise<void> => {
    if (!isManaged) return last;
    // one after the other: what is said later must not arrive earlier
    last = last.then(async () => {
      const failure = await notify(assignments, environment);
      if (failure === null || hasTold) return;
      hasTold = true;
      onFailure(failure);
    });
    return last;
  };
  return {
    ready: (status) => send('READY=1', formatStatus(status)),
    status: (status) => send(formatStatus(status)),
    // what Type=notify-reload needs (systemd.service(5)); hrtime is CLOCK_MONOTONIC
    reloading: () => send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => send('STOPPING=1'),
    alive() {
      const now = performance.now();
      if (!Number.isFinite(periodMs) || now - lastSignAt < periodMs) return;
      lastSignAt = now;
      void send('WATCHDOG=1');
    },
  };
}

/** Milliseconds in which a sign of life of this process is expected; infinite if none is. */
function findWatchdogMs({ WATCHDOG_USEC: period = '', WATCHDOG_PID: pid }: ServiceEnvironment): number {
  const isMeant = !pid || pid === String(process.pid);
  return isMeant && /^[1-9]\d*$/.test(period) ? Number(period) / 1000 : Number.POSITIVE_INFINITY;
}

/** In one line: a message is a list of assignments, one in a line. */
function formatStatus(status: string): string {
  return `STATUS=${toVisibleText(status)}`;
}

/** @returns why it was not sent; null if it was */
function notify(
  assignments: readonly string[],
  { PATH, NOTIFY_SOCKET }: ServiceEnvironment,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(PROGRAM, assignments, {
      env: { PATH, NOTIFY_SOCKET },
      stdio: 'ignore',
      timeout: SEND_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => resolve(`${PROGRAM} cannot be run: ${toMessage(error)}`));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? null : `${PROGRAM} has failed: ${signal ?? `exit code ${code}`}`),
    );
  });
}
