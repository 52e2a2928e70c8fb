/** The options that say what is kept of the requests beside the hits. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { openCountries } from '../audience/audience.js';
import type { Config } from '../config/config-schema.js';
import { readSqlFiles } from '../config/sql-files.js';
import { UsageError } from '../errors.js';
import type { RequestSettings } from '../ingest/ingest.js';
import { parseSummaries, SUMMARY_NAMES } from '../summaries/count-parts.js';
import { digestStatement, type OwnSummary, parseOwnSummary } from '../summaries/own/own.js';
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
  { summaries: config = {}, path }: Config,
): Promise<{ readonly keys: RequestSettings; readonly description: Readonly<Record<string, unknown>> }> {
  const wanted = new Set(flags.summary ?? config.on ?? []);
  const summaries = SUMMARY_NAMES.filter((name) => wanted.has(name));
  const ranksPeople = config.rank_by === 'people';
  if (ranksPeople && !wanted.has('agents')) {
    throw new UsageError(`rank_by = "people" needs the summary agents, which keeps the hits of robots`, {
      hint: 'name it in --summary, or under [summaries] on',
    });
  }
  const needsCountries = config.countries !== undefined && wanted.has('clients');
  const own = await readOwnSummaries(flags, config.folder, path);
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
  const titleField = config.title_field ?? null;
  if (wanted.has('titles') && titleField === null) {
    throw new UsageError('the summary titles needs a field of the log', {
      hint: 'title_field = "X-Title" under [summaries] names it',
    });
  }
  const ofKeys = { ownHosts, networkBits, visitorIdField, titleField };
  return {
    keys: {
      ...{ summaries, own, ranksPeople, ...ofKeys, ...rows },
      countries: needsCountries ? await openCountries(config.countries ?? '') : null,
    },
    // the settings of keys matter only where there are any
    description: {
      rankBy: ranksPeople ? 'people' : 'all',
      summaries: [...summaries, ...own.map(({ name }) => name)].join(', ') || 'none',
      ...(summaries.length + own.length === 0
        ? {}
        : { summaryKeys: { ...ofKeys, countries: config.countries ?? null, ...rows } }),
      ...(own.length === 0
        ? {}
        : { ownStatements: Object.fromEntries(own.map((each) => [each.name, digestStatement(each)])) }),
    },
  };
}

/** The operator's summaries are kept whatever `--summary` names, but for `none`. */
async function readOwnSummaries(
  { summary }: SummaryFlags,
  folder: string | undefined,
  configPath: string | null,
): Promise<readonly OwnSummary[]> {
  if (folder === undefined || summary?.length === 0) return [];
  const files = await readSqlFiles(resolve(dirname(configPath ?? ''), folder));
  const own = files.map(({ text, path }) => parseOwnSummary(text, path));
  for (const what of ['name', 'table'] as const) {
    const twice = own.find((each, at) => own.findIndex((other) => other[what] === each[what]) !== at);
    if (twice !== undefined)
      throw new UsageError(`summary file '${twice.path}': another one has the ${what} '${twice[what]}'`);
  }
  return own;
}
