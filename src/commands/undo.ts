/** `logtally undo`: takes a run back. */
import { Command } from 'commander';
import { createUnknownRunError, type UndoneRun, undoRun } from '../ingest/storing/storing.js';
import { formatBytes, formatJson, formatNumberOf } from '../output/text.js';
import { parseCount } from '../settings.js';
import { type CommandContext, withCountedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';

const EXAMPLES = `
Examples:
  logtally runs        find the number of the run
  logtally undo 12     count as if it had never been`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('undo')
    .summary('take a run back')
    .description(
      'Takes back what a run counted: totals, days and ranks become what they would be without it, and its logs can be counted again. Needs no log, and any run of the last --undo-days will do, in any order. The role must own the tables.',
    )
    .argument('<run>', 'the number of the run, as runs lists it', parseCount('RUN', 1))
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((run: number, flags: CommandFlags) => runUndo(context, run, flags));
}

async function runUndo(context: CommandContext, run: number, flags: CommandFlags): Promise<void> {
  const undone = await withCountedDatabase(context, flags, null, (database) =>
    undoRun(database, run, context.signal),
  );
  if (undone === null) throw createUnknownRunError(run);
  const text = flags.json ? formatUndoneJson(undone) : formatUndoneText(undone);
  await writeOut(context, text, `run ${run} is taken back`);
}

/** One JSON object: `run, hits, objects, lines, bytes, batches`. */
function formatUndoneJson({ run, hits, objects, lines, bytes, batches }: UndoneRun): string {
  return formatJson({ run, hits, objects, lines, bytes, batches });
}

/** Two lines for a person. */
function formatUndoneText({ run, hits, objects, lines, bytes }: UndoneRun): string {
  const what = `${formatNumberOf(hits, 'hit')} of ${formatNumberOf(objects, 'object')}`;
  const its = `${formatNumberOf(lines, 'line')}, ${formatBytes(bytes)}`;
  return `run ${run} is undone: ${what} taken back\nits ${its}, can be counted again\n`;
}
