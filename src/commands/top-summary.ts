/** `logtally top --summary`: what a summary beside the hits knows. */
import { UsageError } from '../errors.js';
import {
  formatSummaryCsv,
  formatSummaryJson,
  formatSummaryText,
  listSummaryNotes,
} from '../output/summary.js';
import { nameSummary } from '../report/summaries/named-objects.js';
import {
  createNeverKept,
  type KeptSummary,
  OBJECT_SUMMARIES,
  type SummaryQuestion,
  selectSummary,
} from '../report/summaries/summaries.js';
import type { SummaryName } from '../report/summaries/summary-shape.js';
import type { List } from './list.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import type { NameFlags } from './options.js';

interface SummaryListFlags extends NameFlags {
  readonly limit: number;
}

interface SummaryListAnswer {
  readonly summary: KeptSummary;
  readonly question: SummaryQuestion;
}

/**
 * @param contentType only the objects of this one, by its id or its name; null for all
 * @throws UsageError if the summary has no content types
 */
export function createSummaryList(
  name: SummaryName,
  contentType: string | null,
  flags: SummaryListFlags,
): List<SummaryListAnswer> {
  if (contentType !== null && !OBJECT_SUMMARIES.includes(name)) {
    throw new UsageError(`--summary ${name} is kept of sites, not of content types`, {
      hint: `of a content type there are ${OBJECT_SUMMARIES.join(', ')}`,
    });
  }
  const { site = null, limit } = flags;
  return {
    async read(context) {
      const question: SummaryQuestion = { name, site, contentType, limit, period: resolvePeriod(flags) };
      const summary = await withNames(context, flags, createNeverKept(name), async (database, names) => {
        const asked = await resolveAsked(database, names, question);
        return nameSummary(database, names, await selectSummary(database, asked ?? question));
      });
      return { summary, question };
    },
    listNotes: ({ summary, question }) => listSummaryNotes(summary, question),
    toJson: ({ summary }) => formatSummaryJson(summary),
    toCsv: ({ summary }) => formatSummaryCsv(summary),
    toText({ summary, question }, terminal, before) {
      const marked = before === null ? summary : { ...summary, before: before.summary.lists };
      return formatSummaryText(marked, question, terminal);
    },
  };
}
