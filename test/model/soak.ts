// `npm run soak -- --minutes 10`: programs of the model test, one after the other, for as long as one likes. Stops by
// itself; prints programs a minute, and each failure, made as short as it can be, as JSON for seeds.json.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startPostgres } from '../support/postgres.js';
import { killingPrograms, programs } from './actions.js';
import { openModelDatabase } from './program.js';

const PROGRAMS_A_ROUND = 25;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is not a number of minutes`);

const server = await startPostgres();
try {
  process.exitCode = (await soak(Date.now() + minutes * 60_000)) === 0 ? 0 : 1;
} finally {
  await server.stop();
}

/** @returns how many programs failed */
async function soak(until: number): Promise<number> {
  const database = await openModelDatabase(await server.createDatabase());
  const startedAt = Date.now();
  let seed = values.seed === undefined ? startedAt % 2 ** 31 : Number(values.seed);
  let done = 0;
  let failed = 0;
  for (; Date.now() < until; seed += 1) {
    const arbitrary = seed % 5 === 0 ? killingPrograms : programs;
    const property = fc.asyncProperty(arbitrary, (program) => database.run(program));
    const interruptAfterTimeLimit = Math.max(1, until - Date.now());
    const result = await fc.check(property, { seed, numRuns: PROGRAMS_A_ROUND, interruptAfterTimeLimit });
    done += result.numRuns + result.numShrinks;
    if (result.failed && result.counterexample !== null) {
      failed += 1;
      const why =
        result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
      console.log(`seed ${seed} failed: ${why}\n${JSON.stringify(result.counterexample[0])}`);
    }
  }
  await database.close();
  const rate = Math.round(done / ((Date.now() - startedAt) / 60_000));
  console.log(`${done} programs, ${rate} a minute, ${failed} failed`);
  return failed;
}
