/** `logtally top`: the objects with the most hits, those that rise, and those that are new; and what summaries say. */
import { Command, Option } from 'commander';
import { SUMMARY_NAMES } from '../report/summaries/summaries.js';
import type { SummaryName } from '../report/summaries/summary-shape.js';
import { TOP_ORDERS } from '../report/top.js';
import type { CommandContext } from './context.js';
import { createWatchOption, showList } from './list.js';
import {
  addDatabaseOptions,
  addLimitOption,
  addListFormatOptions,
  addNameOptions,
  addPeriodOptions,
} from './options.js';
import { createObjectList, type ObjectListFlags } from './top-objects.js';
import { createSummaryList } from './top-summary.js';
import { createTypeList } from './top-types.js';

interface TopFlags extends ObjectListFlags {
  readonly watch?: number;
  readonly types?: true;
  readonly summary?: SummaryName;
}

const DEFAULT_LIMIT = 10;

const EXAMPLES = `
Examples:
  logtally top
  logtally top --types
  logtally top core.photo --limit 100 --csv > photos.csv
  logtally top --since 'last month' --until 'last month' --compare
  logtally top photo --sort rising --since 7d
  logtally top photo --since today --watch
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
  addListFormatOptions(command).addOption(createWatchOption());
  return addDatabaseOptions(addNameOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((contentType: string | undefined, flags: TopFlags) => {
      const { summary, types } = flags;
      const wanted = contentType ?? null;
      if (summary !== undefined) return showList(context, flags, createSummaryList(summary, wanted, flags));
      if (types) return showList(context, flags, createTypeList(wanted, flags));
      return showList(context, flags, createObjectList(wanted, flags));
    });
}
