import { expect, it } from 'vitest';
import { createRotatedTest } from '../../src/live/following/rotated.js';

it('takes for a part of a log what rotation makes of its name, and no other log', () => {
  const isRotated = createRotatedTest('access.log');
  const parts = [
    ...['access.log.1', 'access.log.2.gz', 'access.log-20261122', 'access.log-20261122-1700000000.zst'],
    ...['access-20261122.log', 'access-20261122.log.xz', 'access.1.log', 'access.log.0', 'access.log.old'],
    ...['access-2026-11-22T19-47-34.441.log', 'access-2026-11-22T19-47-34.441.log.gz'],
  ];
  expect(parts.filter((name) => !isRotated(name))).toEqual([]);
  const others = [
    ...['access.log', 'access-2.log', 'error.log.1', 'access.log.tmp', 'other-access.log.1'],
    ...[
      'access-2026-11-22T19-47-34.log',
      'access-2026-11-22.log.txt',
      'site-access-2026-11-22T19-47-34.441.log',
    ],
  ];
  expect(others.filter(isRotated)).toEqual([]);
});
