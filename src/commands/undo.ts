/** `logtally undo`: takes a run back. */
import { Command } from 'commander';
import { createUnknownRunError, undoRun } from '../ingest/storing/storing.js';
import { formatUndoJson, formatUndoText } from '../output/undo.js';
import { type DatabaseFlags, parseCount } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface UndoFlags extends DatabaseFlags {
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  logtally runs        find the number of the run
  logtally undo 12     count as if it had never been`;

export function createUndoCommand(context: CommandContext): Command {
  const command = new Command('undo')
    .summary('take a run back')
    .description(
      'Takes back what a run counted: totals, days and ranks become what they would be without it, and its logs can be counted again. Needs no log, and any run of the last --undo-days will do, in any order. The role must own the tables.',
    )
    .argument('<run>', 'the number of the run, as runs lists it', parseCount('RUN', 1))
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((run: number, flags: UndoFlags) => runUndo(context, run, flags));
}

async function runUndo(context: CommandContext, run: number, flags: UndoFlags): Promise<void> {
  const undone = await withCountedDatabase(context, flags, null, (database) =>
    undoRun(database, run, context.signal),
  );
  if (undone === null) throw createUnknownRunError(run);
  const text = flags.json ? formatUndoJson(undone) : formatUndoText(undone);
  await writeOut(context, text, `run ${run} is taken back`);
}
