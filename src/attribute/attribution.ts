/** Everything that decides what a good record counts as, compiled once for a run. */
import type { FieldKey, LineFacts } from '../parse/parse.js';
import type { AttributionSettings } from './attribution-settings.js';
import { createClientAddress, FORWARDED_FIELDS } from './client-address.js';
import { compileFilters, type Filter } from './filters.js';
import { compileRules, type Rule } from './rules.js';
import { createSiteReader, isSitePerLine } from './site.js';

export interface Attribution {
  /** Objects from URLs, for lines without ids; the first that matches decides. */
  readonly rules: readonly Rule[];
  /** The first that drops a line names it. */
  readonly filters: readonly Filter[];
  /** The site of every line, or null where each line says its own. */
  readonly fixedSite: string | null;
  /** The site of a line. */
  readonly readSite: (facts: LineFacts) => string;
  /** Fields of the format that the filters need beyond those of every record. */
  readonly extraFields: readonly FieldKey[];
}

/**
 * Compiles what settings ask for.
 *
 * @throws UsageError where a glob or a template is none
 */
export function compileAttribution(settings: AttributionSettings): Attribution {
  const { rules, byPath, filters, site, clientAddress } = settings;
  return {
    rules: compileRules(rules, { byPath }),
    filters: compileFilters(filters, createClientAddress(clientAddress)),
    fixedSite: isSitePerLine(site) ? null : site.label,
    readSite: createSiteReader(site),
    extraFields: clientAddress.from === 'x-forwarded-for' ? FORWARDED_FIELDS : [],
  };
}

/** Counts every line with ids for one site. */
export function createPlainAttribution(site: string): Attribution {
  return { rules: [], filters: [], fixedSite: site, readSite: () => site, extraFields: [] };
}
