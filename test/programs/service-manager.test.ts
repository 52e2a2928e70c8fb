// What the program tells systemd, through systemd-notify itself; a socket of the test stands in for systemd.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect } from 'vitest';
import { createServiceManager } from '../../src/live/live.js';
import { it } from '../support/folder.js';
import { hasProgram } from '../support/programs.js';

const canTest = hasProgram('systemd-notify', 'systemd') && hasProgram('perl', 'perl');

const PATH = { PATH: process.env['PATH'] };

/** Prints each datagram in one line of hexadecimal digits; what comes beside the text is closed, as systemd does with a barrier. */
const RECEIVER = `
  use Socket; $| = 1;
  socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
  bind($socket, pack_sockaddr_un($ARGV[0])) or die $!;
  print "bound\\n";
  while (defined recv($socket, my $text, 65536, 0)) { print unpack('H*', $text), "\\n" }
`;

async function receive(path: string) {
  const child = spawn('perl', ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const received: string[] = [];
  const printed = createInterface(child.stdout);
  await once(printed, 'line');
  printed.on('line', (hex) => {
    const text = Buffer.from(hex, 'hex').toString();
    if (!text.startsWith('BARRIER=')) received.push(text.trimEnd());
  });
  return { received, end: () => child.kill() };
}

describe.skipIf(!canTest)('under systemd the program', { timeout: 60_000 }, () => {
  it('says that it is ready, reads its settings anew and ends, one after the other', async ({ folder }) => {
    const path = join(folder, 'notify');
    const { received, end } = await receive(path);
    const failures: string[] = [];
    try {
      const manager = createServiceManager({ ...PATH, NOTIFY_SOCKET: path }, (reason) =>
        failures.push(reason),
      );
      void manager.ready('follows 3 logs');
      void manager.status("counts 'a\nREADY=0'");
      const before = process.hrtime.bigint() / 1000n;
      void manager.reloading();
      void manager.ready('follows 4 logs');
      // no sign of life is expected
      manager.alive();
      await manager.stopping();
      await expect.poll(() => received.length, { timeout: 30_000 }).toBe(5);
      const [ready, status, reloading = '', again, stopping] = received;
      expect([ready, status, again, stopping]).toEqual([
        'READY=1\nSTATUS=follows 3 logs',
        "STATUS=counts 'a\\x0aREADY=0'",
        'READY=1\nSTATUS=follows 4 logs',
        'STOPPING=1',
      ]);
      const [, microseconds = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(reloading) ?? [];
      expect(BigInt(microseconds)).toBeGreaterThanOrEqual(before);
      expect(BigInt(microseconds)).toBeLessThanOrEqual(process.hrtime.bigint() / 1000n);
      expect(failures).toEqual([]);
    } finally {
      end();
    }
  });

  it('gives a sign of life four times in each period, however often it is alive', async ({ folder }) => {
    const path = join(folder, 'notify');
    const { received, end } = await receive(path);
    const environment = {
      NOTIFY_SOCKET: path,
      WATCHDOG_USEC: '3600000000',
      WATCHDOG_PID: String(process.pid),
    };
    try {
      const manager = createServiceManager(environment, () => undefined);
      for (let time = 0; time < 1000; time += 1) manager.alive();
      await manager.stopping();
      await expect.poll(() => received.length, { timeout: 30_000 }).toBe(2);
      expect(received).toEqual(['WATCHDOG=1', 'STOPPING=1']);
      const soon = createServiceManager({ ...environment, WATCHDOG_USEC: '4000' }, () => undefined);
      soon.alive();
      await expect.poll(() => soon.alive() ?? received.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
      await soon.stopping();
    } finally {
      end();
    }
  });

  it('leaves the sign of life to the process that it is expected of', async ({ folder }) => {
    const path = join(folder, 'notify');
    const { received, end } = await receive(path);
    const environment = { ...PATH, NOTIFY_SOCKET: path, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' };
    try {
      const manager = createServiceManager(environment, () => undefined);
      manager.alive();
      await manager.stopping();
      await expect.poll(() => received.length, { timeout: 30_000 }).toBe(1);
      expect(received).toEqual(['STOPPING=1']);
    } finally {
      end();
    }
  });

  it('goes on if nobody hears it, and is told so once', async ({ folder }) => {
    const failures: string[] = [];
    const manager = createServiceManager({ ...PATH, NOTIFY_SOCKET: join(folder, 'none') }, (reason) =>
      failures.push(reason),
    );
    await manager.ready('follows 3 logs');
    await manager.stopping();
    expect(failures).toEqual(['systemd-notify has failed: exit code 1']);
  });
});

describe('without systemd the program', () => {
  it('sends nothing', async () => {
    const failures: string[] = [];
    const create = (environment: Record<string, string>) =>
      createServiceManager({ PATH: '/nonexistent', ...environment }, (reason) => failures.push(reason));
    const manager = create({ WATCHDOG_USEC: '1000' });
    manager.alive();
    await Promise.all([manager.ready(''), manager.status(''), manager.reloading(), manager.stopping()]);
    expect(failures).toEqual([]);
    // this is a failure under systemd
    await create({ NOTIFY_SOCKET: '/x' }).stopping();
    expect(failures).toEqual(['systemd-notify cannot be run: spawn systemd-notify ENOENT']);
  });
});
