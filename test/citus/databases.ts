// Databases for tests on Citus: each is one database on the coordinator and one with the same name on each worker. They are copies of
// a template whose tables are spread already, since spreading them takes seconds.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { queryOnce } from '../support/database-server.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { joinNodes } from './cluster.js';

/** Fewer than the 32 of Citus: each costs a connection and a statement, and a test needs some on each worker. */
const SHARDS = 4;

/** Small, so that a statement that brings whole tables to the coordinator fails. */
const MAX_INTERMEDIATE_RESULT = '4MB';

/** The nodes by the URLs of their maintenance databases. */
export interface CitusNodes {
  readonly coordinator: string;
  readonly workers: readonly string[];
}

/**
 * Finds the nodes of the cluster whose coordinator's maintenance database LOGTALLY_TEST_CITUS_URL names. The workers are reached with
 * the same user and password.
 *
 * @throws Error that says what to do if it is not set, or if there is no coordinator with workers
 */
export async function findNodes(): Promise<CitusNodes> {
  const coordinator = process.env['LOGTALLY_TEST_CITUS_URL'];
  if (!coordinator) {
    throw new Error(
      'LOGTALLY_TEST_CITUS_URL is not set: it names the coordinator of a Citus cluster for tests, see test/citus/README.md',
    );
  }
  const rows = await queryOnce(
    coordinator,
    "select nodename, nodeport from pg_dist_node where groupid > 0 and noderole = 'primary' and isactive order by groupid",
  ).catch((error: unknown) => {
    throw new Error(`LOGTALLY_TEST_CITUS_URL: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  });
  if (rows.length === 0) throw new Error('LOGTALLY_TEST_CITUS_URL: the coordinator has no workers');
  const workers = rows.map((row) => {
    const url = new URL(coordinator);
    url.hostname = String(row['nodename']);
    url.port = String(row['nodeport']);
    return url.href;
  });
  return { coordinator, workers };
}

/** Makes the template, and returns its name. */
export async function createTemplate(nodes: CitusNodes): Promise<string> {
  const name = `logtally_template_${randomBytes(8).toString('hex')}`;
  await createOnNodes(nodes, name, 'template0');
  const [coordinator = '', ...workers] = listNodes(nodes).map((url) => toDatabase(url, name));
  await joinNodes(coordinator, workers);
  await promisify(execFile)(process.execPath, ['bin/logtally.js', 'init', '--distribute'], {
    cwd: PROJECT_FOLDER,
    env: { ...process.env, DATABASE_URL: coordinator, PGOPTIONS: `-c citus.shard_count=${SHARDS}` },
  });
  // nobody may be connected to a database that is copied, and each has a process of Citus
  for (const url of listNodes(nodes)) {
    await queryOnce(url, `alter database ${name} allow_connections false`);
    await queryOnce(
      url,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`,
    );
  }
  return name;
}

/** Makes a database whose tables are spread and empty, and returns its URL on the coordinator. */
export async function createCitusDatabase(nodes: CitusNodes, template: string): Promise<string> {
  const name = `logtally_test_${randomBytes(8).toString('hex')}`;
  await createOnNodes(nodes, name, template);
  await queryOnce(
    nodes.coordinator,
    `alter database ${name} set citus.max_intermediate_result_size = '${MAX_INTERMEDIATE_RESULT}'`,
  );
  return toDatabase(nodes.coordinator, name);
}

/** Makes a database of which the nodes know each other, without a schema, and returns its URL on the coordinator. */
export async function createJoinedDatabase(nodes: CitusNodes): Promise<string> {
  const name = `logtally_test_${randomBytes(8).toString('hex')}`;
  await createOnNodes(nodes, name, 'template0');
  const [coordinator = '', ...workers] = listNodes(nodes).map((url) => toDatabase(url, name));
  await joinNodes(coordinator, workers);
  await queryOnce(nodes.coordinator, `alter database ${name} set citus.shard_count = ${SHARDS}`);
  return coordinator;
}

async function createOnNodes(nodes: CitusNodes, name: string, template: string): Promise<void> {
  await Promise.all(
    listNodes(nodes).map((url) =>
      queryOnce(url, `create database ${name} template ${template} strategy file_copy`),
    ),
  );
}

/** Drops a database on all nodes, whoever is connected, with what a killed session has left prepared in it. */
export async function dropOnNodes(nodes: CitusNodes, name: string): Promise<void> {
  for (const url of listNodes(nodes)) {
    // what was prepared, and a process of Citus, may come back meanwhile
    for (let triesLeft = 10; ; triesLeft -= 1) {
      try {
        await dropOnNode(url, name);
        break;
      } catch (error) {
        const isInUse = error instanceof Error && error.message.includes('is being accessed by other users');
        if (!isInUse || triesLeft === 0) throw error;
        await sleep(300);
      }
    }
  }
}

async function dropOnNode(url: string, name: string): Promise<void> {
  const prepared = await queryOnce(url, `select gid from pg_prepared_xacts where database = '${name}'`);
  for (const { gid } of prepared)
    await queryOnce(toDatabase(url, name), `rollback prepared '${gid}'`).catch(() => undefined);
  await queryOnce(url, `drop database if exists ${name} with (force)`);
}

/** The URL of a database on the same server. */
export function toDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

function listNodes({ coordinator, workers }: CitusNodes): readonly string[] {
  return [coordinator, ...workers];
}
