// Random programs of writing, rotating, compressing, running and dying, on real files and a real server: after each run
// that nothing disturbs every line that was ever in a file is counted once.
//
// Left out, as nobody can do it:
// - a log that parts from a longer one after their last common checkpoint is refused with exit code 4 until it has grown;
// - a log of which only a line that has not ended differs from another log;
// - a copy of a log that ends within a line, compressed, while the line goes on in the original;
// - files that are deleted before they were counted;
// - several logs in one pipe that were not counted singly before: they are one new log, whose run is undone again;
// - a run that is undone while logs with the same beginning are there: counted again they may be refused, as the first case says;
// - segments of a spool that are undone: their lines are in no file any more;
// - compressed files that are followed: they are left to rest for longer than a program takes;
// - a log that begins like one that was piped, and goes on otherwise, is refused with exit code 4.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { createDatabase, dropDatabase } from '../support/database-server.js';
import { livePrograms, type Program, programs } from './actions.js';
import { type ModelDatabase, openModelDatabase } from './program.js';
import seeds from './seeds.json' with { type: 'json' };

/** The same programs each time; `npm run soak` tries others for hours, and kills the command in some of them. */
const PROGRAMS = 20;
/** Each of them takes some seconds: processes are started. */
const LIVE_PROGRAMS = 2;
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
    await runPrograms(programs, PROGRAMS);
  });

  it('in random programs in which logs are followed and written through a pipe', async () => {
    await runPrograms(livePrograms, LIVE_PROGRAMS);
  });
});

/** @throws Error with the shortest program that fails, as JSON for seeds.json */
async function runPrograms(arbitrary: fc.Arbitrary<Program>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(arbitrary, (program) => database.run(program));
  const result = await fc.check(property, { numRuns, seed: SEED });
  if (!result.failed) return;
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : 'it failed';
  throw new Error(`${why}\nseed ${result.seed}\n${JSON.stringify(result.counterexample?.[0])}`);
}
