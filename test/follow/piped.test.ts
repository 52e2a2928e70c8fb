// What `logtally pipe` writes, counted by the process that it starts.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { finishCli, spawnCli, startCli } from '../support/cli.js';
import { expectOnce, lines } from '../support/logs.js';
import { findPiped } from '../support/piped-processes.js';
import { succeed } from '../support/targets.js';
import { it } from '../support/test.js';
import { waitForLines } from './following.js';

const ENDED = { code: 0, stdout: '', stderr: '' };

describe('pipe', () => {
  it('counts the segments of a spool, records them as finished, and leaves none', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const { environment } = target;
    const spool = join(folder, 'spool');
    const args = ['pipe', '--no-files', '--spool', spool];
    expect(await spawnCli(args, { environment, input: lines(0, 10) })).toEqual(ENDED);
    expect(await spawnCli(args, { environment, input: lines(10, 30) })).toEqual(ENDED);
    await expectOnce(target.query, 30);
    expect(readdirSync(spool).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(await target.query('select state from logtally.log_stream')).toEqual([
      { state: 'final' },
      { state: 'final' },
    ]);
    await succeed(target, ['verify']);
  });

  it.skipIf(process.platform !== 'linux')(
    'shows no password of the database in the list of processes but in its own command line (needs /proc)',
    async ({ openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      const url = new URL(target.environment['DATABASE_URL'] ?? '');
      const log = join(folder, 'access.log');
      const child = startCli(['pipe', '--database-url', url.href, log]);
      const finished = finishCli(child);
      child.stdin?.write(lines(0, 10));
      await waitForLines(target, 10);
      const [counting] = findPiped('counts', log);
      const commandLine = readFileSync(`/proc/${counting}/cmdline`, 'latin1');
      expect(commandLine).toContain(log);
      expect(url.password).not.toBe('');
      expect(commandLine).not.toContain(url.password);
      child.stdin?.end(lines(10, 12));
      const { code, stderr } = await finished;
      expect({ code, stderr: stderr.replace(/^logtally: .*password.*\n/, '') }).toEqual({
        code: 0,
        stderr: '',
      });
      await expectOnce(target.query, 12);
    },
  );
});
