import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestPrefix,
  findLinkBefore,
  listHeadCheckpoints,
  PrefixHasher,
} from '../../src/ingest/identity/known/checkpoints.js';
import { findEndLink } from '../../src/ingest/identity/known/streams.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

/** The checkpoints of the example in ARCHITECTURE.md: `16  0082fc2f`. */
function readExample(): string[] {
  const text = readFileSync(join(PROJECT_FOLDER, 'ARCHITECTURE.md'), 'utf8');
  return [...text.matchAll(/^ +(\d+) {2}([0-9a-f]{8})\b/gm)].map(([, end, digest]) => `${end} ${digest}`);
}

const LOG = gunzipSync(readFileSync(join(PROJECT_FOLDER, 'fixtures/access.log.gz'))).subarray(0, 1_200_000);

describe('the checkpoints of a log', () => {
  it('are those that ARCHITECTURE shows for the first three lines of the example log', () => {
    const lines = LOG.toString('latin1').split('\n').slice(0, 3);
    const head = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
    const checkpoints = listHeadCheckpoints(head).map(
      ({ endByte, sha256 }) => `${endByte} ${sha256.slice(0, 8)}`,
    );
    expect(checkpoints).toHaveLength(8);
    expect(readExample()).toEqual(checkpoints);
  });

  it('hang together: beyond 4,096 bytes a digest is of the one at the last regular checkpoint, and the bytes behind it', () => {
    const sha256 = (...parts: readonly (string | Buffer)[]) =>
      parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
    const first = sha256(LOG.subarray(0, 4096));
    const second = sha256(first, LOG.subarray(4096, 8192));
    const third = sha256(second, LOG.subarray(8192, 16_384));
    for (const [end, digest] of [
      [4095, sha256(LOG.subarray(0, 4095))],
      [4096, first],
      [4097, sha256(first, LOG.subarray(4096, 4097))],
      [8192, second],
      [10_000, sha256(second, LOG.subarray(8192, 10_000))],
      [16_384, third],
    ] as const)
      expect(digestPrefix(LOG.subarray(0, end))).toBe(digest);
  });

  it('are the same wherever the bytes are cut, batches ended, and hashing went on from a link', () => {
    const position = fc.nat({ max: LOG.length });
    fc.assert(
      fc.property(fc.array(position, { maxLength: 8 }), position, position, (ends, link, end) => {
        const extra = ends.toSorted((a, b) => a - b);
        const whole = new PrefixHasher(extra);
        let at = 0;
        for (const cut of [...extra, LOG.length]) {
          whole.update(LOG.subarray(at, cut));
          at = cut;
        }
        const from = whole.checkpoints.find(({ endByte }) => endByte === findLinkBefore(link)) ?? null;
        const resumed = new PrefixHasher(extra, from);
        resumed.update(LOG.subarray(resumed.position));
        expect(resumed.checkpoints).toEqual(
          whole.checkpoints.filter(({ endByte }) => endByte > (from?.endByte ?? 0)),
        );
        const before = new PrefixHasher();
        before.update(LOG.subarray(0, end));
        expect(before.getCheckpoint().sha256).toBe(digestPrefix(LOG.subarray(0, end)));
      }),
    );
  });

  it('are looked at from 1 to 2 MiB before the known end of a long log on, and of a short one from the first byte on', () => {
    const [mebibyte, kibibyte] = [1_048_576, 1024];
    expect([0, 4096, 4097, 8192].map(findEndLink)).toEqual([0, 0, 0, 0]);
    expect([8193, 16 * kibibyte, 20_000].map(findEndLink)).toEqual([4096, 4096, 8192]);
    expect([mebibyte, mebibyte + 1].map(findEndLink)).toEqual([256 * kibibyte, 512 * kibibyte]);
    expect([2 * mebibyte, 2 * mebibyte + 1, 1e10].map(findEndLink)).toEqual([
      512 * kibibyte,
      mebibyte,
      9535 * mebibyte,
    ]);
  });
});
