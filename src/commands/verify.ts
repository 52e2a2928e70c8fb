/** `logtally verify`: recounts what is stored, and says what differs. */
import { Command, Option } from 'commander';
import type { Database } from '../database/database.js';
import { EXIT } from '../errors.js';
import { NOTHING_COUNTED } from '../output/names.js';
import { formatCount, formatJson, formatNumberOf, toVisibleText } from '../output/text.js';
import { type CheckResult, verify } from '../report/verify.js';
import { repairRanks } from '../summaries/object-hits.js';
import { type CommandContext, withAskedDatabase, withCountedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';

interface VerifyFlags extends CommandFlags {
  readonly repair?: 'ranks';
}

interface Verification {
  /** None if nothing has been counted yet. */
  readonly checks: readonly CheckResult[];
  /** Rows of ranks that were repaired before; null if that was not asked for. */
  readonly repairedRanks: number | null;
}

const EXAMPLES = `
Examples:
  logtally verify
  logtally verify --repair ranks

Exit status: 0 everything agrees, 1 something differs, or failure, 2 usage.`;

const NOTHING: Verification = { checks: [], repairedRanks: null };

export function createCommand(context: CommandContext): Command {
  const command = new Command('verify')
    .summary('recount what is stored, and say what differs')
    .description(
      'Recounts totals, days, ranks and what was counted of each log against each other, and says what differs.',
    )
    .addOption(
      new Option('--repair <what>', 'first rebuild what follows from something else').choices(['ranks']),
    )
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: VerifyFlags) => runVerify(context, flags));
}

async function runVerify(context: CommandContext, flags: VerifyFlags): Promise<void> {
  const work = async (database: Database): Promise<Verification> => ({
    repairedRanks: flags.repair === 'ranks' ? await repairRanks(database) : null,
    checks: await verify(database),
  });
  const open = flags.repair === undefined ? withAskedDatabase : withCountedDatabase;
  const { checks, repairedRanks } = await open(context, flags, NOTHING, work);
  const agrees = checks.every((check) => check.differences === 0);
  await writeOut(
    context,
    flags.json
      ? formatJson({ agrees, repairedRanks, checks })
      : formatVerification({ checks, repairedRanks }),
  );
  if (!agrees) context.setExitCode(EXIT.failure);
}

/** A line for each check, and under it what it found. */
function formatVerification({ checks, repairedRanks }: Verification): string {
  if (checks.length === 0) return `${NOTHING_COUNTED}\n`;
  const repaired =
    repairedRanks === null ? '' : `${formatNumberOf(repairedRanks, 'row')} of ranks repaired\n`;
  return repaired + checks.map(formatCheck).join('');
}

function formatCheck({ check, differences, examples }: CheckResult): string {
  if (differences === 0) return `yes  ${check}\n`;
  const more = differences - examples.length;
  const shown = [...examples.map(toVisibleText), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])];
  return `NO   ${check}\n${shown.map((line) => `     ${line}\n`).join('')}`;
}
