// A Citus cluster of the tests' own: a coordinator and two workers on this machine, each a server of its own.

import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNPRIVILEGED_ID } from '../support/cluster.js';
import { queryOnce } from '../support/database-server.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';

const WORKERS = 2;

/** Each session of the coordinator has several on each worker, and each database a process that looks after it. */
const SETTINGS = {
  shared_preload_libraries: 'citus',
  max_connections: '400',
  max_worker_processes: '200',
  max_prepared_transactions: '400',
  // tests stand between the servers and read what they tell each other
  'citus.node_conninfo': 'sslmode=prefer',
  // nothing is told to anybody else
  'citus.enable_statistics_collection': 'off',
};

export interface CitusCluster {
  /** The coordinator's maintenance database, as a superuser; the workers are registered in it. */
  readonly url: string;
  readonly coordinator: PostgresServer;
  readonly workers: readonly PostgresServer[];
  stop(): Promise<void>;
}

/**
 * Starts the three servers and registers the workers.
 *
 * @param binaries the folder of a PostgreSQL in which Citus is installed: `/usr/lib/postgresql/15`
 * @throws Error if it is not named, or a server does not start
 */
export async function startCitus({
  binaries,
}: {
  readonly binaries: string | undefined;
}): Promise<CitusCluster> {
  if (!binaries) {
    throw new Error(
      'LOGTALLY_TEST_POSTGRES_BINARIES must name the PostgreSQL in which Citus is installed, such as /usr/lib/postgresql/15',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'logtally-citus-'));
  const password = randomBytes(16).toString('hex');
  await writePasswordFile(folder, password);
  const servers: PostgresServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const options = { binaries, settings: SETTINGS, password, environment: { HOME: folder } };
    for (let started = 0; started <= WORKERS; started += 1) servers.push(await startPostgres(options));
    const [coordinator, ...workers] = servers;
    if (coordinator === undefined) throw new Error('no server was started');
    await joinNodes(
      coordinator.url,
      workers.map((worker) => worker.url),
    );
    return { url: coordinator.url, coordinator, workers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes the password by which the servers know each other, whoever asks, into the folder that is to be their user's home. */
async function writePasswordFile(folder: string, password: string): Promise<void> {
  const path = join(folder, '.pgpass');
  await writeFile(path, `*:*:*:*:${password}\n`, { mode: 0o600 });
  if (process.getuid?.() === 0) {
    await chown(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
    await chmod(folder, 0o711);
  }
}

/** Makes one cluster of the databases at these URLs: each has the extension, and the coordinator knows the workers. */
export async function joinNodes(coordinatorUrl: string, workerUrls: readonly string[]): Promise<void> {
  for (const url of [coordinatorUrl, ...workerUrls]) await queryOnce(url, 'create extension citus');
  const { hostname, port } = new URL(coordinatorUrl);
  await queryOnce(coordinatorUrl, `select citus_set_coordinator_host('${hostname}', ${port})`);
  for (const url of workerUrls.map((each) => new URL(each)))
    await queryOnce(coordinatorUrl, `select citus_add_node('${url.hostname}', ${url.port})`);
}
