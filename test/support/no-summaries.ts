// What a log and a batch have where only hits are counted.

import { beginCounts } from '../../src/ingest/counting/counting.js';
import type { RequestSettings } from '../../src/ingest/ingest.js';

/** No summary beside the hits. */
export const NO_KEYS: RequestSettings = {
  ...{ summaries: [], ownHosts: [], networkBits: { ipv4: 24, ipv6: 48 } },
  ...{ countries: null, visitorIdField: null, titleField: null },
  ...{ clientBits: null, sessionField: null, extraFields: [], secretNames: [], own: [], ranksPeople: false },
};

/** The only log that is staged. */
export const ONLY_LOG = { shared: beginCounts(1)() };

/** A batch of which only hits are merged. */
export const NO_COUNTS = {
  ...{ summaries: [], unattributed: 0, robots: 0 },
  counts: {
    sources: [],
    requests: new Map(),
    requestRows: 0,
    months: [],
    visitorKeys: [],
    onLateRequests: () => undefined,
  },
} as const;
