/** The options that say what is kept of the requests beside the hits. */
import type { Command } from 'commander';
import { openCountries } from '../audience/audience.js';
import type { Config } from '../config/config-schema.js';
import type { KeySettings } from '../ingest/ingest.js';
import { COUNT_SUMMARIES, parseSummaries } from '../summaries/count-parts.js';
import { collect } from './options.js';

export interface SummaryFlags {
  readonly summary?: readonly string[];
}

/** Bits of an address that are kept: those of a site, not of a person's machine. */
const DEFAULT_NETWORK_BITS = { ipv4: 24, ipv6: 48 } as const;

const NAMES = COUNT_SUMMARIES.map(({ name }) => name).join(', ');

/** Declares which summaries are kept. */
export function addSummaryOptions(command: Command): Command {
  return command
    .optionsGroup('Summaries:')
    .option(
      '--summary <names>',
      `keep these beside the hits, from now on: ${NAMES} (default: [summaries] on of the config file, else none)`,
      collect('--summary', parseSummaries),
    );
}

/**
 * Resolves the summaries: flag before config file before default.
 *
 * @returns how keys are found; and what a run's record says of it
 * @throws InputError if the file of countries cannot be read
 */
export async function resolveSummaries(
  flags: SummaryFlags,
  { summaries: config = {} }: Config,
): Promise<{ readonly keys: KeySettings; readonly description: Readonly<Record<string, unknown>> }> {
  const wanted = new Set(flags.summary ?? config.on ?? []);
  const summaries = COUNT_SUMMARIES.map(({ name }) => name).filter((name) => wanted.has(name));
  const needsCountries = config.countries !== undefined && wanted.has('clients');
  const ownHosts = config.own_hosts ?? [];
  const networkBits = {
    ipv4: config.ipv4_bits ?? DEFAULT_NETWORK_BITS.ipv4,
    ipv6: config.ipv6_bits ?? DEFAULT_NETWORK_BITS.ipv6,
  };
  const visitorIdField = config.visitor_id_field ?? null;
  const described = { ownHosts, networkBits, countries: config.countries ?? null, visitorIdField };
  return {
    keys: {
      ...{ summaries, ownHosts, networkBits, visitorIdField },
      countries: needsCountries ? await openCountries(config.countries ?? '') : null,
    },
    // the settings of keys matter only where there are any
    description: {
      summaries: summaries.join(', ') || 'none',
      ...(summaries.length === 0 ? {} : { summaryKeys: described }),
    },
  };
}
