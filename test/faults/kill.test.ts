import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src/faults.js';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { createTarget, readTables, TARGET_KINDS, type Target } from '../support/targets.js';

/** A log of 256 KiB is read in several chunks. */
const LINES = 1500;
const REJECT = 'httpd: caught SIGTERM, shutting down\n';

const POINTS: readonly FaultPoint[] = [
  'opened',
  'copying',
  'copied',
  'locked',
  'merged',
  'recorded',
  'before_commit',
  'commit_sent',
  'committed',
  'rejects_appended',
];

/** The record of the run is a transaction too, the first. */
const COMMIT_POINTS: readonly FaultPoint[] = ['before_commit', 'commit_sent', 'committed'];

/** What happens for each input; all else happens once for both of them, which are a group. */
const INPUT_POINTS: readonly FaultPoint[] = ['opened', 'compared', 'copying', 'copied'];

interface Case {
  readonly point: FaultPoint;
  readonly action: string;
  /**
   * Which of the two inputs is hit: one that has grown since it was counted, or a packed one that is new, at a point that is
   * reached once for both: if that is given alone.
   */
  readonly input: 'grown' | 'packed';
}

function listCases(action: string, points: readonly FaultPoint[], inputs: readonly Case['input'][]): Case[] {
  return points.flatMap((point) => inputs.map((input) => ({ point, action, input })));
}

const BOTH = ['grown', 'packed'] as const;
const FEW: readonly FaultPoint[] = ['opened', 'copying', 'locked', 'before_commit', 'committed'];

const CASES = {
  postgres: [
    ...listCases('kill', POINTS, BOTH),
    ...listCases('error', POINTS, ['grown']),
    ...listCases('disconnect', POINTS, ['packed']),
    ...listCases('disconnect', FEW, ['grown']),
    ...listCases('SIGTERM', FEW, ['grown']),
    ...listCases('SIGINT', ['copying', 'merged', 'commit_sent'], ['packed']),
    ...listCases('40P01', ['merged'], ['packed']),
    ...listCases('40001', ['recorded'], ['grown']),
    ...listCases('55P03', ['locked'], ['packed']),
    ...listCases('53100', ['merged'], ['grown']),
  ],
  embedded: [
    ...listCases('kill', ['copying', 'merged', 'commit_sent', 'committed'], ['grown']),
    ...listCases('disconnect', ['merged'], ['packed']),
  ],
} as const;

function isAlone({ point, input }: Case): boolean {
  return input === 'packed' && !INPUT_POINTS.includes(point);
}

function toFault({ point, action, input }: Case): string {
  const earlier = COMMIT_POINTS.includes(point) ? 1 : 0;
  const at = earlier + (input === 'packed' && INPUT_POINTS.includes(point) ? 2 : 1);
  return `${point}:${at}:${action}`;
}

/** What the run answers in which it happens: lost connections and conflicts are got over within the run. */
function expectedCode({ action }: Case, kind: string): unknown {
  if (action === 'kill') return null;
  if (action.startsWith('SIG')) return expect.toBeOneOf([0, 130]);
  const isGotOver = ['disconnect', '40P01', '40001', '55P03'].includes(action);
  return isGotOver && kind === 'postgres' ? 0 : 1;
}

describe.each(TARGET_KINDS)('each line is counted once in %s', { timeout: 120_000 }, (kind) => {
  let target: Target;
  let folder: string;
  const cases = CASES[kind].map((fault, at) => ({ ...fault, at }));
  const toGrown = (at: number) => join(folder, `${at}.log`);
  const toPacked = (at: number) => join(folder, `${at}.log.gz`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logtally-faults-'));
    target = await createTarget(kind);
    for (const { at } of cases) {
      const from = at * 3 * LINES;
      await writeFile(toGrown(at), lines(from, from + LINES));
      await writeFile(toPacked(at), gzipSync(REJECT.repeat(3) + lines(from + 2 * LINES, from + 3 * LINES)));
    }
    const { code } = await ingest(
      target.environment,
      cases.map(({ at }) => toGrown(at)),
    );
    expect(code).toBe(0);
    for (const { at } of cases) {
      const from = at * 3 * LINES;
      await writeFile(toGrown(at), REJECT + lines(from + LINES, from + 2 * LINES), { flag: 'a' });
    }
  }, 120_000);
  afterAll(async () => {
    await target.drop();
    await rm(folder, { recursive: true });
  });

  it.for(cases)('after $action at $point of an input that is $input', async (fault) => {
    const rejects = join(folder, `${fault.at}.rejects`);
    const args = [toGrown(fault.at), toPacked(fault.at), '--rejects', rejects];
    const environment = { ...target.environment, LOGTALLY_FAULT: toFault(fault) };
    const faulty = await ingest(environment, isAlone(fault) ? args.slice(1) : args);
    expect(faulty).toMatchObject({ code: expectedCode(fault, kind) });
    const quiet = await ingest(target.environment, args);
    expect(quiet).toMatchObject({ code: 0 });
    const counted = (faulty.account?.counted ?? 0) + (quiet.account?.counted ?? 0);
    if (fault.action === 'disconnect' && kind === 'postgres') expect(counted).toBe(2 * LINES);
    const isLost = fault.action === 'kill' && fault.point.startsWith('commit');
    if (!isLost && fault.action !== 'error') expect(await readFile(rejects, 'utf8')).toBe(REJECT.repeat(4));
  });

  it('and the tables are those of runs without faults, and nothing is left to count', async () => {
    const logs = cases.flatMap(({ at }) => [toGrown(at), toPacked(at)]);
    expect(await ingest(target.environment, logs)).toMatchObject({
      code: 0,
      account: { lines: 0, batches: 0 },
    });
    const query = 'select sum(lines)::int as lines, sum(rejected)::int as rejected from logtally.batch';
    const rejected = 4 * cases.length;
    expect(await target.query(query)).toEqual([{ lines: cases.length * 3 * LINES + rejected, rejected }]);
    const quiet = await createTarget(kind);
    try {
      expect((await ingest(quiet.environment, logs)).code).toBe(0);
      expect(await readTables(target)).toEqual(await readTables(quiet));
    } finally {
      await quiet.drop();
    }
  });
});

describe('a pipe', () => {
  it.each(['copying:3', 'merged', 'commit_sent:2', 'committed:2'])(
    'is counted once after a kill at %s',
    async (fault) => {
      const target = await createTarget('postgres');
      try {
        await target.run(['init']);
        const text = lines(0, 2 * LINES);
        const killed = await ingest({ ...target.environment, LOGTALLY_FAULT: fault }, [], text);
        expect(killed.code).toBe(null);
        expect((await ingest(target.environment, [], text)).code).toBe(0);
        await expectOnce(target.query, 2 * LINES);
      } finally {
        await target.drop();
      }
    },
  );
});
