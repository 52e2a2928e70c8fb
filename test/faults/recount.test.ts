import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src/faults.js';
import { ingest, lines } from '../support/logs.js';
import { createTarget, OFTEN_TESTED, readTables, type Target } from '../support/targets.js';

const LINES = 600;
/** A bot's third of the lines is left out when they are counted again. */
const LINES_AGAIN = 400;

const POINTS: readonly FaultPoint[] = [
  'opened',
  'compared',
  'copying',
  'copied',
  'locked',
  'taken_back',
  'merged',
  'recorded',
  'before_commit',
  'commit_sent',
  'committed',
  'rejects_appended',
];

/** The record of the run is a transaction too, the first. */
const COMMIT_POINTS: readonly FaultPoint[] = ['before_commit', 'commit_sent', 'committed'];

const CASES = {
  postgres: [
    ...POINTS.map((point) => ({ point, action: 'kill' })),
    ...(['taken_back', 'merged', 'commit_sent'] as const).map((point) => ({ point, action: 'disconnect' })),
    { point: 'taken_back', action: 'error' },
    { point: 'taken_back', action: 'SIGTERM' },
  ],
  embedded: (['taken_back', 'commit_sent'] as const).map((point) => ({ point, action: 'kill' })),
} as const;

function makeLog(at: number): string {
  return lines(at * LINES, (at + 1) * LINES)
    .split('\n')
    .map((line, serial) => (serial % 3 === 0 ? line.replace('Mozilla/5.0', 'Googlebot/2.1') : line))
    .join('\n');
}

describe.each(OFTEN_TESTED)('a log that is counted again in %s', { timeout: 240_000 }, (kind) => {
  let target: Target;
  let folder: string;
  const cases = CASES[kind].map((fault, at) => ({ ...fault, at }));
  const toPath = (at: number) => join(folder, `${at}.log`);
  const paths = () => cases.map(({ at }) => toPath(at));
  const countHits = async (at: number) => {
    const [row] = await target.query(
      `select coalesce(sum(hit_count), 0)::int as hits from logtally.object_hits where object_id::int >= ${at * LINES} and object_id::int < ${(at + 1) * LINES}`,
    );
    return row?.['hits'];
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logtally-faults-'));
    target = await createTarget(kind);
    for (const { at } of cases) await writeFile(toPath(at), makeLog(at));
    expect((await ingest(target.environment, paths())).code).toBe(0);
  }, 240_000);
  afterAll(async () => {
    await target.drop();
    await rm(folder, { recursive: true });
  });

  it.for(cases)('is counted as before or anew after $action at $point', async ({ point, action, at }) => {
    const args = ['--recount', '--skip-bots', toPath(at)];
    const fault = `${point}:${COMMIT_POINTS.includes(point) ? 2 : 1}:${action}`;
    const faulty = await ingest({ ...target.environment, LOGTALLY_FAULT: fault }, args);
    const isOver = action === 'disconnect' && kind === 'postgres';
    if (action === 'kill') expect(faulty.code).toBe(null);
    if (isOver) expect(faulty).toMatchObject({ code: 0, account: { counted: LINES_AGAIN } });
    expect(await countHits(at)).toBeOneOf(isOver ? [LINES_AGAIN] : [LINES, LINES_AGAIN]);
    expect(await ingest(target.environment, args)).toMatchObject({
      code: 0,
      account: { lines: LINES, counted: LINES_AGAIN },
    });
    expect(await countHits(at)).toBe(LINES_AGAIN);
  });

  it('and the tables are those of a database that counted it in this way only', async () => {
    const { code, stderr } = await target.run(['verify']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const never = await createTarget(kind);
    try {
      expect((await ingest(never.environment, ['--skip-bots', ...paths()])).code).toBe(0);
      const [tables, expected] = [await readTables(target), await readTables(never)];
      expect({ ...tables, content_type: [] }).toEqual({ ...expected, content_type: [] });
    } finally {
      await never.drop();
    }
  });
});
