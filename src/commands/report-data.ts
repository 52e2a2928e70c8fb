/** What `logtally report` shows, with the names that people use. */
import { DEFAULT_SITE } from '../attribute/site.js';
import { listFoldedNotes } from '../output/names.js';
import { formatNumberOf, toVisibleText } from '../output/text.js';
import { nameReport } from '../report/labels.js';
import { boundPage } from '../report/page-size.js';
import { createEmptyReport, type ReportQuestion, selectReport } from '../report/report-data.js';
import type { ReportData } from '../report/report-shape.js';
import { nameSummaries } from '../report/summaries/named-objects.js';
import { SUMMARY_NAMES } from '../report/summaries/summaries.js';
import type { CommandContext } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import type { NameFlags } from './options.js';

export interface ReportDataFlags extends NameFlags {
  readonly limit: number;
  readonly title?: string;
  readonly watch?: number;
  readonly without?: readonly (typeof LEFT_OUT_PARTS)[number][];
}

/** Parts of the page that may be left out. */
export const LEFT_OUT_PARTS = ['account', ...SUMMARY_NAMES] as const;

/** Sites that the title names; it says of more how many they are. */
const MAX_NAMED_SITES = 3;

/** Reads it, and tells what a reader of the page must know. */
export async function readReport(context: CommandContext, flags: ReportDataFlags): Promise<ReportData> {
  const site = flags.site ?? null;
  const question: ReportQuestion = {
    title: flags.title ?? toTitle(site === null ? [] : [site]),
    version: context.version,
    createdAt: new Date().toISOString(),
    watchSeconds: flags.watch ?? null,
    site,
    period: resolvePeriod(flags),
    limit: flags.limit,
    leftOut: new Set(flags.without),
  };
  const data = await withNames(context, flags, createEmptyReport(question), async (database, names) => {
    await resolveAsked(database, names, { site, contentType: null });
    const report = await nameReport(database, names, await selectReport(database, question));
    const lastDays = [];
    for (const days of report.lastDays)
      lastDays.push({ ...days, summaries: await nameSummaries(database, names, days.summaries) });
    const summaries = await nameSummaries(database, names, report.summaries);
    const title = flags.title ?? toTitle(report.types.map((type) => type.site));
    return boundPage({ ...report, title, summaries, lastDays });
  });
  for (const note of listFoldedNotes(data.foldedMonths)) context.stderr.write(`logtally: ${note}\n`);
  return data;
}

/** `Hits of www.example.com`; a site that nobody named is not named. */
function toTitle(sites: readonly string[]): string {
  const named = [...new Set(sites)];
  if (named.length === 0 || named.join() === DEFAULT_SITE) return 'Hits';
  if (named.length > MAX_NAMED_SITES) return `Hits of ${formatNumberOf(named.length, 'site')}`;
  const [last = '', ...others] = named.map(toVisibleText).toReversed();
  return `Hits of ${others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`}`;
}
