/** `logtally verify`: recounts what is stored, and says what differs. */
import { Command, Option } from 'commander';
import type { Database } from '../database/database.js';
import { EXIT } from '../errors.js';
import { agrees, formatVerifyJson, formatVerifyText, type Verification } from '../output/verify.js';
import { verify } from '../report/verify.js';
import type { DatabaseFlags } from '../settings.js';
import { repairRanks } from '../summaries/object-hits.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface VerifyFlags extends DatabaseFlags {
  readonly repair?: 'ranks';
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  logtally verify
  logtally verify --repair ranks

Exit status: 0 everything agrees, 1 something differs, or failure, 2 usage.`;

const NOTHING: Verification = { checks: [], repairedRanks: null };

export function createVerifyCommand(context: CommandContext): Command {
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
  const verification = await withCountedDatabase(context, flags, NOTHING, work);
  await writeOut(context, flags.json ? formatVerifyJson(verification) : formatVerifyText(verification));
  if (!agrees(verification)) context.setExitCode(EXIT.failure);
}
