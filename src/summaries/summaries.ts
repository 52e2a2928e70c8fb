/** The list of all summaries: each thing that is kept of the lines stands here once. */
import { OBJECT_HITS } from './object-hits.js';
import type { Summary } from './summary.js';

export const SUMMARIES: readonly Summary[] = [OBJECT_HITS];
