import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { sql } from '../../src/database/sql.js';
import { SUMMARY_NAMES } from '../../src/report/summaries/summaries.js';
import { listSummaryTables } from '../../src/summaries/summaries.js';
import { runCli } from '../support/cli.js';
import { expectOnce, lines } from '../support/logs.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

interface Role {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A role that can do nothing, with a name that has to be quoted, in a database that grants nothing to everybody. */
async function createRole(target: Target, kind: string): Promise<Role> {
  const url = new URL(target.environment['DATABASE_URL'] ?? '');
  const database = url.pathname.slice(1);
  const name = `O'Brien "${kind}" \\$$ ${database.slice(-8)}`;
  await target.query(`create role ${pg.escapeIdentifier(name)} login password 'guest'`);
  await target.query(`revoke all on database ${database} from public`);
  url.username = encodeURIComponent(name);
  url.password = 'guest';
  return { name, environment: { DATABASE_URL: url.href } };
}

async function dropRole(target: Target, { name }: Role): Promise<void> {
  await target.query(`drop owned by ${pg.escapeIdentifier(name)}`);
  await target.query(`drop role ${pg.escapeIdentifier(name)}`);
}

async function grant(target: Target, args: readonly string[]): Promise<void> {
  const { code, stdout } = await runCli(['init', '--print-grants', ...args]);
  expect(code).toBe(0);
  await target.query(stdout);
}

describe('init --print-grants', () => {
  it('lets a role ingest, try again, and forget what is too old to be undone', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const role = await createRole(target, 'writer');
    try {
      await grant(target, ['--writer', role.name]);
      const log = join(folder, 'access.log');
      const archive = join(folder, 'old.log.gz');
      await writeFile(log, lines(0, 20));
      await writeFile(archive, gzipSync(lines(20, 40)));
      const summaries = SUMMARY_NAMES.join(',');
      const metrics = join(folder, 'logtally.prom');
      const args = ['ingest', '--quiet', '--metrics', metrics, '--summary', summaries, log, archive];
      expect(await runCli(args, role)).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await runCli(args, role)).toEqual({ code: 0, stdout: '', stderr: '' });
      await target.query(
        "update logtally.run set started_at = current_timestamp - interval '31 days' where run_id = 1",
      );
      await appendFile(log, lines(40, 60));
      const fault = { LOGTALLY_FAULT: 'commit_sent:2:disconnect' };
      const retried = await runCli(args, { environment: { ...role.environment, ...fault } });
      expect(retried).toMatchObject({ code: 0 });
      await expectOnce(target.query, 60);
      expect(await target.query('select distinct run_id from logtally.added_hits')).toEqual([{ run_id: 3 }]);
      const asked = SUMMARY_NAMES.map((name) => ['top', '--summary', name]);
      for (const command of [['top'], ...asked, ['runs'], ['status'], ['verify']]) {
        expect(await runCli(command, role)).toMatchObject({ code: 0, stderr: '' });
      }
      const config = join(folder, 'logtally.toml');
      await writeFile(config, '[retention]\nkeep_days = 0\n');
      expect(await runCli(['prune', '--config', config], role)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('hint: run it as the owner of the tables, who alone prunes'),
      });
      expect(await runCli(['ingest', '--config', config, log], role)).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('only the owner of the tables may prune'),
      });
      expect(await runCli(['ingest', '--quiet', '--config', config, log], role)).toMatchObject({
        stderr: '',
      });
      const undone = await runCli(['undo', '3'], role);
      expect(undone).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('hint: run it as the owner of the tables'),
      });
    } finally {
      await dropRole(target, role);
    }
  });

  it('grants what is asked for before a log is read, no more and no less', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const role = await createRole(target, 'writer');
    const identifier = pg.escapeIdentifier(role.name);
    const client = new pg.Client(role.environment['DATABASE_URL']);
    const needed = listSummaryTables().flatMap(({ name, rights }) => rights.map((right) => [name, right]));
    const values = [needed.map(([name]) => name), needed.map(([, right]) => right)];
    const listMissing = async () => (await client.query(sql.findMissingRights, values)).rows;
    try {
      await grant(target, ['--writer', role.name]);
      const granted = (await target.query(
        `select table_name, lower(privilege_type) as privilege from information_schema.role_table_grants
         where table_schema = 'logtally' and grantee = ${pg.escapeLiteral(role.name)}`,
      )) as { table_name: string; privilege: string }[];
      expect(granted.length).toBeGreaterThan(20);
      await client.connect();
      expect(await listMissing()).toEqual([]);
      for (const { table_name, privilege } of granted) {
        await target.query(`revoke ${privilege} on logtally.${table_name} from ${identifier}`);
        expect(await listMissing()).toEqual([{ missing_right: `${privilege} on logtally.${table_name}` }]);
        await target.query(`grant ${privilege} on logtally.${table_name} to ${identifier}`);
      }
      const database = new URL(target.environment['DATABASE_URL'] ?? '').pathname.slice(1);
      await target.query(`revoke temporary on database ${database} from ${identifier}`);
      expect(await listMissing()).toEqual([{ missing_right: `temporary on database ${database}` }]);
    } finally {
      await client.end();
      await dropRole(target, role);
    }
  });

  it('lets a role read and nothing else, and tells it so', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['ingest', '--quiet'], { input: lines(0, 20) })).code).toBe(0);
    const role = await createRole(target, 'reader');
    try {
      await grant(target, ['--reader', role.name]);
      const report = await runCli(['report', '--output', '-'], role);
      expect(report).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringContaining('<!doctype html>'),
      });
      for (const command of [
        ['top'],
        ['top', '--sort', 'new'],
        ['show', '7', '3'],
        ['runs'],
        ['status', '--all'],
        ['verify'],
      ]) {
        const answer = await runCli(command, role);
        expect({ command, ...answer }).toMatchObject({ command, code: 0, stderr: '' });
        expect(answer.stdout).toBe((await target.run(command)).stdout);
      }
      const { code, stderr } = await runCli(['ingest'], { ...role, input: lines(20, 40) });
      expect(code).toBe(1);
      expect(stderr).toContain('insert on logtally.object_hits');
      expect(stderr).toContain('logtally init --print-grants');
      await expectOnce(target.query, 20);
    } finally {
      await dropRole(target, role);
    }
  });

  it('prints both where no role is named, and with --print all that a database needs', async () => {
    const { stdout } = await runCli(['init', '--print', '--print-grants']);
    expect(stdout).toContain('create table logtally.object_hits');
    expect(stdout).toContain('to "logtally_writer";');
    expect(stdout).toContain('to "logtally_reader";');
    const reader = await runCli(['init', '--print-grants', '--reader', 'web']);
    expect(reader.stdout).not.toContain('insert');
  });

  it('refuses a name that no role can have, and a role without --print-grants', async () => {
    for (const name of ['', 'a\nb', 'x'.repeat(64)]) {
      const { code, stderr } = await runCli(['init', '--print-grants', '--writer', name]);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--writer') });
    }
    const { code, stderr } = await runCli(['init', '--reader', 'web']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--print-grants') });
  });
});
