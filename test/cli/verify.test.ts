import { describe, expect } from 'vitest';
import { OFTEN_TESTED, readTables, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

/** a: 3 hits on two days, b: 2, c: 1, d: 1. */
const LOG = [
  GOOD.replace('7 1\n', '7 a\n').repeat(2),
  GOOD.replace('7 1\n', '7 a\n').replace('14/Apr', '15/Apr'),
  GOOD.replace('7 1\n', '7 b\n').repeat(2),
  GOOD.replace('7 1\n', '7 c\n'),
  GOOD.replace('7 1\n', '7 d\n'),
  'no log line\n',
].join('');

async function fill(target: Target): Promise<void> {
  expect((await target.run(['ingest'], { input: LOG })).code).toBe(0);
}

const TYPE = "of type '7' of site 'default'";

/** What a hand in the tables does, and the sentence that names it. */
const DAMAGES: readonly (readonly [what: string, statement: string, sentence: string])[] = [
  [
    'a wrong total',
    "update logtally.object_hits set hit_count = 9 where object_id = 'a'",
    `'a' ${TYPE} has a total of 9, its days add up to 3`,
  ],
  [
    'a missing day',
    "delete from logtally.object_hits_daily where object_id = 'a' and hit_on = '2026-04-15'",
    `'a' ${TYPE} has a total of 3, its days add up to 2`,
  ],
  [
    'an object without days',
    "delete from logtally.object_hits_daily where object_id = 'c'",
    `'c' ${TYPE} has a total of 1, but no days`,
  ],
  [
    'days without a total',
    "delete from logtally.object_hits where object_id = 'b'",
    `'b' ${TYPE} has no total, its days add up to 2`,
  ],
  [
    'a wrong last day',
    "update logtally.object_hits set last_hit_on = '2026-04-14' where object_id = 'a'",
    `'a' ${TYPE} is said to have hits from 2026-04-14 to 2026-04-14, its days are from 2026-04-14 to 2026-04-15`,
  ],
  [
    'days in one row',
    "update logtally.object_hits_daily set folded_until = '2026-04-16' where object_id = 'c'",
    `'c' ${TYPE} has one row from 2026-04-14 to 2026-04-16, which are no days of a folded month`,
  ],
  [
    'a day without hits',
    "insert into logtally.object_hits_daily (content_type_id, object_id, hit_on, hit_count) select content_type_id, object_id, '2026-04-15', 0 from logtally.object_hits where object_id = 'a' on conflict (content_type_id, object_id, hit_on) do update set hit_count = 0; update logtally.object_hits set hit_count = 2 where object_id = 'a'",
    `'a' ${TYPE} has a day with 0 hits`,
  ],
  [
    'a type that is not in the dictionary',
    'delete from logtally.content_type',
    "'a' of type number 1 has hits, but the dictionary has no such type",
  ],
  [
    'a wrong rank',
    'update logtally.hit_count_rank set hit_count_rank = 5 where hit_count = 2',
    `hit count 2 ${TYPE}: rank 5 is stored, 2 is right`,
  ],
  [
    'a wrong number of objects',
    'update logtally.hit_count_rank set object_count = 1 where hit_count = 1',
    `hit count 1 ${TYPE}: 1 as the number of objects is stored, 2 is right`,
  ],
  [
    'a missing rank',
    'delete from logtally.hit_count_rank where hit_count = 3',
    `hit count 3 ${TYPE}: no rank is stored, 1 is right`,
  ],
  [
    'a rank too many',
    'insert into logtally.hit_count_rank select content_type_id, 8, 1, 1 from logtally.content_type',
    `hit count 8 ${TYPE}: rank 1 is stored, but no object has it`,
  ],
  [
    'a batch that says it counted more than the totals hold',
    'update logtally.batch set lines = lines + 1, counted = counted + 1',
    'all totals add up to 7 hits, the lines that were counted to 8',
  ],
  [
    'days that do not name the run that made them',
    "update logtally.object_hits_daily set added_by = null where object_id = 'b'",
    'run 1 counted 7 lines, but would be undone by 5 hits',
  ],
  [
    'deltas that their run did not add',
    "insert into logtally.hit_delta (addition_id, content_type_id, object_id, hit_on, hit_count) select added_by, content_type_id, object_id, hit_on, hit_count from logtally.object_hits_daily where object_id = 'b'",
    'run 1 counted 7 lines, but would be undone by 9 hits',
  ],
  [
    'hits that are kept for a run that there is not',
    "update logtally.object_hits_daily set added_by = 9 where object_id = 'b'",
    '2 hits are kept as what addition 9 added, but there is no such addition',
  ],
  [
    'bytes counted twice',
    "insert into logtally.batch select 2, run_id, stream_id, 'again.log', 100, 200, 0, 0, 0, 0, 0, '{}' from logtally.batch",
    `stream 1: batch 2 ('again.log') counted bytes 100 to 200, but those up to ${LOG.length} had been`,
  ],
  [
    'an account that does not add up',
    "do $$ declare name text; begin for name in select conname from pg_constraint where conrelid = 'logtally.batch'::regclass and contype = 'c' loop execute format('alter table logtally.batch drop constraint %I', name); end loop; end $$; update logtally.batch set rejected = 0",
    "batch 1 of run 1 ('-') has 8 lines, of which 7 are accounted for",
  ],
];

describe('verify', () => {
  it.for(DAMAGES)('names %s', async ([, statement, sentence], { openTarget }) => {
    const target = await openTarget('postgres');
    await fill(target);
    expect(await target.run(['verify'])).toMatchObject({ code: 0, stderr: '' });
    await target.query(statement);
    const { code, stdout } = await target.run(['verify']);
    expect(stdout).toContain(`     ${sentence}\n`);
    expect(code).toBe(1);
    const json = await target.run(['verify', '--json']);
    expect(json.code).toBe(1);
    const { agrees, checks } = JSON.parse(json.stdout);
    expect(agrees).toBe(false);
    expect(checks.flatMap((check: { examples: string[] }) => check.examples)).toContain(sentence);
  });

  it('names the first ten, and counts the others', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const input = Array.from({ length: 12 }, (_, at) => GOOD.replace('7 1\n', `7 o${at}\n`)).join('');
    await target.run(['ingest'], { input });
    await target.query('update logtally.object_hits set hit_count = 2');
    const { stdout } = await target.run(['verify']);
    expect(stdout.match(/has a total of 2, its days add up to 1$/gm)).toHaveLength(10);
    expect(stdout).toContain('     and 2 more\n');
  });

  it('refuses to repair what does not follow from anything', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect(await target.run(['verify', '--repair', 'totals'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.each(OFTEN_TESTED)('verify of %s', (kind) => {
  it('agrees with what was counted, and with a database in which nothing was', async ({ openTarget }) => {
    const target = await openTarget(kind);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
    await fill(target);
    const { code, stdout } = await target.run(['verify']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'yes  totals are the sums of their days\n' +
        'yes  closed months are the sums of their days\n' +
        'yes  content types have the hits of their objects in closed months\n' +
        'yes  only folded months have rows of several days\n' +
        'yes  ranks follow from the totals\n' +
        'yes  hits are the lines that were counted\n' +
        'yes  runs can be undone exactly\n' +
        'yes  summaries are the requests that were counted\n' +
        'yes  no request is stored that was not counted\n' +
        "yes  the operator's summaries are of logs that were counted\n" +
        'yes  no byte was counted twice\n' +
        'yes  every line is accounted for\n',
    });
  });

  it('rebuilds ranks, and leaves right ones alone', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await fill(target);
    const before = await readTables(target);
    await target.query('update logtally.hit_count_rank set hit_count_rank = 7 where hit_count > 1');
    expect(await target.run(['verify'])).toMatchObject({ code: 1 });
    const { code, stdout } = await target.run(['verify', '--repair', 'ranks']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 rows of ranks repaired\n/);
    expect(await readTables(target)).toEqual(before);
    const again = await target.run(['verify', '--repair', 'ranks', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ agrees: true, repairedRanks: 0 });
  });
});
