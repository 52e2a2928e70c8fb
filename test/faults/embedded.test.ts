// What the embedded database's thread dies of: calls of the system that fail, a full disk, files that are gone. Everything
// that waits for it ends with it. `npm run test:calls` tries all calls; the ones here once made the program wait for ever.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { failOnce } from '../calls/check.js';
import { createTemplate, SCENARIOS, type Template } from '../calls/scenarios.js';
import { hasStrace } from '../calls/strace.js';
import { expectOnce, ingest, lines, startIngest } from '../support/logs.js';
import { it } from '../support/test.js';

const LINES = 100;
/** Milliseconds: a case is four commands, one of them traced. */
const CASE_MS = 180_000;
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
const run = promisify(execFile);

describe.skipIf(!hasStrace())('an embedded database of which a call fails (needs strace)', () => {
  let folder = '';
  let template: Template | null = null;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logtally-calls-'));
    template = await createTemplate(folder);
  }, CASE_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.for([
    ['database', 'pwrite64', 'ENOSPC', 1],
    ['database', 'pwrite64', 'ENOSPC', 13],
    ['database', 'pwrite64', 'ENOSPC', 15],
    ['database', 'pwrite64', 'ENOSPC', 17],
    ['database', 'pread64', 'EIO', 1],
    ['database', 'pread64', 'EIO', 50],
    ['creation', 'write', 'ENOSPC', 100],
  ] as const)(
    'ends the run with a message, and the next one is exact: %s, %s, %s, number %i',
    { timeout: CASE_MS },
    async ([name, call, error, at]) => {
      const scenario = SCENARIOS.find((one) => one.name === name);
      if (scenario === undefined || template === null) throw new Error('nothing is prepared');
      const { run, verdict, detail } = await failOnce({ scenario, fault: { call, error }, at }, template);
      expect({ verdict, detail }).toEqual({ verdict: null, detail: '' });
      expect(run.failed).toContain('INJECTED');
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(/^logtally: hint: (?:make room|see the system's log)/m);
    },
  );
});

describe.skipIf(!mayMount)('a disk without room for an embedded database (needs root on Linux)', () => {
  let small = '';
  beforeAll(async () => {
    small = await mkdtemp(join(tmpdir(), 'logtally-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', small]);
  });
  afterAll(async () => {
    await run('umount', ['-l', small]);
    await rm(small, { recursive: true });
  });

  it('is told, and with room everything is counted once', { timeout: CASE_MS }, async ({ folder }) => {
    const environment = { LOGTALLY_DATA_DIR: join(small, 'data') };
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const refused = await ingest(environment, [log]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`'${join(small, 'data')}' cannot be used: no space is left on its disk`);
    expect(refused.stderr).toContain('hint: make room and run the command again');
    await run('mount', ['-o', 'remount,size=200m', small]);
    expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { counted: LINES } });
  });
});

describe('an embedded database whose files vanish under a run', () => {
  it('ends the run with a message', { timeout: CASE_MS }, async ({ openTarget, folder }) => {
    const target = await openTarget('embedded');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'before_commit:1:2000ms' };
    const started = startIngest(environment, [log]);
    await started.paused;
    const data = target.environment['LOGTALLY_DATA_DIR'] ?? '';
    await rm(join(data, 'postgres'), { recursive: true });
    const { code, stderr } = await started.answer;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^logtally: error: the embedded database in '.*'.*: .*No such file or directory/m);
    expect(stderr).not.toContain('this is a bug');
    expect(await ingest(target.environment, [log])).toMatchObject({ code: 0, account: { counted: LINES } });
    expect(await readdir(data)).toContain('postgres');
    await expectOnce(target.query, LINES);
  });
});
