import type { Attribution } from '../../src/attribute/attribution.js';

/** Counts every line with ids for one site. */
export function createPlainAttribution(site: string): Attribution {
  return {
    rules: [],
    filters: [],
    fixedSite: site,
    readSite: () => site,
    readClient: (facts) => facts.remoteHost,
    extraFields: [],
  };
}
