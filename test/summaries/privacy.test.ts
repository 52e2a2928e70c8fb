// What is stored of people: nothing unless it is asked for, and never their addresses.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { spawnCli } from '../support/cli.js';
import { OFTEN_TESTED, succeed } from '../support/targets.js';
import { it } from '../support/test.js';
import { INGEST } from './support/lines.js';

/** Texts that no program and no other test has. */
const CANARY = {
  address: '198.51.100.237',
  other: '2001:db8:77:77::abcd',
  agent: 'Canaryfox/77.1',
  referrer: 'canary-referrer.example',
  secret: 'canarysecret',
  id: 'canaryid77',
  object: 'kept-object',
};

/** Lines that have all of them; some are rejected, some have no object. */
const LOG = [CANARY.address, CANARY.other]
  .flatMap((host) =>
    ['7 kept-object', '- -', 'no fields of an object at all'].map(
      (ids) =>
        `${host} - ${CANARY.id} [14/Apr/2026:10:22:31 +0200] "GET /p?token=${CANARY.secret} HTTP/1.1" 404 10 "https://${CANARY.referrer}/x?q=${CANARY.secret}" "Mozilla/5.0 (X11; Linux x86_64) ${CANARY.agent}" ${ids}\n`,
    ),
  )
  .join('');

async function readFiles(folder: string): Promise<readonly (readonly [path: string, bytes: Buffer])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(paths.map(async (path) => [path, await readFile(path)] as const));
}

async function findCanaries(folder: string): Promise<readonly string[]> {
  const files = await readFiles(folder);
  return Object.entries(CANARY)
    .filter(([, text]) => files.some(([, bytes]) => bytes.includes(text)))
    .map(([name]) => name);
}

describe('the files of an embedded database', () => {
  it('hold no address, agent, referrer, user or query by default', async ({ openTarget, folder }) => {
    const target = await openTarget('embedded');
    const path = join(folder, 'access.log');
    await writeFile(path, LOG);
    const { stdout, stderr } = await target.run(['ingest', '--max-rejects', '100%', path]);
    expect(await findCanaries(target.environment['LOGTALLY_DATA_DIR'] ?? '')).toEqual(['object']);
    expect(stdout).not.toMatch(/canary|198\.51\.100/i);
    // rejected lines are shown to who runs the command, and stored nowhere
    expect(stderr).toContain(CANARY.address);
  });

  it('hold no address and no agent with all summaries, and of a referrer no query', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('embedded');
    const path = join(folder, 'access.log');
    await writeFile(
      path,
      LOG.split('\n')
        .filter((line) => !line.endsWith('at all'))
        .join('\n'),
    );
    // in a process of its own, with its temporary files
    const { code, stdout, stderr } = await spawnCli([...INGEST, path], { environment: target.environment });
    expect(code).toBe(0);
    expect(await findCanaries(target.environment['LOGTALLY_DATA_DIR'] ?? '')).toEqual(['referrer', 'object']);
    expect(stdout + stderr).not.toMatch(/canary|198\.51\.100\.237|77::abcd/i);
    const rows = await target.query(
      'select count(distinct key1)::int as visitors from logtally.visitor_count',
    );
    expect(rows).toEqual([{ visitors: 2 }]);
  });
});

describe.each(OFTEN_TESTED)('the tables in %s', (kind) => {
  it('hold no row of a summary by default, and no key', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, LOG);
    await target.run(['ingest', '--max-rejects', '100%', path]);
    const [row] = await target.query(`select
      (select count(*)::int from logtally.site_count) as site_count,
      (select count(*)::int from logtally.object_count) as object_count,
      (select count(*)::int from logtally.count_source) as count_source,
      (select count(*)::int from logtally.visitor_key) as visitor_key`);
    expect(row).toEqual({ site_count: 0, object_count: 0, count_source: 0, visitor_key: 0 });
    await succeed(target, ['verify']);
  });
});
