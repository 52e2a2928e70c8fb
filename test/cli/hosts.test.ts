import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { endStartedCommands, runCli } from '../support/cli.js';
import { type IngestAnswer, lines, requestLine, startIngest } from '../support/logs.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const HOSTS = 20;
/** Objects that every host has hits of. */
const SHARED_OBJECTS = 5;
const SHARED_LINES = 40;
/** Hits of objects that only one host knows, of a content type of its own. */
const OWN_LINES = 10;
/** Lines of the log that every host has a copy of. */
const COPIED_LINES = 30;

interface Role {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A role with the rights that `init --print-grants` prints for a writer, and no others. */
async function createWriter(target: Target): Promise<Role> {
  const url = new URL(target.environment['DATABASE_URL'] ?? '');
  const name = `host_${url.pathname.slice(-8)}`;
  await target.query(`create role ${name} login password 'guest'`);
  await target.query(`revoke all on database ${url.pathname.slice(1)} from public`);
  const { code, stdout } = await runCli(['init', '--print-grants', '--writer', name]);
  expect(code).toBe(0);
  await target.query(stdout);
  url.username = name;
  url.password = 'guest';
  return { name, environment: { DATABASE_URL: url.href } };
}

/** Each host has other times, so that no log is another one's. */
function hostLine(host: number, serial: number, ids: string): string {
  const [minute, second] = [host, serial].map((part) => String(part % 60).padStart(2, '0'));
  return requestLine({ client: `192.0.2.${host}`, time: `14/Apr/2026:10:${minute}:${second} +0200`, ids });
}

function hostLog(host: number): string {
  const shared = Array.from({ length: SHARED_LINES }, (_, serial) =>
    hostLine(host, serial, `${serial % 2 === 0 ? '7' : 'core.photo'} ${serial % SHARED_OBJECTS}`),
  );
  const own = Array.from({ length: OWN_LINES }, (_, serial) =>
    hostLine(host, serial, `host.kind${host} own-${serial}`),
  );
  return [...shared, ...own].join('');
}

/** Keeps the lock that merges need, so that everybody has to wait. */
async function holdLock({ environment }: Target) {
  const client = new pg.Client({ connectionString: environment['DATABASE_URL'], application_name: 'owner' });
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  await client.query(`begin; select pg_advisory_xact_lock(x'6c6f6774616c6c79'::bigint)`);
  return { pid: Number(rows[0].pid), release: () => client.end() };
}

function countWaiting(target: Target) {
  return target.query(
    "select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
  );
}

describe('twenty hosts that ingest at once into one database', () => {
  it('count every log once, wait in turn and say for whom, and need no more rights than a writer has', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const role = await createWriter(target);
    const holder = await holdLock(target);
    try {
      // half of the hosts have packed it
      const copied = lines(0, COPIED_LINES);
      const hosts: Promise<IngestAnswer>[] = [];
      for (let host = 0; host < HOSTS; host += 1) {
        const [log, copy] = [join(folder, `${host}.log`), join(folder, `copy-${host}.log`)];
        await writeFile(log, hostLog(host));
        await writeFile(copy, host % 2 === 0 ? copied : gzipSync(copied));
        hosts.push(startIngest(role.environment, host % 3 === 0 ? [log, copy] : [copy, log]).answer);
      }
      await expect.poll(() => countWaiting(target), { timeout: 40_000, interval: 200 }).toHaveLength(HOSTS);
      // the last one has to wait for 2 s before it says so
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await holder.release();
      const answers = await Promise.all(hosts);
      for (const { code, stderr } of answers) {
        expect({ code, stderr }).toMatchObject({ code: 0 });
        expect(stderr).toContain(`another run is merging into ${role.name}@`);
        expect(stderr).toContain(`: server process ${holder.pid} ('owner'`);
      }
      const counted = answers.map(({ account }) => account?.counted ?? 0);
      const hits = HOSTS * (SHARED_LINES + OWN_LINES) + COPIED_LINES;
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(hits);
      await expectHits(target, hits);
      await expectNumbers(target);
      expect(await runCli(['verify'], role)).toMatchObject({ code: 0, stderr: '' });
    } finally {
      await holder.release();
      endStartedCommands();
      await target.query(`drop owned by ${role.name}`);
      await target.query(`drop role ${role.name}`);
    }
  });
});

/** Each object has the hits that all hosts together have logged. */
async function expectHits(target: Target, hits: number): Promise<void> {
  const objects = await target.query(`
    select r.content_type, r.object_id, r.hit_count::int as hits, sum(d.hit_count)::int as daily_hits
    from logtally.object_ranking as r
    join logtally.content_type as t on t.name = r.content_type
    join logtally.object_hits_daily as d on d.content_type_id = t.content_type_id and d.object_id = r.object_id
    group by r.content_type, r.object_id, r.hit_count`);
  const found = new Map(objects.map((row) => [`${row['content_type']} ${row['object_id']}`, row]));
  const expected = new Map<string, number>();
  const add = (name: string, count: number) => expected.set(name, (expected.get(name) ?? 0) + count);
  for (let serial = 0; serial < SHARED_LINES; serial += 1)
    add(`${serial % 2 === 0 ? '7' : 'core.photo'} ${serial % SHARED_OBJECTS}`, HOSTS);
  for (let serial = 0; serial < COPIED_LINES; serial += 1) add(`7 ${serial}`, 1);
  for (let host = 0; host < HOSTS; host += 1)
    for (let serial = 0; serial < OWN_LINES; serial += 1) add(`host.kind${host} own-${serial}`, 1);
  expect([...expected.values()].reduce((sum, count) => sum + count, 0)).toBe(hits);
  expect(found.size).toBe(expected.size);
  for (const [name, count] of expected)
    expect({ name, ...found.get(name) }).toMatchObject({ name, hits: count, daily_hits: count });
}

/** Runs, streams, batches and types are numbered from 1 on, without a gap; a log that all hosts have is one stream. */
async function expectNumbers(target: Target): Promise<void> {
  const [numbers] = await target.query(`
    select
      (select array_agg(run_id order by run_id) from logtally.run where exit_code = 0) as runs,
      (select array_agg(stream_id::int order by stream_id) from logtally.log_stream) as streams,
      (select array_agg(batch_id::int order by batch_id) from logtally.batch) as batches,
      (select array_agg(content_type_id order by content_type_id) from logtally.content_type) as types`);
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);
  expect(numbers).toEqual({
    runs: upTo(HOSTS),
    streams: upTo(HOSTS + 1),
    batches: upTo(HOSTS + 1),
    types: upTo(HOSTS + 2),
  });
}
