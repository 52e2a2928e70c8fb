/** The options that say what lines count as: objects, sites, filters. Shared by every command that reads logs. */
import { type Command, Option } from 'commander';
import { CLIENT_ADDRESS_SOURCES, parseNetworks } from '../attribute/addresses.js';
import { type Attribution, type AttributionSettings, compileAttribution } from '../attribute/attribution.js';
import { createFilterSpec, FILTERS, type FilterDefinition, type FilterValue } from '../attribute/filters.js';
import { DEFAULT_SITE, SITE_SOURCES, type SiteSettings } from '../attribute/site.js';
import { createMask, SECRET_NAMES } from '../audience/audience.js';
import type { Config } from '../config/config-schema.js';
import { addConfigOption, type CommandFlags, collect } from './options.js';

export interface LineFlags extends CommandFlags {
  readonly byPath?: true;
  readonly site?: string;
  readonly siteFrom?: AttributionSettings['site']['from'];
  readonly clientIpFrom?: AttributionSettings['clientAddress']['from'];
  readonly trustedProxies?: readonly string[];
}

/** Declares the options that say what lines count as, with those of the filters that the command has. */
export function addLineOptions(command: Command, filters = FILTERS): Command {
  addObjectOptions(command).optionsGroup('Filters (default: none):');
  for (const { flag, help, parse, known } of filters) {
    if (known !== undefined) command.option(known.flag, known.help);
    if (parse === null) command.option(flag, help);
    else command.option(flag, help, collect(flag, parse));
  }
  return command;
}

/** Declares the options about objects, sites and clients. */
function addObjectOptions(command: Command): Command {
  return addConfigOption(command.optionsGroup('Objects and sites:'), 'rules and settings')
    .option('--by-path', 'count each path that has no ids and no rule as an object of type path')
    .option('--site <label>', `the site of lines that do not tell theirs (default: "${DEFAULT_SITE}")`)
    .addOption(
      new Option(
        '--site-from <source>',
        'fixed: all lines are of --site; vhost: the virtual host of a line is its site (default: "fixed")',
      ).choices(SITE_SOURCES),
    )
    .addOption(
      new Option(
        '--client-ip-from <source>',
        'which address is the client\'s: the logged one, or the right-most of X-Forwarded-For that is no trusted proxy (default: "remote-host")',
      ).choices(CLIENT_ADDRESS_SOURCES),
    )
    .option(
      '--trusted-proxies <addresses>',
      'addresses and networks of your proxies, as in 10.0.0.0/8,2001:db8::1 (default: none)',
      collect('--trusted-proxies', parseNetworks),
    );
}

/** The name under which commander delivers what a flag is given: `skipBots` for `--skip-bots`. */
export function toFlagName(flag: string): string {
  return new Option(flag).attributeName();
}

/**
 * Resolves what lines count as: flag before config file before default. A flag replaces the list of the file.
 *
 * @param filters those that the command has flags for
 */
export function resolveAttribution(
  flags: LineFlags,
  config: Config,
  filters: readonly FilterDefinition[] = FILTERS,
): AttributionSettings {
  // what commander delivers for the filters is what their options have read
  const given = flags as Readonly<Record<string, FilterValue | undefined>>;
  return {
    rules: config.rules,
    byPath: flags.byPath ?? config.by_path ?? false,
    filters: createFilterSpec(
      (filter) =>
        (filters.includes(filter) ? readFilterFlags(filter, given) : undefined) ??
        config.filters?.[filter.key],
    ),
    site: resolveSite(flags, config),
    clientAddress: {
      from: flags.clientIpFrom ?? config.client_ip_from ?? 'remote-host',
      trustedProxies: flags.trustedProxies ?? config.trusted_proxies ?? [],
    },
  };
}

/**
 * Compiles what lines count as.
 *
 * @throws UsageError if a glob or a template is none
 */
export function compileLines(settings: AttributionSettings, config: Pick<Config, 'summaries'>): Attribution {
  return compileAttribution(settings, createMask(resolveSecretNames(config)));
}

/** The names whose values are secrets, wherever a request has them. */
export function resolveSecretNames({ summaries }: Pick<Config, 'summaries'>): readonly string[] {
  return summaries?.secrets ?? SECRET_NAMES;
}

/** @returns undefined if no flag of the filter is given */
function readFilterFlags(
  { flag, known }: FilterDefinition,
  given: Readonly<Record<string, FilterValue | undefined>>,
): FilterValue | undefined {
  const value = given[toFlagName(flag)];
  if (known === undefined || given[toFlagName(known.flag)] === undefined) return value;
  return Array.isArray(value) ? [...known.texts, ...value] : known.texts;
}

/** A site that is named on the command line is meant for all lines, whatever the file says of virtual hosts. */
function resolveSite(flags: LineFlags, config: Config): SiteSettings {
  const label = flags.site ?? config.site ?? DEFAULT_SITE;
  const isFixed = flags.siteFrom === 'fixed' || (flags.site !== undefined && flags.siteFrom === undefined);
  return {
    label,
    from: isFixed ? 'fixed' : (flags.siteFrom ?? config.site_from ?? 'fixed'),
    map: isFixed ? {} : (config.sites ?? {}),
  };
}
