/** Tells whether two connections lead to one database, whatever their addresses say. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { UsageError } from '../errors.js';

/**
 * Refuses to export a database into itself. One connection takes a lock whose number nobody else knows: if the other one cannot
 * get it, both are in one database.
 *
 * @throws UsageError if the source is the target
 */
export async function refuseSameDatabase(source: Database, target: Database): Promise<void> {
  const number = randomBytes(8).readBigInt64BE().toString();
  const isAnother = await target.transaction('reading', async () => {
    await tryLock(target, number);
    return source.transaction('reading', () => tryLock(source, number));
  });
  if (isAnother) return;
  throw new UsageError(`--to names the database that is exported, ${source.name}`, {
    hint: '--data-dir or --database-url names the one to export, --to another one',
  });
}

async function tryLock(database: Database, number: string): Promise<boolean> {
  return (await database.query(sql.tryLock, [number])).rows[0]?.['is_had'] === true;
}
