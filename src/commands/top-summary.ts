/** `logtally top --summary`: what a summary beside the hits knows. */
import { UsageError } from '../errors.js';
import {
  formatSummaryCsv,
  formatSummaryJson,
  formatSummaryText,
  listSummaryNotes,
} from '../output/summary.js';
import { describeTerminal } from '../output/terminal.js';
import { nameSummary } from '../report/summaries/named-objects.js';
import {
  createNeverKept,
  OBJECT_SUMMARIES,
  type SummaryQuestion,
  selectSummary,
} from '../report/summaries/summaries.js';
import type { SummaryName } from '../report/summaries/summary-shape.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import type { NameFlags } from './options.js';

export interface SummaryListFlags extends NameFlags {
  readonly limit: number;
}

/** @param contentType only the objects of this one, by its id or its name; null for all */
export async function runSummary(
  context: CommandContext,
  name: SummaryName,
  contentType: string | null,
  flags: SummaryListFlags,
): Promise<void> {
  if (contentType !== null && !OBJECT_SUMMARIES.includes(name)) {
    throw new UsageError(`--summary ${name} is kept of sites, not of content types`, {
      hint: `of a content type there are ${OBJECT_SUMMARIES.join(', ')}`,
    });
  }
  const { site = null, limit } = flags;
  const question: SummaryQuestion = { name, site, contentType, limit, period: resolvePeriod(flags) };
  const never = createNeverKept(name);
  const answer = await withNames(context, flags, never, async (database, names) => {
    const asked = await resolveAsked(database, names, question);
    return nameSummary(database, names, await selectSummary(database, asked ?? question));
  });
  if (flags.json || flags.csv) {
    for (const note of listSummaryNotes(answer, question)) context.stderr.write(`logtally: ${note}\n`);
  }
  if (flags.json) return writeOut(context, formatSummaryJson(answer));
  if (flags.csv) return writeOut(context, formatSummaryCsv(answer));
  await writeOut(context, formatSummaryText(answer, question, describeTerminal(context)));
}
