/** Everything that decides what a good record counts as, compiled once for a run. */
import type { FieldKey, LineFacts } from '../parse/parse.js';
import {
  type ClientAddressSettings,
  createClientAddress,
  FORWARDED_FIELDS,
  type ReadClient,
} from './addresses.js';
import { FILTERS, type FilterName, type FilterSpec, type Lookups } from './filters.js';
import { createPathReader } from './path.js';
import { compileRules, type ObjectRule, type Rule } from './rules.js';
import { createSiteReader, isSitePerLine, type SiteSettings } from './site.js';

/** What lines are counted as, resolved from flags, config file and defaults, before anything is compiled. */
export interface AttributionSettings {
  readonly rules: readonly ObjectRule[];
  /** Whether a path that no rule matches is an object of type `path`. */
  readonly byPath: boolean;
  readonly filters: FilterSpec;
  readonly site: SiteSettings;
  readonly clientAddress: ClientAddressSettings;
}

/** A filter that is set, compiled. */
export interface Filter {
  readonly name: FilterName;
  drops(facts: LineFacts): boolean;
}

/** What decides the object of a line, its site, and whether it counts. */
export interface Attribution {
  /** Objects from URLs, for lines without ids; the first that matches decides. */
  readonly rules: readonly Rule[];
  /** The first that drops a line names it. */
  readonly filters: readonly Filter[];
  /** The site of every line, or null if each line says its own. */
  readonly fixedSite: string | null;
  /** The site of a line. */
  readonly readSite: (facts: LineFacts) => string;
  /** The client of a line. */
  readonly readClient: ReadClient;
  /** Fields of the format that the client needs beyond those of every record. */
  readonly extraFields: readonly FieldKey[];
}

/**
 * Compiles what settings ask for.
 *
 * @param maskTarget hides the secrets of a request's target
 * @throws UsageError if a glob or a template is none
 */
export function compileAttribution(
  settings: AttributionSettings,
  maskTarget: (target: string) => string,
): Attribution {
  const { rules, byPath, filters, site, clientAddress } = settings;
  const readClient = createClientAddress(clientAddress);
  return {
    rules: compileRules(rules, byPath ? maskTarget : null),
    filters: compileFilters(filters, readClient),
    readClient,
    fixedSite: isSitePerLine(site) ? null : site.label,
    readSite: createSiteReader(site),
    extraFields: clientAddress.from === 'x-forwarded-for' ? FORWARDED_FIELDS : [],
  };
}

/**
 * Compiles the filters that a spec asks for. All is decided before the first line; per line a filter only looks things up.
 *
 * @param readClient the client whose requests are dropped by the remote host
 * @throws UsageError if a glob is none
 */
export function compileFilters(spec: FilterSpec, readClient: ReadClient): readonly Filter[] {
  const lookups: Lookups = { readPath: createPathReader(), readClient };
  return FILTERS.flatMap(({ name, setting, drops, read, compile }) => {
    const value = spec[setting] ?? false;
    const listed = typeof value === 'boolean' ? [] : value;
    if (value !== true && listed.length === 0) return [];
    const isListed = compile(listed);
    const dropsListed = drops === 'listed';
    return {
      name,
      drops: (facts: LineFacts) => {
        const text = read(facts, lookups);
        return (text !== null && isListed(text)) === dropsListed;
      },
    };
  });
}
