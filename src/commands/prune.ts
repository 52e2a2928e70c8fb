/** `logtally prune`: removes what is older than it has to be kept. */
import { Command } from 'commander';
import { readConfig } from '../config/config-file.js';
import { checkPruneRights } from '../database/grants.js';
import { getToday } from '../days.js';
import { UsageError } from '../errors.js';
import { formatPrunedJson, formatPrunedText } from '../output/prune.js';
import { parseCount } from '../settings.js';
import { prune } from '../summaries/pruning/prune.js';
import { PRUNED_TABLES } from '../summaries/pruning/steps.js';
import { hasLimits, LIMITS, type Limit, type Retention } from '../summaries/retention.js';
import { maintain, vacuumTables } from '../summaries/summaries.js';
import { type CommandContext, withCountedDatabase, writeOut } from './context.js';
import { addConfigOption, addDatabaseOptions, type CommandFlags } from './options.js';

type PruneFlags = CommandFlags & { readonly dryRun?: true } & Partial<Record<Limit['property'], number>>;

const EXAMPLES = `
Examples:
  logtally prune --keep-days 400 --dry-run         (what would go)
  logtally prune --keep-days 400
  logtally prune --keep-visitor-days 31 --keep-client-days 31
  logtally prune --config /etc/logtally.toml       (what its [retention] says)

Exit status: 0 done, 1 failure, 2 usage, 130 interrupted.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('prune')
    .summary('remove what is older than it has to be kept')
    .description(
      'Removes what is older than the limits say, month by month. Totals and ranks stay as they are. What a run has counted that can still be undone (ingest --undo-days) waits until it cannot. The role must own the tables.',
    )
    .optionsGroup('Limits:');
  for (const { key, flag, about } of LIMITS) {
    command.option(`${flag} <days>`, `${about} (default: ${key} under [retention])`, parseCount(flag, 0));
  }
  addConfigOption(command, 'limits')
    .optionsGroup('Output:')
    .option('--dry-run', 'tell what would go, and change nothing; other runs wait until it ends')
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: PruneFlags) => runPrune(context, flags));
}

async function runPrune(context: CommandContext, flags: PruneFlags): Promise<void> {
  const { retention: configured = {} } = await readConfig(flags.config, context);
  const retention: Retention = Object.fromEntries(
    LIMITS.map(({ key, property }) => [key, flags[property] ?? configured[key]]),
  );
  if (!hasLimits(retention)) {
    throw new UsageError('nothing says how long things are kept', {
      hint: `give ${LIMITS.map(({ flag }) => `${flag} DAYS`).join(' or ')}, or write [retention] into logtally.toml`,
    });
  }
  const isDryRun = flags.dryRun === true;
  const options = { today: getToday(), mostSeconds: null };
  const pruned = await withCountedDatabase(context, flags, { months: [], waiting: [] }, async (database) => {
    await checkPruneRights(database, PRUNED_TABLES);
    if (isDryRun) return database.transaction('rehearsal', () => prune(database, retention, options));
    const done = await prune(database, retention, options);
    if (done.months.length === 0) return done;
    await (database.kind === 'embedded' ? maintain(database) : vacuumTables(database));
    return done;
  });
  const text = flags.json
    ? formatPrunedJson(pruned, { retention, isDryRun })
    : formatPrunedText(pruned, { retention, isDryRun });
  await writeOut(context, text, isDryRun ? null : 'what is too old is gone');
}
