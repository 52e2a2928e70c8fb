/** The options that say what is kept of the requests beside the hits. */
import type { Command } from 'commander';
import { openCountries } from '../audience/audience.js';
import type { Config } from '../config/config-schema.js';
import type { RequestSettings } from '../ingest/ingest.js';
import { parseSummaries, SUMMARY_NAMES } from '../summaries/count-parts.js';
import { resolveSecretNames } from './line-options.js';
import { collect } from './options.js';

export interface SummaryFlags {
  readonly summary?: readonly string[];
  readonly anonymizeIp?: true;
}

/** Bits of an address that are kept: those of a site, not of a person's machine. */
const DEFAULT_NETWORK_BITS = { ipv4: 24, ipv6: 48 } as const;

const NAMES = SUMMARY_NAMES.join(', ');

/** Declares which summaries are kept. */
export function addSummaryOptions(command: Command): Command {
  return command
    .optionsGroup('Summaries:')
    .option(
      '--summary <names>',
      `keep these beside the hits, from now on: ${NAMES} (default: [summaries] on of the config file, else none)`,
      collect('--summary', parseSummaries),
    )
    .option(
      '--anonymize-ip',
      "store networks in place of addresses: the first 24 bits of IPv4, 48 of IPv6, or the config file's",
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
): Promise<{ readonly keys: RequestSettings; readonly description: Readonly<Record<string, unknown>> }> {
  const wanted = new Set(flags.summary ?? config.on ?? []);
  const summaries = SUMMARY_NAMES.filter((name) => wanted.has(name));
  const needsCountries = config.countries !== undefined && wanted.has('clients');
  const ownHosts = config.own_hosts ?? [];
  const networkBits = {
    ipv4: config.ipv4_bits ?? DEFAULT_NETWORK_BITS.ipv4,
    ipv6: config.ipv6_bits ?? DEFAULT_NETWORK_BITS.ipv6,
  };
  const visitorIdField = config.visitor_id_field ?? null;
  const anonymizes = flags.anonymizeIp ?? config.anonymize_ip ?? false;
  const rows = {
    clientBits: anonymizes ? networkBits : null,
    sessionField: config.session_field ?? null,
    extraFields: config.extra_fields ?? [],
    secretNames: resolveSecretNames({ summaries: config }),
  };
  const ofKeys = { ownHosts, networkBits, visitorIdField };
  return {
    keys: {
      ...{ summaries, ...ofKeys, ...rows },
      countries: needsCountries ? await openCountries(config.countries ?? '') : null,
    },
    // the settings of keys matter only where there are any
    description: {
      summaries: summaries.join(', ') || 'none',
      ...(summaries.length === 0
        ? {}
        : { summaryKeys: { ...ofKeys, countries: config.countries ?? null, ...rows } }),
    },
  };
}
