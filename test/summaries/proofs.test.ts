// A batch whose rows are not the lines that were counted is not stored.

import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { COUNTS } from '../../src/summaries/counts.js';
import { REQUESTS } from '../../src/summaries/requests.js';
import type { Batch } from '../../src/summaries/summary.js';

/** What proves a batch asks no database. */
const NO_DATABASE = {
  query: () => Promise.resolve({ rows: [], rowCount: 0 }),
} as unknown as Database;

/** Of 5 lines with an object, 1 of them a robot's that is no hit, and 2 without. */
function toBatch(requests: ReadonlyMap<number, number>, requestRows: number): Batch {
  return {
    ...{
      run: 1,
      contentTypes: { sites: [], names: [], streams: [] },
      streams: [1],
      logsMeet: false,
      months: [],
    },
    ...{ summaries: ['statuses', 'agents', 'bytes', 'requests'], counted: 5, robots: 1, unattributed: 2 },
    counts: {
      sources: [],
      requests,
      requestRows,
      months: [],
      visitorKeys: [],
      onLateRequests: () => undefined,
    },
    ...{ allowNewTypes: false, signal: new AbortController().signal },
  };
}

/** Parts: status, failed_path, agent, object_robot, object_bytes. */
const RIGHT = new Map([
  [1, 7],
  [2, 3],
  [7, 7],
  [13, 1],
  [12, 5],
]);

const merge = (unit: typeof COUNTS, wrong: readonly (readonly [number, number])[], rows = 7) =>
  unit.merge(NO_DATABASE, toBatch(new Map([...RIGHT, ...wrong]), rows));

describe('a batch', () => {
  it('is stored if each complete part has all requests, and no part has more', async () => {
    await expect(merge(COUNTS, [])).resolves.toBeUndefined();
    await expect(merge(REQUESTS, [])).resolves.toBeUndefined();
  });

  it.each([
    ['a part lacks a request', [1, 6], 'status'],
    ['a part has one too many', [7, 8], 'agent'],
    ['a part of objects has requests of the site', [12, 7], 'object_bytes'],
    ['a part of some requests has more than all', [2, 8], 'failed_path'],
    ['robots that are no hits are missing beside them', [13, 0], 'object_robot'],
  ] as const)('is not stored if %s', async (_, wrong, name) => {
    await expect(merge(COUNTS, [wrong])).rejects.toThrow(`would go to ${name}; nothing was stored`);
  });

  it.each([6, 8])('is not stored if %i of 7 requests are rows', async (rows) => {
    await expect(merge(REQUESTS, [], rows)).rejects.toThrow('would be stored as rows; nothing was stored');
  });
});
