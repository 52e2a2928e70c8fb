/** What `logtally ingest` is told by flags and config file, resolved to the settings of a run. */
import type { Command } from 'commander';
import { type Config, readConfig } from '../config/config-file.js';
import { UsageError } from '../errors.js';
import {
  type ContentCheck,
  DEFAULT_MAX_REJECTS,
  GROUP_BOUNDS,
  type IngestSettings,
  parseMaxRejects,
} from '../ingest/ingest.js';
import { PIPE_PATIENCE, STANDARD_INPUT } from '../source/source.js';
import type { CommandContext } from './context.js';
import {
  addFormatOptions,
  type FormatContext,
  type FormatFlags,
  resolveFormatSettings,
} from './format-options.js';
import { addLineOptions, compileLines, type LineFlags, resolveAttribution } from './line-options.js';
import { addSummaryOptions, resolveSummaries, type SummaryFlags } from './summary-options.js';

export interface IngestFlags extends FormatFlags, LineFlags, SummaryFlags {
  readonly dryRun?: true;
  readonly verify: ContentCheck;
  readonly final?: true;
  readonly undoDays: number;
  readonly recount?: true;
  readonly allowOtherSite?: true;
  readonly allowNewTypes?: true;
  readonly rejects?: string;
  readonly metrics?: string;
  readonly maxRejects?: IngestSettings['maxRejects'];
}

/** Adds the options that say how lines are read, what they count as, and what is kept of them. */
export function addCountingOptions(command: Command): void {
  addFormatOptions(command);
  addLineOptions(command);
  addSummaryOptions(command);
}

/** @throws UsageError, InputError if a setting is no good */
export async function resolveIngestSettings(
  context: CommandContext,
  files: readonly string[],
  flags: IngestFlags,
): Promise<IngestSettings> {
  return toIngestSettings(await readConfig(flags.config, context), files, flags, context);
}

/**
 * The same with a config file that was read already.
 *
 * @throws UsageError, InputError if a setting is no good
 */
export async function toIngestSettings(
  config: Config,
  files: readonly string[],
  flags: IngestFlags,
  context: FormatContext,
): Promise<IngestSettings> {
  if (flags.dryRun && flags.rejects !== undefined) {
    throw new UsageError('--dry-run and --rejects exclude each other', {
      hint: 'a dry run keeps nothing; logtally parse --rejects-inline shows the rejected lines',
    });
  }
  if (flags.dryRun && flags.metrics !== undefined) {
    throw new UsageError('--dry-run and --metrics exclude each other', { hint: 'a dry run stores nothing' });
  }
  const { choice, options, maxLineBytes } = resolveFormatSettings(flags, config, context);
  const attributionSettings = resolveAttribution(flags, config);
  const summaries = await resolveSummaries(flags, config);
  const paths = files.length === 0 ? [STANDARD_INPUT] : files;
  const ofConfig =
    config.max_rejects === undefined ? null : parseMaxRejects('max_rejects')(config.max_rejects);
  return {
    paths,
    site: attributionSettings.site.label,
    allowOtherSite: flags.allowOtherSite === true,
    allowNewTypes: flags.allowNewTypes === true,
    groupBounds: GROUP_BOUNDS,
    commitsOften: false,
    isFinished: () => false,
    contentCheck: flags.verify,
    isFinal: flags.final === true,
    patience: PIPE_PATIENCE,
    undoDays: flags.undoDays,
    retention: config.retention ?? {},
    recount: flags.recount === true,
    choice,
    maxLineBytes,
    keys: summaries.keys,
    attribution: compileLines(attributionSettings, config),
    rejectsPath: flags.rejects ?? null,
    maxRejects: flags.maxRejects ?? ofConfig ?? DEFAULT_MAX_REJECTS,
    // all that decides what a line counts as: a later run compares it (other-settings.ts)
    description: {
      ...{ paths, format: choice.name, objectFields: options.objectFields, year: options.year, maxLineBytes },
      jsonFields: Object.fromEntries(options.jsonFields),
      ...attributionSettings,
      ...(attributionSettings.byPath ? { pathSecrets: summaries.keys.secretNames } : {}),
      ...summaries.description,
    },
  };
}
