// The package as a library: what its page of documentation promises.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLineParser, ingest, openDatabase, UsageError } from 'logtally';
import { describe, expect } from 'vitest';
import { line, lines } from '../support/logs.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { it } from '../support/test.js';

const TYPESCRIPT = join(PROJECT_FOLDER, 'node_modules/typescript/bin/tsc');

/** As a user's project has it, with the types of the package checked as well. */
const TYPE_CHECK = [
  '--ignoreConfig',
  '--strict',
  '--target',
  'es2023',
  '--module',
  'nodenext',
  '--types',
  'node',
];
const OPTIONS = { encoding: 'utf8', cwd: PROJECT_FOLDER } as const;

describe('createLineParser', () => {
  const text =
    '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/?größe=1 HTTP/1.1" 200 5120 "-" "Mozilla/5.0" core.photo 1234';

  it('reads lines as text or bytes, with or without their ends', () => {
    const parser = createLineParser();
    const parsed = parser.parse(text);
    expect(parsed).toMatchObject({
      kind: 'record',
      record: { time: '2026-04-14T10:22:31+02:00', status: 200, referrer: null, contentType: 'core.photo' },
    });
    expect(parsed).toMatchObject({ record: { target: '/photos/1234/?größe=1', objectId: '1234' } });
    for (const end of ['\n', '\r\n']) {
      expect(parser.parse(text + end)).toEqual(parsed);
      expect(parser.parse(new TextEncoder().encode(text + end))).toEqual(parsed);
    }
  });

  it('says why a line is no record', () => {
    const parser = createLineParser({ format: 'combined' });
    expect(parser.parse('nonsense')).toEqual({
      kind: 'rejected',
      reason: 'line ends early',
      field: 'remoteHost',
    });
    expect(parser.parse(text.replace('10:22:31', '10:99:31'))).toMatchObject({
      kind: 'rejected',
      reason: 'bad time',
      field: 'time',
    });
    expect(parser.parse(' \n')).toEqual({ kind: 'filtered', filter: 'blank' });
    expect(parser.parse('#Fields: a\n')).toEqual({ kind: 'filtered', filter: 'directive' });
  });

  it('takes the formats that --format takes, but none that has to be found out', () => {
    const own = createLineParser({
      format: '%h %t "%r" %>s %{X-Kind}o %{X-Key}o',
      contentTypeField: 'X-Kind',
      objectIdField: 'X-Key',
    });
    expect(own.parse('::1 [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 photo 7')).toMatchObject({
      record: { contentType: 'photo', objectId: '7', bytes: null },
    });
    expect(() => createLineParser({ format: 'auto' })).toThrow(UsageError);
    expect(() => createLineParser({ format: 'docker' })).toThrow(UsageError);
    expect(() => createLineParser({ format: 'nonsense' })).toThrow(UsageError);
  });
});

describe('an option that is not known', () => {
  it('is refused, with the name that was meant', async ({ folder }) => {
    const toParser = (options: object) => () => createLineParser(options);
    const misspelt: object = { databaseUrl: 'postgres://h/d' };
    const forgotten: object = { sumaries: ['statuses'] };
    expect(toParser({ formt: 'combined' })).toThrow("createLineParser has no option 'formt'");
    await expect(openDatabase(misspelt)).rejects.toThrow(UsageError);
    const database = await openDatabase({ folder });
    try {
      const refused = ingest(database, ['-'], forgotten);
      await expect(refused).rejects.toMatchObject({ hint: 'did you mean summaries?' });
    } finally {
      await database.close();
    }
  });
});

