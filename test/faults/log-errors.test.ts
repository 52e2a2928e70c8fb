// A log that cannot be read to its end is the log's fault, wherever in the course of a run the call fails.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { hasStrace, runTraced } from '../calls/strace.js';
import { ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';

const FAULTS: readonly (readonly [call: string, error: string])[] = [
  ['pread64', 'EAGAIN'],
  ['pread64', 'EIO'],
  ['statx', 'EIO'],
];

/** More calls than a run makes on a log of a few lines. */
const MOST_CALLS = 6;
const CASE_MS = 120_000;

describe.skipIf(!hasStrace())('a log of which a call fails (needs strace)', () => {
  it.for(FAULTS)(
    'is named by the one message, and counted whole by the next run: %s, %s',
    { timeout: CASE_MS },
    async ([call, error], { openTarget, folder }) => {
      const { environment } = await openTarget('postgres');
      let failed = 0;
      for (const name of ['plain.log', 'packed.log.gz']) {
        for (let at = 1; at <= MOST_CALLS; at += 1) {
          const path = join(folder, `${at}-${name}`);
          const first = (at * 2 + (name === 'plain.log' ? 0 : 1)) * 100;
          const text = lines(first, first + 50);
          await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
          const args = ['ingest', '--quiet', path];
          const traced = await runTraced(
            { args, environment, paths: [path], scratch: folder },
            { call, error },
            at,
          );
          if (traced.failed === null) break;
          if (traced.code === 0) continue;
          failed += 1;
          expect(traced.stderr).toMatch(/^logtally: error: '.*' cannot be read: E[A-Z]+: [a-z/ ]+\n$/);
          expect(traced.code).toBe(1);
          expect(await ingest(environment, [path])).toMatchObject({ code: 0, account: { lines: 50 } });
        }
      }
      expect(failed).toBeGreaterThan(0);
    },
  );
});
