// The parts of the benchmark, in the order in which they run. To add one: a file that measures, judges and formats, and a row here.
// The row's name is the flag that selects the part.

import { measureAnswers } from './answers.js';
import { formatArchives, measureArchives } from './archives.js';
import { compare } from './compare.js';
import { measureGrowth } from './growth.js';
import { formatHosts, measureHosts } from './hosts.js';
import { formatKnown, measureKnown } from './known.js';
import { measureMemory } from './memory.js';
import { formatPaint, measurePaint } from './paint.js';
import { toPart, toUsualPart } from './part.js';
import { formatPeriods, measurePeriods } from './period-answers.js';
import { formatAnswers, formatComparison, formatGrowth, formatMemory } from './sections.js';
import { formatStoring, measureStoring } from './storing.js';
import { formatSummaries, measureSummaries } from './summaries.js';

export const PARTS = {
  contenders: toUsualPart(
    'other ways to do the same work, side by side',
    ({ server, folder, options }) => compare(server, folder, options),
    formatComparison,
  ),
  storing: toUsualPart(
    'logs of 1 and 5 million lines beside DuckDB, which stores the same two tables',
    measureStoring,
    formatStoring,
  ),
  archives: toUsualPart(
    '100 archives of 10,000 lines beside the same in one file, and 1,000 known ones',
    measureArchives,
    formatArchives,
  ),
  summaries: toPart(
    'a log with each summary beside the hits, with all and with none',
    measureSummaries,
    formatSummaries,
  ),
  hosts: toPart('20 processes at once, 50,000 lines each', measureHosts, formatHosts),
  growth: toPart(
    'batches into tables of more and more objects, and reading from them',
    ({ server, folder, options }) => measureGrowth(server, folder, options),
    formatGrowth,
  ),
  memory: toPart(
    'memory over longer and longer logs',
    ({ server, folder, options }) => measureMemory(server, folder, options),
    formatMemory,
  ),
  answers: toPart(
    'top, show and report about a month of 2,000,000 hits',
    ({ server, options }) => measureAnswers(server, options),
    formatAnswers,
  ),
  periods: toPart(
    'top and report about parts of many years, with and without closed months',
    measurePeriods,
    formatPeriods,
  ),
  paint: toPart('how soon the report page of a month shows something', measurePaint, formatPaint),
  known: toPart('a known log that grew, and known archives again', measureKnown, formatKnown),
};

/** What the parts that ran have found, by their names. */
export type Found = {
  readonly [Name in keyof typeof PARTS]?: Awaited<ReturnType<(typeof PARTS)[Name]['measure']>>;
};
