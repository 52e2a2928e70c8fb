// `init --distribute` on a real cluster: what it refuses, what it changes, and that it stays so.

import { randomBytes } from 'node:crypto';
import { describe, expect, inject } from 'vitest';
import { migrate } from '../../src/database/migrate.js';
import { readMigrations } from '../../src/database/migrations.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { sql } from '../../src/database/sql.js';
import { listSpreadTables } from '../../src/summaries/summaries.js';
import { runCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { it as base } from '../support/folder.js';
import { type CitusNodes, createJoinedDatabase, dropOnNodes, toDatabase } from './databases.js';

const LOG = 'fixtures/access.log.gz';

/** A table of totals with its rows in the order of its key. */
const TOTALS = 'select * from logtally.object_hits order by content_type_id, object_id';

/** Without the partitions of tables, which are spread as these are. */
const SPREAD = `select table_name::text as name, citus_table_type as type, distribution_column as by_column
  from citus_tables join pg_class on oid = table_name and not relispartition order by table_name::text`;

const it = base.extend<{
  /** A database that the nodes have in common, without a schema: its URL on the coordinator. */
  readonly joined: string;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a destructured first argument
  joined: async ({}, use) => {
    const url = await createJoinedDatabase(getNodes());
    await use(url);
    await dropOnNodes(getNodes(), new URL(url).pathname.slice(1));
  },
});

function getNodes(): CitusNodes {
  const citus = inject('citus');
  if (citus === null) throw new Error('there is no cluster');
  return citus.nodes;
}

function run(url: string, ...args: readonly string[]) {
  return runCli(args, { environment: { DATABASE_URL: url } });
}

async function succeed(url: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(url, ...args);
  expect({ args, code }).toEqual({ args, code: 0 });
  return stdout + stderr;
}

/** Tables that each node has some or all of; the others stay on the coordinator. */
const SPREAD_TABLES = listSpreadTables().filter(({ spread }) => spread !== 'local').length;

