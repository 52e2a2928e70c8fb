/** `logtally query`: a person's own question to the tables, on whichever database is configured. */
import { Command } from 'commander';
import type { Answer, Database } from '../database/database.js';
import { explain, SQLSTATE } from '../database/database-errors.js';
import { DatabaseError } from '../errors.js';
import { formatAnswer, formatNoAnswer, type QueryFormat } from '../output/query.js';
import { type CommandContext, withAskedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, addListFormatOptions, type CommandFlags } from './options.js';

const EXAMPLES = `
Examples:
  logtally query 'select * from logtally.object_ranking order by hit_count desc limit 3'
  logtally query --csv 'select hit_on, sum(hit_count) as hits from logtally.daily_hits group by hit_on order by hit_on'`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('query')
    .summary('ask the tables in SQL')
    .description(
      'Runs one SQL statement in a transaction that may only read. Names need their schema: logtally.daily_hits.',
    )
    .argument('<statement>', 'for instance a select');
  return addDatabaseOptions(addListFormatOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((statement: string, flags: CommandFlags) => runStatement(context, statement, flags));
}

async function runStatement(context: CommandContext, statement: string, flags: CommandFlags): Promise<void> {
  const format: QueryFormat = flags.json ? 'json' : flags.csv ? 'csv' : 'text';
  const answer = await withAskedDatabase(context, flags, null, (database) => ask(database, statement));
  await writeOut(context, answer === null ? formatNoAnswer(format) : formatAnswer(answer, format));
}

/** Runs the statement in a transaction that may only read, and that is rolled back. */
function ask(database: Database, statement: string): Promise<Answer> {
  return database.transaction('snapshot', async () => {
    return database.ask(statement).catch((error: unknown) => {
      if (!(error instanceof DatabaseError) || error.code !== SQLSTATE.readOnly) throw error;
      throw explain(error, 'logtally query only reads');
    });
  });
}
