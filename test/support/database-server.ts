// What the tests ask of any PostgreSQL server, their own or one that is given: its version and new databases.

import { randomBytes } from 'node:crypto';
import pg from 'pg';

const OLDEST_VERSION = 140_000;

/**
 * Returns the version of the server at `url` as `server_version_num` gives it: 150018 is 15.18.
 *
 * @throws Error that names LOGTALLY_TEST_DATABASE_URL if the server does not answer, is older than 14, or does
 * not let the user create databases.
 */
export async function checkServer(url: string): Promise<number> {
  const refuse = (reason: string, cause?: unknown) =>
    new Error(
      `LOGTALLY_TEST_DATABASE_URL: ${reason}\nName a PostgreSQL server (14 to 18) where the user may create ` +
        'databases, or unset it and the tests start a server of their own.',
      { cause },
    );
  const [row] = await queryOnce(
    url,
    `select current_setting('server_version_num')::int as version, rolcreatedb or rolsuper as may_create
       from pg_roles where rolname = current_user`,
  ).catch((error: unknown) => {
    throw refuse(`the server does not answer: ${error instanceof Error ? error.message : error}`, error);
  });
  const version = Number(row?.version);
  if (!(version >= OLDEST_VERSION)) throw refuse(`the server's version, ${version}, is too old`);
  if (row?.may_create !== true) throw refuse('the user may not create databases');
  return version;
}

/** Creates an empty database with a new name on the server at `serverUrl`, and returns the database's URL. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `logtally_test_${randomBytes(8).toString('hex')}`;
  await queryOnce(serverUrl, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database that `createDatabase` made, ending whatever is still connected to it. */
export async function dropDatabase(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await queryOnce(serverUrl, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

/** Runs one statement over a connection of its own and returns the rows. */
export async function queryOnce(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks is told by the query that fails; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
