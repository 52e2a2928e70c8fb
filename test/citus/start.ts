// Starts a coordinator and two workers on this machine, prints the coordinator's URL, and ends with Ctrl-C: npm run citus.
// Citus must be installed in the PostgreSQL that LOGTALLY_TEST_POSTGRES_BINARIES names; test/citus/README.md tells how.

import { once } from 'node:events';
import { startCitus } from './cluster.js';

const citus = await startCitus({ binaries: process.env['LOGTALLY_TEST_POSTGRES_BINARIES'] });
console.log(`export LOGTALLY_TEST_CITUS_URL=${citus.url}`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await citus.stop();
