/** `logtally top`: the objects with the most hits, those that rise, and those that are new; and what summaries say. */
import { Command, Option } from 'commander';
import { describeTerminal } from '../output/terminal.js';
import { formatTopCsv, formatTopJson, formatTopText, listTopNotes, type NamedTop } from '../output/top.js';
import { nameObjects } from '../report/labels.js';
import { SUMMARY_NAMES } from '../report/summaries/summaries.js';
import type { SummaryName } from '../report/summaries/summary-shape.js';
import { createEmptyTop, selectEmptyTop, selectTop, TOP_ORDERS, type TopQuestion } from '../report/top.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import {
  addDatabaseOptions,
  addLimitOption,
  addListFormatOptions,
  addNameOptions,
  addPeriodOptions,
  type NameFlags,
} from './options.js';
import { runSummary } from './top-summary.js';
import { runTypes } from './top-types.js';

interface TopFlags extends NameFlags {
  readonly limit: number;
  readonly sort: TopQuestion['sort'];
  readonly compare?: true;
  readonly types?: true;
  readonly summary?: SummaryName;
}

const DEFAULT_LIMIT = 10;
/** Two weeks: weekdays can be compared. */
const SPARK_DAYS = 14;

const EXAMPLES = `
Examples:
  logtally top
  logtally top --types
  logtally top core.photo --limit 100 --csv > photos.csv
  logtally top --since 'last month' --until 'last month' --compare
  logtally top photo --sort rising --since 7d
  logtally top 7 --site www.example.com --json
  logtally top --summary statuses --since yesterday
  logtally top photo --summary referrers --limit 20 --csv > referrers.csv`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('top')
    .summary('list the objects with the most hits')
    .description(
      'Lists the objects with the most hits, of one content type or of each, of all time or within a period.',
    )
    .argument('[content-type]', 'only this content type, by its id or its name')
    .optionsGroup('Objects:');
  addLimitOption(command, 'objects of each content type, or rows of each list', DEFAULT_LIMIT).option(
    '--site <label>',
    'only this site',
  );
  addPeriodOptions(command)
    .addOption(
      new Option(
        '--sort <order>',
        'hits; rising: by how many hits more than in the period before; new: only objects whose first hit lies in the period',
      )
        .choices(TOP_ORDERS)
        .default('hits'),
    )
    .option(
      '--compare',
      'also the change against the period before: of whole months (or a year) as many months, else as many days; like rising and new without a period: the last 7 days with hits',
    )
    .addOption(
      new Option(
        '--types',
        'list the content types and their sites instead, with their objects, hits and days',
      ).conflicts([...['limit', 'since', 'until', 'sort', 'compare']]),
    )
    .addOption(
      new Option(
        '--summary <name>',
        'what a summary that ingest --summary keeps says, instead; of a content type: referrers, search_terms, visitors, bytes',
      )
        .choices(SUMMARY_NAMES)
        .conflicts(['sort', 'compare', 'types']),
    )
    .optionsGroup('Output:');
  addListFormatOptions(command);
  return addDatabaseOptions(addNameOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((contentType: string | undefined, flags: TopFlags) => {
      const { summary, types } = flags;
      if (summary !== undefined) return runSummary(context, summary, contentType ?? null, flags);
      return (types ? runTypes : runTop)(context, contentType ?? null, flags);
    });
}

async function runTop(context: CommandContext, contentType: string | null, flags: TopFlags): Promise<void> {
  const question: TopQuestion = {
    site: flags.site ?? null,
    contentType,
    limit: flags.limit,
    period: resolvePeriod(flags),
    sort: flags.sort,
    compare: flags.compare === true,
    sparkDays: SPARK_DAYS,
  };
  const top = await readTop(context, flags, question);
  if (flags.json || flags.csv) {
    for (const note of listTopNotes(top, question)) context.stderr.write(`logtally: ${note}\n`);
  }
  if (flags.json) return writeOut(context, formatTopJson(top));
  if (flags.csv) return writeOut(context, formatTopCsv(top));
  await writeOut(context, formatTopText(top, question, describeTerminal(context)));
}

async function readTop(context: CommandContext, flags: TopFlags, question: TopQuestion): Promise<NamedTop> {
  const empty: NamedTop = { ...createEmptyTop(question), objects: [] };
  return withNames(context, flags, empty, async (database, names) => {
    const asked = await resolveAsked(database, names, question);
    if (asked === null) return { ...(await selectEmptyTop(database, question)), objects: [] };
    const top = await selectTop(database, asked);
    return { ...top, objects: await nameObjects(database, names, top.objects) };
  });
}
