/** What commands that count have in common beside how lines are read: decisions that they leave to a person, and what they write. */
import type { Command } from 'commander';
import { parseMaxRejects } from '../ingest/ingest.js';
import { parseCount } from '../settings.js';

/** Days that what a run added is kept for undo. */
export const DEFAULT_UNDO_DAYS = 30;

export function addDecisionOptions(command: Command): Command {
  return command
    .option('--allow-other-site', 'count logs for this site although they were counted for another one')
    .option('--allow-new-types', 'count logs that name more than 1,000 new content types')
    .option(
      '--undo-days <days>',
      'how long a run can be undone',
      parseCount('--undo-days', 0),
      DEFAULT_UNDO_DAYS,
    );
}

/** Options for lines that are not in the format. @param effect what happens if there are more of them */
export function addRejectOptions(command: Command, effect: string): Command {
  return command
    .option('--rejects <file>', 'append rejected lines to a file, byte for byte, to be ingested after a fix')
    .option(
      '--max-rejects <count>',
      `${effect}: a number, or a percentage of the lines; more than 50% also counts logs that would be held back for their rejects, 100% every log that has a line in the format (default: 10%, and more than one line)`,
      parseMaxRejects('--max-rejects'),
    );
}

export function addMetricsOption(command: Command, when: string): Command {
  return command.option(
    '--metrics <file>',
    `write what was counted, how far the logs are behind and how the run ended for Prometheus, ${when}; node_exporter's textfile collector reads files in its folder whose names end in .prom`,
  );
}
