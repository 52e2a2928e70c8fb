/** The options that say what lines count as: objects, sites, filters. Shared by every command that reads logs. */
import { type Command, Option } from 'commander';
import { parseNetworks } from '../attribute/addresses.js';
import type { AttributionSettings } from '../attribute/attribution-settings.js';
import { CLIENT_ADDRESS_SOURCES } from '../attribute/client-address.js';
import {
  parseExtensions,
  parseHosts,
  parseMethods,
  parsePathGlob,
  parseReferrerGlob,
  parseRemoteHosts,
} from '../attribute/filter-values.js';
import type { FilterSpec } from '../attribute/filters.js';
import { DEFAULT_SITE, SITE_SOURCES, type SiteSettings } from '../attribute/site.js';
import { STATIC_EXTENSIONS } from '../attribute/static-files.js';
import { parseStatuses } from '../attribute/statuses.js';
import type { Config } from '../config/config-file.js';
import { UsageError } from '../errors.js';

type Texts = readonly string[];

export interface LineFlags {
  readonly config?: string;
  readonly byPath?: true;
  readonly site?: string;
  readonly siteFrom?: AttributionSettings['site']['from'];
  readonly clientIpFrom?: AttributionSettings['clientAddress']['from'];
  readonly trustedProxies?: Texts;
  readonly include?: Texts;
  readonly exclude?: Texts;
  readonly skipStatic?: true;
  readonly skipExtensions?: Texts;
  readonly skipReferrer?: Texts;
  readonly skipRemoteHost?: Texts;
  readonly skipBots?: true;
}

/** The filters by what `match` takes as facts of a request, under the same names. */
export interface RequestFilterFlags {
  readonly status?: Texts;
  readonly method?: Texts;
  readonly host?: Texts;
}

/** Declares all of them. */
export function addLineOptions(command: Command): Command {
  return addRequestFilterOptions(addFilterOptions(addObjectOptions(command)));
}

/** Declares the options about objects, sites and clients. */
export function addObjectOptions(command: Command): Command {
  return command
    .optionsGroup('Objects and sites:')
    .option(
      '--config <file>',
      "rules and settings (env: LOGTALLY_CONFIG; default: ./logtally.toml, else the one in the platform's config folder)",
    )
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

/** Declares the filters that every command has. Lists are separated by commas; all may be repeated. */
export function addFilterOptions(command: Command): Command {
  return command
    .optionsGroup('Filters (default: none):')
    .option('--include <glob>', 'only paths like this: /photos/**', collect('--include', parsePathGlob))
    .option('--exclude <glob>', 'no paths like this: /admin/** or *.pdf', collect('--exclude', parsePathGlob))
    .option('--skip-static', `no style sheets, scripts, fonts, images: ${STATIC_EXTENSIONS.join(' ')}`)
    .option(
      '--skip-extensions <list>',
      'no paths that end so: css,js',
      collect('--skip-extensions', parseExtensions),
    )
    .option(
      '--skip-referrer <glob>',
      'no requests from such a host, *.spam.example, or URL, https://spam.example/**',
      collect('--skip-referrer', parseReferrerGlob),
    )
    .option(
      '--skip-remote-host <list>',
      'no requests of these clients: addresses, networks, names, as in 10.0.0.0/8,*.crawler.example',
      collect('--skip-remote-host', parseRemoteHosts),
    )
    .option('--skip-bots', 'no robots, as their user agents tell');
}

function addRequestFilterOptions(command: Command): Command {
  return command
    .option('--status <list>', 'only these statuses: 200,304,2xx,300-399', collect('--status', parseStatuses))
    .option('--method <list>', 'only these methods: GET,HEAD', collect('--method', parseMethods))
    .option('--host <list>', 'only these virtual hosts: *.example.com', collect('--host', parseHosts));
}

/** Reads each text that a flag is given; its complaints begin with the flag. */
function collect(flag: string, parse: (text: string) => Texts): (text: string, before?: Texts) => Texts {
  return (text, before = []) => {
    try {
      return [...before, ...parse(text)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${flag}: ${error.message}`, { hint: error.hint });
    }
  };
}

/** Resolves what lines count as: flag before config file before default. A flag replaces the list of the file. */
export function resolveAttribution(
  flags: LineFlags & RequestFilterFlags,
  config: Config,
): AttributionSettings {
  return {
    rules: config.rules,
    byPath: flags.byPath ?? config.byPath,
    filters: resolveFilters(flags, config.filters),
    site: resolveSite(flags, config),
    clientAddress: {
      from: flags.clientIpFrom ?? config.clientIpFrom,
      trustedProxies: flags.trustedProxies ?? config.trustedProxies,
    },
  };
}

function resolveFilters(flags: LineFlags & RequestFilterFlags, filters: FilterSpec): FilterSpec {
  const skipsFiles = flags.skipStatic !== undefined || flags.skipExtensions !== undefined;
  return {
    statuses: flags.status ?? filters.statuses,
    methods: flags.method ?? filters.methods,
    include: flags.include ?? filters.include,
    exclude: flags.exclude ?? filters.exclude,
    staticExtensions: skipsFiles
      ? [...(flags.skipStatic ? STATIC_EXTENSIONS : []), ...(flags.skipExtensions ?? [])]
      : filters.staticExtensions,
    referrers: flags.skipReferrer ?? filters.referrers,
    remoteHosts: flags.skipRemoteHost ?? filters.remoteHosts,
    bots: flags.skipBots ?? filters.bots,
    hosts: flags.host ?? filters.hosts,
  };
}

/** A site that is named on the command line is meant for all lines, whatever the file says of virtual hosts. */
function resolveSite(flags: LineFlags, config: Config): SiteSettings {
  const label = flags.site ?? config.site ?? DEFAULT_SITE;
  const isFixed = flags.siteFrom === 'fixed' || (flags.site !== undefined && flags.siteFrom === undefined);
  return {
    label,
    from: isFixed ? 'fixed' : (flags.siteFrom ?? config.siteFrom),
    map: isFixed ? {} : config.sites,
  };
}