describe('init --distribute', () => {
  it('spreads what was counted, clears the local copies, and says so', async ({ joined }) => {
    await succeed(joined, 'ingest', '--quiet', '--summary', 'bytes,visitors', LOG);
    const before = await queryOnce(joined, TOTALS);
    expect(await succeed(joined, 'status')).not.toContain('Citus');
    expect(await succeed(joined, 'init', '--distribute')).toContain(
      `its tables are spread over ${getNodes().workers.length} workers, ${SPREAD_TABLES} tables now`,
    );
    expect(await queryOnce(joined, TOTALS)).toEqual(before);
    expect(await queryOnce(joined, SPREAD)).toEqual([
      { name: 'logtally.addition', type: 'reference', by_column: '<none>' },
      { name: 'logtally.content_type', type: 'reference', by_column: '<none>' },
      { name: 'logtally.content_type_daily', type: 'reference', by_column: '<none>' },
      { name: 'logtally.count_source', type: 'reference', by_column: '<none>' },
      { name: 'logtally.hit_count_rank', type: 'reference', by_column: '<none>' },
      { name: 'logtally.hit_delta', type: 'distributed', by_column: 'object_id' },
      { name: 'logtally.hit_month', type: 'reference', by_column: '<none>' },
      { name: 'logtally.hit_share', type: 'reference', by_column: '<none>' },
      { name: 'logtally.object_count', type: 'distributed', by_column: 'object_id' },
      { name: 'logtally.object_hits', type: 'distributed', by_column: 'object_id' },
      { name: 'logtally.object_hits_daily', type: 'distributed', by_column: 'object_id' },
      { name: 'logtally.object_hits_yearly', type: 'distributed', by_column: 'object_id' },
    ]);
    const colocations = await queryOnce(
      joined,
      "select distinct colocation_id from citus_tables where citus_table_type = 'distributed'",
    );
    expect(colocations).toHaveLength(1);
    const copies = await queryOnce(
      joined,
      'select sum(pg_relation_size(table_name))::int as bytes from citus_tables',
    );
    expect(copies).toEqual([{ bytes: 0 }]);
    expect(await succeed(joined, 'status')).toContain(
      `spread over ${getNodes().workers.length} workers of Citus`,
    );
    expect(JSON.parse(await succeed(joined, 'status', '--json'))).toMatchObject({
      workers: getNodes().workers.length,
    });
    expect(await succeed(joined, 'verify')).not.toContain('NO');
  });

  it('may be repeated, and clears copies that somebody has left', async ({ joined }) => {
    await succeed(joined, 'ingest', '--quiet', LOG);
    await queryOnce(joined, "select create_distributed_table('logtally.object_hits', 'object_id')");
    const before = await queryOnce(joined, TOTALS);
    expect(await succeed(joined, 'init', '--distribute')).toContain(`${SPREAD_TABLES - 1} tables now`);
    expect(await queryOnce(joined, "select pg_relation_size('logtally.object_hits')::int as bytes")).toEqual([
      { bytes: 0 },
    ]);
    expect(await succeed(joined, 'init', '--distribute')).toContain('they were before');
    expect(await queryOnce(joined, TOTALS)).toEqual(before);
  });

  it('takes back nothing that was spread in another way, and changes nothing then', async ({ joined }) => {
    await succeed(joined, 'init');
    await queryOnce(joined, "select create_distributed_table('logtally.hit_delta', 'hit_on')");
    const before = await queryOnce(joined, SPREAD);
    const { code, stderr } = await run(joined, 'init', '--distribute');
    expect(code).toBe(1);
    expect(stderr).toContain('logtally.hit_delta is distributed by hit_on');
    expect(stderr).toContain("hint: take that back by undistribute_table('logtally.hit_delta')");
    expect(await queryOnce(joined, SPREAD)).toEqual(before);
  });

  it('needs workers, and says how they are registered', async ({ joined }) => {
    const rows = await queryOnce(joined, 'select nodename, nodeport from pg_dist_node where groupid > 0');
    for (const { nodename, nodeport } of rows)
      await queryOnce(joined, `select citus_remove_node('${nodename}', ${nodeport})`);
    const { code, stderr } = await run(joined, 'init', '--distribute');
    expect(code).toBe(1);
    expect(stderr).toContain('has no worker that can hold rows');
    expect(stderr).toContain("citus_add_node('worker-1.example.com', 5432)");
    expect(await queryOnce(joined, "select 1 from pg_namespace where nspname = 'logtally'")).toEqual([]);
  });

  it('waits for the lock of merges', async ({ joined }) => {
    await succeed(joined, 'init');
    const holder = await connectPostgres(joined, 0);
    await holder.transaction('writing', async () => {
      await holder.query(sql.lockMerges);
      const { code, stderr } = await run(joined, 'init', '--distribute', '--lock-wait', '0');
      expect(code).toBe(1);
      expect(stderr).toContain('--lock-wait');
    });
    await holder.close();
    expect(await succeed(joined, 'init', '--distribute')).toContain(`${SPREAD_TABLES} tables now`);
  });
});

describe('the rights that init --print-grants prints', () => {
  it('suffice for roles that ingest and read on spread tables', async ({ joined }) => {
    const { password } = new URL(joined);
    const roles = ['writer', 'reader'].map((role) => `logtally_${role}_${randomBytes(4).toString('hex')}`);
    const [writer = '', reader = ''] = roles.map((role) => {
      const url = new URL(joined);
      url.username = role;
      return url.href;
    });
    await succeed(joined, 'init', '--distribute');
    for (const role of roles) await queryOnce(joined, `create role ${role} login password '${password}'`);
    const [ingesting = '', reading = ''] = roles;
    const grants = await succeed(
      joined,
      'init',
      '--print-grants',
      '--writer',
      ingesting,
      '--reader',
      reading,
    );
    await queryOnce(joined, grants);
    await succeed(writer, 'ingest', '--quiet', LOG);
    await succeed(writer, 'ingest', '--quiet', '--site', 'other', '--allow-other-site', LOG);
    for (const args of [['top'], ['status'], ['verify'], ['report', '--output', '-']])
      await succeed(reader, ...args);
    for (const role of roles) await queryOnce(joined, `drop owned by ${role}; drop role ${role}`);
  });
});

