/** `logtally query`: a person's own question to the tables, on whichever database is configured. */
import { Command } from 'commander';
import { InputError } from '../errors.js';
import { formatAnswer, type QueryFormat } from '../output/query.js';
import { runQuery } from '../report/query.js';
import type { DatabaseFlags } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface QueryFlags extends DatabaseFlags {
  readonly json?: true;
  readonly csv?: true;
}

const EXAMPLES = `
Examples:
  logtally query 'select * from logtally.object_ranking order by hit_count desc limit 3'
  logtally query --csv 'select hit_on, sum(hit_count) as hits from logtally.daily_hits group by hit_on order by hit_on'`;

export function createQueryCommand(context: CommandContext): Command {
  const command = new Command('query')
    .summary('ask the tables in SQL')
    .description(
      'Runs one SQL statement in a transaction that may only read. Names need their schema: logtally.daily_hits.',
    )
    .argument('<statement>', 'for instance a select')
    .option('--json', 'print a JSON array')
    .option('--csv', 'print comma-separated values');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((statement: string, flags: QueryFlags) => runStatement(context, statement, flags));
}

async function runStatement(context: CommandContext, statement: string, flags: QueryFlags): Promise<void> {
  const format: QueryFormat = flags.json ? 'json' : flags.csv ? 'csv' : 'text';
  const answer = await withCountedDatabase(context, flags, null, (database) => runQuery(database, statement));
  if (answer === null)
    throw new InputError('nothing has been counted yet', { hint: 'logtally ingest counts a log' });
  await writeOut(context, formatAnswer(answer, format));
}
