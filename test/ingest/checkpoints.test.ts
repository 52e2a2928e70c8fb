import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listHeadCheckpoints } from '../../src/ingest/identity/known/checkpoints.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

/** The checkpoints of the example in ARCHITECTURE.md: `16  0082fc2f`. */
function readExample(): string[] {
  const text = readFileSync(join(PROJECT_FOLDER, 'ARCHITECTURE.md'), 'utf8');
  return [...text.matchAll(/^ +(\d+) {2}([0-9a-f]{8})\b/gm)].map(([, end, digest]) => `${end} ${digest}`);
}

describe('the checkpoints of a log', () => {
  it('are those that ARCHITECTURE shows for the first three lines of the example log', () => {
    const log = gunzipSync(readFileSync(join(PROJECT_FOLDER, 'fixtures/access.log.gz')));
    const lines = log.toString('latin1').split('\n').slice(0, 3);
    const head = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
    const checkpoints = listHeadCheckpoints(head).map(
      ({ endByte, sha256 }) => `${endByte} ${sha256.slice(0, 8)}`,
    );
    expect(checkpoints).toHaveLength(8);
    expect(readExample()).toEqual(checkpoints);
  });
});
