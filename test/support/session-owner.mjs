// A process that has an embedded database open, serves sessions, and commits rows in pairs until it is killed.
import { openEmbedded } from '../../dist/database/embedded.js';

const database = await openEmbedded({
  folder: process.argv[2],
  lockWaitSeconds: 60,
  onWait: () => {},
  signal: new AbortController().signal,
  onCreate: () => {},
  command: 'follow',
});
await database.serveSessions((text) => console.log(text));
await database.query('create table if not exists public.pair (pair_id int)');
console.log('serving');
for (let pair = 0; ; pair += 1) {
  await database.transaction('writing', async () => {
    await database.query('insert into public.pair values ($1)', [pair]);
    await database.query('insert into public.pair values ($1)', [pair]);
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
}
