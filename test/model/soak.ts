// `npm run soak -- --minutes 10`: programs of the model test, one after the other, for as long as one likes. Stops by
// itself; prints programs a minute, how often processes were started and killed, and each failure, made as short as it can be, as JSON
// for seeds.json. With --live only programs in which logs are followed and written through pipes.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startPostgres } from '../support/postgres.js';
import { killingPrograms, livePrograms, programs } from './actions.js';
import { happened } from './live.js';
import { openModelDatabase, runEmbedded } from './program.js';

const PROGRAMS_A_ROUND = 25;
/** One round in so many. */
const EMBEDDED_ROUND = 8;
/** Each opens its own embedded database some dozen times. */
const EMBEDDED_A_ROUND = 5;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' }, live: { type: 'boolean' } },
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
    const isEmbedded = seed % EMBEDDED_ROUND === 0;
    const run = isEmbedded ? runEmbedded : database.run;
    const property = fc.asyncProperty(chooseKind(seed), (program) => run(program));
    const interruptAfterTimeLimit = Math.max(1, until - Date.now());
    const numRuns = isEmbedded ? EMBEDDED_A_ROUND : PROGRAMS_A_ROUND;
    const result = await fc.check(property, { seed, numRuns, interruptAfterTimeLimit });
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
  console.log(JSON.stringify(happened));
  return failed;
}

/** Half of the programs start processes that go on, which takes most of the time. */
function chooseKind(seed: number) {
  if (values.live || seed % 2 === 0) return livePrograms;
  return seed % 5 === 0 ? killingPrograms : programs;
}
