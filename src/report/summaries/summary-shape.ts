/**
 * The answers of the summaries beside the hits: lists of keys and numbers. The program makes them and the script of the report page reads
 * them, so this file holds only types and imports nothing. A day is written as `2026-04-14`.
 */

/** As `--summary` takes it. */
export type SummaryName =
  | 'statuses'
  | 'referrers'
  | 'search_terms'
  | 'agents'
  | 'visitors'
  | 'clients'
  | 'hours'
  | 'bytes';

export type ListName =
  | 'status'
  | 'failed_path'
  | 'host'
  | 'page'
  | 'search_term'
  | 'audience'
  | 'browser'
  | 'system'
  | 'device'
  | 'robot'
  | 'day'
  | 'object'
  | 'network'
  | 'country'
  | 'hour'
  | 'weekday'
  | 'weekday_hour';

/** What a row is of. Statuses, hours and weekdays are numbers (1 is Monday), all others texts. */
export type KeyName =
  | 'method'
  | 'status'
  | 'path'
  | 'origin'
  | 'host'
  | 'page'
  | 'engine'
  | 'terms'
  | 'audience'
  | 'browser'
  | 'system'
  | 'device'
  | 'robot'
  | 'day'
  | 'site'
  | 'contentType'
  | 'objectId'
  | 'name'
  | 'label'
  | 'network'
  | 'country'
  | 'hour'
  | 'weekday';

/** `days` is how many of its days a weekday has; `visitorDays` counts a visitor of two days twice. */
export type ValueName = 'requests' | 'bytes' | 'visitors' | 'visitorDays' | 'lateRequests' | 'days';

export interface SummaryList {
  readonly name: ListName;
  readonly keys: readonly KeyName[];
  /** The first one is what the list is about, and what shares are of. */
  readonly values: readonly ValueName[];
  /** The keys and then the values of each, null if the log does not tell; an array and not an object, because a page holds thousands. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** The first value of all rows, also of those that are left out. */
  readonly total: number;
  /** How many rows there are, those that are left out included. */
  readonly count: number;
  /** Keys that are the same in all rows, also in those that are left out; of lists of objects. */
  readonly alike?: readonly KeyName[];
}

export interface SummaryAnswer {
  readonly name: SummaryName;
  /** The first and the last day within the period that it has anything of; null if there is none. */
  readonly days: { readonly since: string; readonly until: string } | null;
  readonly lists: readonly SummaryList[];
  /** Folded months of which the period has only some days, if there is something of them: `2023-04`. */
  readonly foldedMonths: readonly string[];
}

/** Since when a summary is kept. */
export interface Kept {
  /** The day of the first run that kept it (UTC). */
  readonly since: string;
  /** Requests that were counted, of all sites and days. */
  readonly requests: number;
  /** How many of these it lacks, because runs did not keep it. */
  readonly without: number;
}

/** A summary on the report page. */
export interface SummaryReport extends SummaryAnswer {
  readonly kept: Kept;
  /** What is drawn by step; none of most summaries. */
  readonly series: readonly SummarySeries[];
  /** How many steps have hits, but nothing of what is drawn. */
  readonly lackingSteps: number;
}

export interface SummarySeries {
  /** `4xx`, `visitors` */
  readonly title: string;
  /** Of each step of the report, as `packCounts` packs them. */
  readonly counts: readonly number[];
}
