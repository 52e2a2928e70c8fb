/** What lines are counted as, resolved from flags, config file and defaults, before anything is compiled. */
import type { ClientAddressSettings } from './client-address.js';
import type { FilterSpec } from './filters.js';
import type { ObjectRule } from './rules.js';
import type { SiteSettings } from './site.js';

export interface AttributionSettings {
  readonly rules: readonly ObjectRule[];
  /** Whether a path that no rule matches is an object of type `path`. */
  readonly byPath: boolean;
  readonly filters: FilterSpec;
  readonly site: SiteSettings;
  readonly clientAddress: ClientAddressSettings;
}
