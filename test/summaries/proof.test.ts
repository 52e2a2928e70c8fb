// What the summaries beside the hits are checked for before COMMIT, and by `verify` afterwards.

import { describe, expect } from 'vitest';
import { connectPostgres } from '../../src/database/postgres.js';
import { COUNTS } from '../../src/summaries/counts.js';
import { NO_COUNTS } from '../support/no-summaries.js';
import { succeed } from '../support/targets.js';
import { it } from '../support/test.js';
import { INGEST, summaryLines } from './support/lines.js';

/** The parts of `statuses` and `bytes`, by their numbers. */
const [STATUS, FAILED_PATH, OBJECT_BYTES] = [1, 2, 12];

describe('a batch of summaries', () => {
  it.for([
    ['a request that no status has', [STATUS, 3], '4 requests were counted, but 3 would go to status'],
    ['a request twice', [STATUS, 5], '4 requests were counted, but 5 would go to status'],
    [
      'more failures than requests',
      [FAILED_PATH, 5],
      '4 requests were counted, but 5 would go to failed_path',
    ],
    ['a hit too few', [OBJECT_BYTES, 2], '3 requests were counted, but 2 would go to object_bytes'],
  ] as const)('is refused if it has %s', async ([, [part, requests], message], { openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
    const right = [
      [STATUS, 4],
      [FAILED_PATH, 4],
      [OBJECT_BYTES, 3],
    ] as const;
    const merge = (changed: readonly (readonly [number, number])[]) =>
      database.transaction('writing', () =>
        COUNTS.merge(database, {
          ...{ run: 1, streams: [], logsMeet: false, months: [], counted: 3, unattributed: 1 },
          ...{ contentTypes: { sites: [], names: [], streams: [] }, allowNewTypes: false },
          signal: new AbortController().signal,
          summaries: ['statuses', 'bytes'],
          counts: { ...NO_COUNTS.counts, requests: new Map([...right, ...changed]) },
        }),
      );
    try {
      await expect(merge([[part, requests]])).rejects.toThrow(message);
      await merge([]);
    } finally {
      await database.close();
    }
  });
});

describe('verify', () => {
  it.for([
    [
      'a request too many',
      'update logtally.status_count set requests = requests + 1 where ctid = (select min(ctid) from logtally.status_count)',
      'status has 51 requests of run 1 and stream 1, of which 50 were counted',
    ],
    [
      'rows of no log',
      'delete from logtally.count_source where content_type_id is null',
      'hour has 0 requests of run 1 and stream 1, of which 50 were counted',
    ],
    [
      'rows of an object that are gone',
      'delete from logtally.object_bytes_count',
      'object_bytes has 0 requests of run 1 and stream 1',
    ],
  ] as const)('finds %s', async ([, statement, message], { openTarget }) => {
    const target = await openTarget('postgres');
    await succeed(target, [...INGEST, '--quiet'], summaryLines(0, 50));
    await succeed(target, ['verify']);
    await target.query(statement);
    const { code, stdout, stderr } = await target.run(['verify']);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(message);
  });
});
