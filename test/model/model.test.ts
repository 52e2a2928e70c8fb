// Random programs of writing, rotating, compressing, running and dying, on real files and a real server: after each run
// that nothing disturbs every line that was ever in a file is counted once.
//
// Left out, as nobody can do it:
// - a log that parts from a longer one after their last common checkpoint is refused with exit code 4 until it has grown;
// - a log of which only a line that has not ended differs from another log;
// - a copy of a log that ends within a line, compressed, while the line goes on in the original;
// - files that are deleted before they were counted;
// - several logs in one pipe that were not counted singly before: they are one new log, whose run is undone again;
// - a log that begins like one that was piped, and goes on otherwise, is refused with exit code 4.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { createDatabase, dropDatabase } from '../support/database-server.js';
import { type Program, programs } from './actions.js';
import { type ModelDatabase, openModelDatabase } from './program.js';
import seeds from './seeds.json' with { type: 'json' };

/** The same programs each time; `npm run soak` tries others for hours, and kills the command in some of them. */
const PROGRAMS = 20;
const SEED = 20_261_120;

let database: ModelDatabase;

beforeAll(async () => {
  database = await openModelDatabase(await createDatabase(inject('postgresUrl')));
});

afterAll(async () => {
  await database.close();
  await dropDatabase(inject('postgresUrl'), database.url);
});

describe('whatever happens to logs, every line is counted once', { timeout: 240_000 }, () => {
  it.for(seeds)('where it once was not: $why', async ({ program }) => {
    await database.run(program as Program);
  });

  it('in random programs', async () => {
    await runPrograms(programs);
  });
});

/** @throws Error with the shortest program that fails, as JSON for seeds.json */
async function runPrograms(arbitrary: fc.Arbitrary<Program>): Promise<void> {
  const property = fc.asyncProperty(arbitrary, (program) => database.run(program));
  const result = await fc.check(property, { numRuns: PROGRAMS, seed: SEED });
  if (!result.failed) return;
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : 'it failed';
  throw new Error(`${why}\nseed ${result.seed}\n${JSON.stringify(result.counterexample?.[0])}`);
}
