/** The steps of `prune`, and the tables that they delete from. */
import { DROP_REQUESTS } from './drop-requests.js';
import { FOLD_COUNTS, FOLD_RUNS } from './fold-counts.js';
import { FOLD_HITS } from './fold-hits.js';
import { FOLD_OWN } from './fold-own.js';
import { FORGET_CLIENTS } from './forget-clients.js';
import { FORGET_VISITORS } from './forget-visitors.js';
import type { PruneStep } from './prune-step.js';

/** In their order: what is about people goes first, and what is forgotten need not be folded. */
export const STEPS: readonly PruneStep[] = [
  ...[DROP_REQUESTS, FORGET_VISITORS, FORGET_CLIENTS],
  ...[FOLD_HITS, FOLD_COUNTS, FOLD_RUNS, FOLD_OWN],
];

/** The tables that prune deletes from: only their owner may. */
export const PRUNED_TABLES: readonly string[] = [
  ...['object_hits_daily', 'site_count', 'object_count'],
  ...['request', 'own_count'],
];
