import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OWN_COUNTS } from '../src/summaries/own/own.js';
import { SUMMARIES } from '../src/summaries/summaries.js';
import { GUARDS } from './support/guards.js';
import { PROJECT_FOLDER } from './support/project-folder.js';

/** What a statement of the operator returns cannot be proved. */
const UNPROVEN: readonly string[] = [OWN_COUNTS.name];

describe('the list of guards', () => {
  it.each(GUARDS)('names code that stands exactly once: $name', ({ file, code, without, tests }) => {
    const parts = readFileSync(join(PROJECT_FOLDER, file), 'utf8').split(code);
    expect(parts).toHaveLength(2);
    expect(without).not.toBe(code);
    for (const test of tests) expect(existsSync(join(PROJECT_FOLDER, test))).toBe(true);
  });

  it('has a name for each guard', () => {
    expect(new Set(GUARDS.map(({ name }) => name)).size).toBe(GUARDS.length);
  });

  it('watches the proof of each summary', () => {
    const proven = SUMMARIES.map(({ name }) => name).filter((name) => !UNPROVEN.includes(name));
    expect(proven).not.toEqual([]);
    expect(GUARDS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(proven.map((name) => `proof: ${name}`)),
    );
  });
});