describe('ingest', () => {
  it('counts each line once, and says what became of each input', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const missing = join(folder, 'missing.log');
    await writeFile(log, `${lines(0, 10)}nonsense\n`);
    const database = await openDatabase({ url: target.environment['DATABASE_URL'] ?? '' });
    try {
      const first = await ingest(database, [log, missing], {
        site: 'www.example.com',
        summaries: ['statuses'],
      });
      expect(first).toMatchObject({ run: 1, lines: 11, counted: 10, rejected: 1, exitCode: 1 });
      expect(first.inputs).toMatchObject([
        { path: log, state: 'counted', problem: null },
        {
          path: missing,
          state: 'failed',
          problem: { message: expect.stringContaining(missing), exitCode: 1 },
        },
      ]);
      await appendFile(log, line(11));
      expect(await ingest(database, [log], { site: 'www.example.com' })).toMatchObject({
        lines: 1,
        exitCode: 0,
      });
      expect(
        await database.query(
          'select site, hit_count, first_hit_on from logtally.object_ranking where object_id = $1',
          ['11'],
        ),
      ).toEqual([
        { site: 'www.example.com', hit_count: 1, first_hit_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
      ]);
      await expect(database.query('delete from logtally.object_hits')).rejects.toThrow('read-only');
      await expect(ingest(database, [log], { summaries: ['nonsense'] })).rejects.toThrow(UsageError);
    } finally {
      await database.close();
    }
  });

  it('takes turns with what else is asked of its database', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [one, other] = [join(folder, 'one.log'), join(folder, 'other.log')];
    await writeFile(one, lines(0, 500));
    await writeFile(other, lines(500, 900));
    const database = await openDatabase({ url: target.environment['DATABASE_URL'] ?? '' });
    try {
      const [first, failed, second, rows] = await Promise.all([
        ingest(database, [one]),
        database.query('select 1 / 0').catch(String),
        ingest(database, [other]),
        database.query('select count(*) as objects from logtally.object_hits'),
      ]);
      expect([first.counted, second.counted, rows]).toEqual([500, 400, [{ objects: 900 }]]);
      expect(failed).toContain('division by zero');
      await expect(ingest(database, [])).rejects.toThrow(UsageError);
    } finally {
      await database.close();
    }
  });

  it('reads the config file that is named, and no other one', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const config = join(folder, 'own.toml');
    const log = join(folder, 'access.log');
    await writeFile(config, "by_path = true\nformat = 'combined'\n");
    await writeFile(log, '::1 - - [14/Apr/2026:10:22:31 +0200] "GET /about HTTP/1.1" 200 5 "-" "-"\n');
    const database = await openDatabase({ url: target.environment['DATABASE_URL'] ?? '' });
    try {
      expect(await ingest(database, [log], { config })).toMatchObject({ lines: 1, counted: 1 });
    } finally {
      await database.close();
    }
  });

  it('counts into the embedded database of a folder', async ({ folder }) => {
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 5));
    const database = await openDatabase({ folder: join(folder, 'data') });
    try {
      expect(await ingest(database, [log])).toMatchObject({ counted: 5 });
      expect(await database.query('select count(*) as objects from logtally.object_hits')).toEqual([
        { objects: 5 },
      ]);
    } finally {
      await database.close();
    }
    await expect(openDatabase({ folder, url: 'postgres://localhost/x' })).rejects.toThrow(UsageError);
  });
});

describe('the page about the library', () => {
  it('has examples that print what it says, and that TypeScript takes', async ({ folder }) => {
    const page = readFileSync(`${PROJECT_FOLDER}docs/library.md`, 'utf8');
    const examples = [...page.matchAll(/^```ts\n(.*?)^```\n\n```\n(.*?)^```$/gms)];
    expect(examples).toHaveLength(2);
    const place = await mkdtemp(join(PROJECT_FOLDER, 'dist', 'example-'));
    try {
      for (const [at, [, code = '', printed = '']] of examples.entries()) {
        const path = join(place, `example${at}.mts`);
        await writeFile(path, code.replace('./tally', join(folder, 'tally')));
        const types = spawnSync(process.execPath, [TYPESCRIPT, ...TYPE_CHECK, path], OPTIONS);
        expect(types.stdout).toBe('');
        const script = join(place, `example${at}.mjs`);
        const { stdout, stderr } = spawnSync(process.execPath, [script], OPTIONS);
        expect({ stdout, stderr }).toEqual({ stdout: printed, stderr: '' });
      }
    } finally {
      await rm(place, { recursive: true });
    }
  });
});
