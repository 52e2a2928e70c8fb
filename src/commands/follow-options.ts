/** The options of what counts logs while they grow: `follow`, and `pipe`, which hands them on to it. */
import { type Command, Option } from 'commander';
import { parseDuration } from '../settings.js';
import { addDecisionOptions, addMetricsOption, addRejectOptions } from './decision-options.js';
import { addCountingOptions, type IngestFlags } from './ingest-settings.js';
import { addDatabaseOptions } from './options.js';

export interface FollowFlags extends IngestFlags {
  /** Milliseconds. */
  readonly every: number;
}

export function addFollowOptions(command: Command): void {
  addCountingOptions(command);
  command
    .optionsGroup('Decisions:')
    .addOption(
      new Option('--every <duration>', 'commit no more often than that: 1s, 500ms, 1m')
        .argParser(parseDuration('--every', 1))
        .default(1000, '1s'),
    );
  addDecisionOptions(command);
  command.optionsGroup('Output:');
  addRejectOptions(command, 'hold a log back if more of its lines are rejected');
  addMetricsOption(command, 'after commits, once in 10 seconds at most');
  addDatabaseOptions(command);
}

/**
 * Keeps the options that are given on the command line as they stand there, for another process.
 *
 * @param names the long names of those that are kept: `--site`
 * @returns a list that the parsing of the command line fills
 */
export function collectGiven(command: Command, names: ReadonlySet<string>): readonly string[] {
  const given: string[] = [];
  for (const option of command.options) {
    const name = option.long;
    if (name === undefined || name === null || !names.has(name)) continue;
    command.on(`option:${option.name()}`, (value: string | null) =>
      given.push(...(value === null || option.isBoolean() ? [name] : [`${name}=${value}`])),
    );
  }
  return given;
}
