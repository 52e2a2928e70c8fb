import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { SQL_FILES, sql } from '../../src/database/sql.js';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { readTables, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Scripts of definitions and settings; PREPARE takes only statements that read or write rows. */
const SCRIPTS = new Set([
  'setTransactionSettings',
  'setServerMemory',
  'setEmbeddedMemory',
  'setReadOnly',
  'setOwnSearchPath',
  'createVersionTable',
  'createStaging',
  'createExportStaging',
  'createSums',
  'deleteRecord',
  'deleteHitTables',
  'deleteCountTables',
  'vacuumCountTables',
  'createOwnStaging',
  'emptyOwnStaging',
  'deleteOwnTable',
  'vacuumOwnTable',
  'deleteRequestTable',
  'vacuumRequestTable',
  'fetchRows',
  'closeRows',
  'emptyStaging',
  'emptyGains',
  'vacuumRecord',
  'vacuumCatalog',
  'vacuumHitTables',
  'writeCheckpoint',
  'grantWriter',
  'grantReader',
  'createReader',
  'enterSession',
  'leaveSession',
  'beginQuestion',
]);

/** Reads page by page: it is run as it stands, and so are the next page and the end. */
function isCursor(text: string): boolean {
  return /^declare /m.test(text);
}

const SCHEMA = readFileSync(`${PROJECT_FOLDER}fixtures/schema.sql`, 'utf8');

/** Every column, key and index of the schema, from the catalogue, in a form that can be read as a difference. */
async function describeSchema(target: Target): Promise<readonly string[]> {
  const rows = await target.query(SCHEMA);
  return rows.map((row) => String(row['description']));
}

describe('the SQL files', () => {
  it('can each be prepared as they stand, once schema and staging tables are there', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const client = new pg.Client(target.environment['DATABASE_URL']);
    await client.connect();
    try {
      await client.query('begin');
      await client.query(sql.setTransactionSettings);
      await client.query(sql.createExportStaging);
      await client.query(sql.createStaging);
      await client.query(sql.createSums);
      // a table of other people's, in whichever schema is looked at
      await client.query('create temporary table django_content_type (id int, app_label text, model text)');
      for (const [name, text] of Object.entries(sql)) {
        // test/citus prepares those of Citus
        if (SCRIPTS.has(name) || SQL_FILES[name as keyof typeof sql].startsWith('citus/')) continue;
        if (isCursor(text)) {
          const parameters = new Set(text.match(/\$\d+/g));
          await client.query(text, new Array(parameters.size).fill(null));
          for (const part of [sql.fetchRows, sql.closeRows]) await client.query(part);
          continue;
        }
        await expect(
          client.query(`prepare ${name} as ${text}`),
          SQL_FILES[name as keyof typeof sql],
        ).resolves.toBeDefined();
      }
    } finally {
      await client.end();
    }
  });
});

describe.each(TARGET_KINDS)('the schema in %s', (kind) => {
  it('is the one described in fixtures/schema.txt', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['init']);
    const expected = readFileSync(`${PROJECT_FOLDER}fixtures/schema.txt`, 'utf8');
    expect(`${(await describeSchema(target)).join('\n')}\n`).toBe(expected);
  });

  it('is created once, and left alone afterwards', async ({ openTarget }) => {
    const target = await openTarget(kind);
    expect((await target.run(['init'])).stderr).toContain('version 4');
    expect((await target.run(['init'])).stderr).toContain('is up to date');
    expect(await target.query('select version, name from logtally.schema_version')).toEqual([
      { version: 1, name: 'create_tables' },
      { version: 2, name: 'create_counts' },
      { version: 3, name: 'create_requests' },
      { version: 4, name: 'create_own_counts' },
    ]);
  });

  it('is refused where it is newer than the program, by every command', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['init']);
    await target.query("insert into logtally.schema_version (version, name) values (99, 'from_the_future')");
    for (const args of [['ingest'], ['top'], ['show', '7', '1'], ['init']]) {
      const { code, stderr } = await target.run(args);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(stderr).toContain('schema version 99, this program knows only up to');
    }
  });
});

describe('init --print', () => {
  it('prints a script that makes the same schema', async ({ openTarget }) => {
    const printed = await openTarget('postgres');
    const { code, stdout } = await runCli(['init', '--print']);
    expect(code).toBe(0);
    await printed.query(stdout);
    const made = await openTarget('postgres');
    await made.run(['init']);
    expect(await describeSchema(printed)).toEqual(await describeSchema(made));
    expect((await printed.run(['init'])).stderr).toContain('is up to date');
  });
});

describe('settings of the server, the database and the role', () => {
  it('change nothing about what is counted', async ({ openTarget }) => {
    const plain = await openTarget('postgres');
    const odd = await openTarget('postgres');
    const name = new URL(odd.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    for (const setting of [
      "datestyle = 'German, DMY'",
      "timezone = 'Pacific/Kiritimati'",
      "search_path = 'evil, public'",
      "statement_timeout = '1ms'",
      "standard_conforming_strings = 'off'",
    ]) {
      await odd.query(`alter database "${name}" set ${setting}`);
    }
    await odd.query('set statement_timeout = 0; create table public.object_hits (evil int)');
    for (const target of [plain, odd]) {
      expect(await target.run(['ingest', '--quiet', 'fixtures/access.log.gz'])).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
    }
    await odd.query(`alter database "${name}" reset all`);
    expect((await plain.run(['top', '--json'])).stdout).toBe((await odd.run(['top', '--json'])).stdout);
    expect(await readTables(plain)).toMatchObject({ object_hits: expect.any(Array) });
  });
});