describe('a worker in place of the coordinator', () => {
  it.for(['init --distribute', 'init', `ingest ${LOG}`, 'top', 'verify'])(
    'is refused by %s',
    async (line, { joined }) => {
      await succeed(joined, 'init', '--distribute');
      const [worker = ''] = getNodes().workers;
      const url = toDatabase(worker, new URL(joined).pathname.slice(1));
      const { code, stderr } = await run(url, ...line.split(' '));
      expect(code).toBe(1);
      expect(stderr).toContain('is a worker of Citus');
      expect(stderr).toContain('hint: name the coordinator');
      expect(await queryOnce(url, "select to_regclass('logtally.schema_version') as found")).toEqual([
        { found: null },
      ]);
    },
  );
});

describe('a later migration', () => {
  const LATER = {
    version: readMigrations().length + 1,
    name: 'add_table',
    script: `create table logtally.later (content_type_id int, object_id text collate "C", month date, hit_count bigint);
      create table logtally.later_names (name text primary key);
      insert into logtally.later select content_type_id, object_id, first_hit_on, hit_count from logtally.object_hits;
      alter table logtally.object_hits add column later int;`,
  };
  const TABLES = [
    ...listSpreadTables(),
    { name: 'later', spread: 'object_id' },
    { name: 'later_names', spread: 'reference' },
    { name: 'of_a_migration_after_it', spread: 'object_id' },
  ] as const;
  const LATER_SPREAD = `select table_name::text as name, citus_table_type as type from citus_tables
    where table_name::text like 'logtally.later%' order by 1`;

  it('spreads the tables that it makes, in its own transaction, if the others are spread', async ({
    joined,
  }) => {
    await succeed(joined, 'init', '--distribute');
    await succeed(joined, 'ingest', '--quiet', LOG);
    const database = await connectPostgres(joined, 0);
    expect(await migrate(database, TABLES, [...readMigrations(), LATER])).toBe(1);
    await database.close();
    expect(await queryOnce(joined, LATER_SPREAD)).toEqual([
      { name: 'logtally.later', type: 'distributed' },
      { name: 'logtally.later_names', type: 'reference' },
    ]);
    // only colocated tables can be joined so
    const sums = await queryOnce(
      joined,
      `select sum(l.hit_count)::int as later, sum(h.hit_count)::int as hits, count(h.later)::int as added
       from logtally.object_hits as h left join logtally.later as l using (object_id, content_type_id)`,
    );
    expect(sums).toEqual([{ later: sums[0]?.['hits'], hits: expect.any(Number), added: 0 }]);
  });

  it('spreads nothing if the others are in one database', async ({ joined }) => {
    await succeed(joined, 'init');
    const database = await connectPostgres(joined, 0);
    expect(await migrate(database, TABLES, [...readMigrations(), LATER])).toBe(1);
    await database.close();
    expect(await queryOnce(joined, SPREAD)).toEqual([]);
  });
});

describe('the SQL files of Citus', () => {
  it('can each be prepared as they stand', async ({ joined }) => {
    await succeed(joined, 'init');
    const names = [
      'countUnsettled',
      'settleWorkers',
      'selectNodes',
      'selectSpread',
      'distributeTable',
      'copyTableEverywhere',
      'clearLocalCopy',
    ] as const;
    for (const name of names) await queryOnce(joined, `prepare ${name} as ${sql[name]}`);
  });
});
