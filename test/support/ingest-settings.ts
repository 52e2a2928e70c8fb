// The settings of an ingest within the tests' own process, where its command has no flag for what is tested.

import { parseMaxRejects } from '../../src/ingest/counting/check-format.js';
import { GROUP_BOUNDS, type IngestSettings } from '../../src/ingest/ingest.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';
import { MAX_LINE_BYTES } from '../../src/source/lines.js';
import { PIPE_PATIENCE } from '../../src/source/patience.js';
import { NO_KEYS } from './no-summaries.js';
import { createPlainAttribution } from './plain-attribution.js';

/** The settings that the command has without flags, except that any number of lines may be rejects. */
export function createIngestSettings(
  paths: readonly string[],
  changes: Partial<IngestSettings> = {},
): IngestSettings {
  const site = changes.site ?? 'default';
  return {
    ...{ paths, site, allowOtherSite: false, allowNewTypes: false },
    ...{
      groupBounds: GROUP_BOUNDS,
      commitsOften: false,
      isFinished: () => false,
      contentCheck: 'heads',
      isFinal: false,
    },
    patience: PIPE_PATIENCE,
    ...{ undoDays: 30, recount: false, maxLineBytes: MAX_LINE_BYTES, rejectsPath: null, description: {} },
    retention: {},
    keys: NO_KEYS,
    choice: resolveFormatChoice('combined_ids', DEFAULT_FORMAT_OPTIONS, () => undefined),
    attribution: createPlainAttribution(site),
    maxRejects: parseMaxRejects('test')('100%'),
    ...changes,
  };
}
