/** `logtally top`: the objects with the most hits. */
import { Command } from 'commander';
import { formatTop, type TopFormat } from '../output/top.js';
import { createEmptyTop, selectTop, type TopQuestion } from '../report/top.js';
import { type DatabaseFlags, parseCount } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface TopFlags extends DatabaseFlags {
  readonly limit: number;
  readonly site?: string;
  readonly json?: true;
  readonly csv?: true;
}

const DEFAULT_LIMIT = 10;
/** Two weeks: weekdays can be compared. */
const SPARK_DAYS = 14;

const EXAMPLES = `
Examples:
  logtally top
  logtally top core.photo --limit 100 --csv > photos.csv
  logtally top 7 --site www.example.com --json`;

export function createTopCommand(context: CommandContext): Command {
  const command = new Command('top')
    .summary('list the objects with the most hits')
    .description('Lists the objects with the most hits, of one content type or of each.')
    .argument('[content-type]', 'only this content type')
    .option(
      '--limit <count>',
      'objects of each content type at most',
      parseCount('--limit', 1),
      DEFAULT_LIMIT,
    )
    .option('--site <label>', 'only this site')
    .option('--json', 'print a JSON array')
    .option('--csv', 'print comma-separated values');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((contentType: string | undefined, flags: TopFlags) =>
      runTop(context, contentType ?? null, flags),
    );
}

async function runTop(context: CommandContext, contentType: string | null, flags: TopFlags): Promise<void> {
  const format: TopFormat = flags.json ? 'json' : flags.csv ? 'csv' : 'text';
  const question: TopQuestion = {
    site: flags.site ?? null,
    contentType,
    limit: flags.limit,
    period: { since: null, until: null },
    sort: 'hits',
    compare: false,
    sparkDays: SPARK_DAYS,
  };
  const top = await withCountedDatabase(context, flags, createEmptyTop(question), (database) =>
    selectTop(database, question),
  );
  await writeOut(context, formatTop(top.objects, format));
}
