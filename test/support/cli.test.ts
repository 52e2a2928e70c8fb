import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endStartedCommands, finishCli, runCli, spawnCli, startCli } from './cli.js';

const LINE = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

test('a command that a test leaves behind is killed', async () => {
  const child = startCli(['parse']);
  await once(child, 'spawn');
  endStartedCommands();
  expect(await finishCli(child)).toMatchObject({ code: null });
  expect(child.signalCode).toBe('SIGKILL');
});

test.each([
  ['what was asked for', ['parse'], LINE],
  ['a usage error', ['tpo'], ''],
  ['rejected lines', ['check'], 'this is no log line\n'.repeat(3)],
  ['the version', ['--version'], ''],
  ['the help of a command', ['ingest', '--help'], ''],
] as const)(
  'a command answers in the test as it does in a process of its own, with %s',
  async (_what, args, input) => {
    const here = await runCli(args, { input });
    expect(here).toEqual(await spawnCli(args, { input }));
    expect(here.stdout + here.stderr).not.toBe('');
  },
);
