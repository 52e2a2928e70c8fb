/** Statements through a connection of `pg`, and their answers as the program has them. */
import type pg from 'pg';
import type { Answer, QueryResult } from './database.js';
import { getLast, toAnswer } from './values.js';

const asText = { getTypeParser: () => (text: unknown) => text };

/** Runs a statement; without values it may be a script, whose last statement answers. */
export async function runStatement(
  client: pg.Client,
  statement: string,
  values: readonly unknown[],
): Promise<QueryResult> {
  const answer: pg.QueryResult | readonly pg.QueryResult[] = await client.query(statement, [...values]);
  const { rows, rowCount, command } = getLast(answer);
  return { rows, rowCount: rowCount ?? 0, command };
}

/** Runs one statement of a person. */
export async function askStatement(
  client: pg.Client,
  statement: string,
  values: readonly unknown[],
): Promise<Answer> {
  // the extended protocol takes one statement, and no more after a semicolon
  const query = {
    text: statement,
    values: [...values],
    rowMode: 'array',
    queryMode: 'extended',
    types: asText,
  };
  return toAnswer(await client.query<(string | null)[]>(query as pg.QueryArrayConfig));
}
