// The two databases that every promise is tested on: a PostgreSQL server and the embedded one.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { expect, inject } from 'vitest';
import { type CliResult, keepPostgresCompiled, runCli } from './cli.js';
import { createTestDatabase } from './database.js';

export type Tables = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** An empty database for one test. */
export interface Target {
  /** Makes the command use it, without a password on the command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the command on it. */
  run(args: readonly string[], options?: { readonly input?: string | Buffer }): Promise<CliResult>;
  /** Runs one statement, while no command has the database open. */
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** Runs several: the embedded database is opened once for all of them. */
  queryAll(statements: readonly string[]): Promise<readonly (readonly Record<string, unknown>[])[]>;
  drop(): Promise<void>;
}

export type TargetKind = (typeof TARGET_KINDS)[number];

export const TARGET_KINDS = ['postgres', 'embedded'] as const;

/**
 * Where they run the same statements and the promise is not about their files. Opening the embedded database takes a second
 * each time: it is tested here too by `npm run test:embedded`.
 */
export const OFTEN_TESTED: readonly TargetKind[] =
  process.env['LOGTALLY_TEST_EMBEDDED'] === undefined ? ['postgres'] : TARGET_KINDS;

/** The tables of totals with their rows in the order of their keys, as text. */
const TABLE_QUERIES = {
  content_type: 'select content_type_id, site, name from logtally.content_type order by 1',
  object_hits:
    'select content_type_id, object_id, hit_count::text, first_hit_on::text, last_hit_on::text from logtally.object_hits order by 1, 2',
  object_hits_daily:
    'select content_type_id, object_id, hit_on::text, hit_count::text from logtally.object_hits_daily order by 1, 2, 3',
  hit_count_rank:
    'select content_type_id, hit_count::text, object_count::text, hit_count_rank::text from logtally.hit_count_rank order by 1, hit_count_rank.hit_count',
} as const;

/** The rows of the tables of totals: what must be equal wherever the same lines were counted. */
export async function readTables(target: Target): Promise<Tables> {
  const answers = await target.queryAll(Object.values(TABLE_QUERIES));
  return Object.fromEntries(Object.keys(TABLE_QUERIES).map((name, at) => [name, answers[at] ?? []]));
}

/** The same with names in place of the numbers of content types, which depend on what was counted first. */
export async function readNamedTables(target: Target): Promise<Tables> {
  const tables = await readTables(target);
  const names = new Map(
    (tables['content_type'] ?? []).map((row) => [row['content_type_id'], `${row['site']} ${row['name']}`]),
  );
  const named = Object.entries(tables).map(([table, rows]) => [
    table,
    rows
      .map((row) => JSON.stringify({ ...row, content_type_id: names.get(row['content_type_id']) }))
      .toSorted()
      .map((row) => JSON.parse(row)),
  ]);
  return Object.fromEntries(named);
}

export function createTarget(kind: TargetKind): Promise<Target> {
  return kind === 'postgres' ? createPostgresTarget() : createEmbeddedTarget();
}

async function createPostgresTarget(): Promise<Target> {
  const database = await createTestDatabase();
  const environment = { DATABASE_URL: database.url };
  return {
    environment,
    run: (args, options) => runCli(args, { ...options, environment }),
    query: database.query,
    queryAll: (statements) => Promise.all(statements.map((statement) => database.query(statement))),
    drop: database.drop,
  };
}

async function createEmbeddedTarget(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-data-'));
  // a sixth of the time of Node's own
  await promisify(execFile)('cp', ['-r', `${inject('embeddedTemplate')}/.`, folder]);
  await keepPostgresCompiled();
  const environment = { LOGTALLY_DATA_DIR: folder };
  const queryAll = async (statements: readonly string[]) => {
    const database = await PGlite.create(join(folder, 'postgres'));
    try {
      const answers: Record<string, unknown>[][] = [];
      for (const statement of statements)
        answers.push((await database.query<Record<string, unknown>>(statement)).rows);
      return answers;
    } finally {
      await database.close();
    }
  };
  return {
    environment,
    run: (args, options) => runCli(args, { ...options, environment }),
    query: async (statement) => (await queryAll([statement]))[0] ?? [],
    queryAll,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs a command that must succeed, and say nothing unasked; returns what it printed. */
export async function succeed(
  target: Target,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<string> {
  const { code, stdout, stderr } = await target.run(args, { input });
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}
