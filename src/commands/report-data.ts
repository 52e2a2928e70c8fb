/** What `logtally report` shows, with the names that people use. */
import { listFoldedNotes } from '../output/names.js';
import { toVisibleText } from '../output/text.js';
import { nameReport } from '../report/labels.js';
import { createEmptyReport, type ReportQuestion, selectReport } from '../report/report-data.js';
import type { ReportData } from '../report/report-shape.js';
import { nameSummaries } from '../report/summaries/named-objects.js';
import type { CommandContext } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import type { NameFlags } from './options.js';

export interface ReportDataFlags extends NameFlags {
  readonly limit: number;
  readonly title?: string;
  readonly watch?: number;
}

/** Reads it, and tells what a reader of the page must know. */
export async function readReport(context: CommandContext, flags: ReportDataFlags): Promise<ReportData> {
  const site = flags.site ?? null;
  const question: ReportQuestion = {
    title: flags.title ?? (site === null ? 'Hits' : `Hits of ${toVisibleText(site)}`),
    version: context.version,
    createdAt: new Date().toISOString(),
    watchSeconds: flags.watch ?? null,
    site,
    period: resolvePeriod(flags),
    limit: flags.limit,
  };
  const data = await withNames(context, flags, createEmptyReport(question), async (database, names) => {
    await resolveAsked(database, names, { site, contentType: null });
    const report = await nameReport(database, names, await selectReport(database, question));
    return { ...report, summaries: await nameSummaries(database, names, report.summaries) };
  });
  for (const note of listFoldedNotes(data.foldedMonths)) context.stderr.write(`logtally: ${note}\n`);
  return data;
}
