/**
 * The data of the report page, which stand in the page as JSON. The program writes them and the page's script reads them, so
 * this file holds only types and imports nothing. All days are written as `2026-04-14`.
 */

/** Each bar of the charts is a day, a week from Monday, or a month. */
export type Step = 'day' | 'week' | 'month';

export interface ReportPeriod {
  readonly since: string;
  readonly until: string;
}

/** A site that cannot be compared with the period before, because that was not wholly counted. */
export interface UncountedSite {
  readonly site: string;
  /** The first day with hits of the site, from the period before on. */
  readonly countedSince: string;
  /** The days without any hit of the site right before that one; null if there are no hits before them. */
  readonly gap: ReportPeriod | null;
}

export interface ReportData {
  readonly title: string;
  /** The program's own version. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** null for every site. */
  readonly site: string | null;
  /** Objects of each type at most. */
  readonly limit: number;
  /** null if nothing was counted. */
  readonly period: ReportPeriod | null;
  /** The period that hits are compared with; null if there is none. */
  readonly previous: ReportPeriod | null;
  /** The days of risers and newcomers: the period, or its last days if no first day was given. */
  readonly recent: ReportPeriod | null;
  /** The days that risers are compared with. */
  readonly beforeRecent: ReportPeriod | null;
  /** Sites that cannot be compared; they have neither risers nor newcomers. */
  readonly uncounted: readonly UncountedSite[];
  /** The last day that is counted, if the period goes on after it; else null. */
  readonly countedUntil: string | null;
  /** The last day with hits, even if the period has none; null if nothing was counted. */
  readonly lastDay: string | null;
  readonly step: Step;
  /**
   * The first day of each step, earliest first, as far as it is counted; that of the first one may lie before the period.
   */
  readonly starts: readonly string[];
  readonly types: readonly TypeReport[];
  readonly runDays: readonly RunDay[];
}

export interface TypeReport {
  readonly site: string;
  readonly contentType: string;
  /** What people call it; null if nobody said. */
  readonly name: string | null;
  readonly hits: number;
  /** Hits in the period before; null if there is none, or it was not wholly counted. */
  readonly previousHits: number | null;
  /** How many objects had hits. */
  readonly objectCount: number;
  /** Hits of each step, as `packCounts` packs them. */
  readonly steps: readonly number[];
  /** Every object that one of the three lists names. */
  readonly objects: readonly ObjectReport[];
  /** How many of the first `objects` are those with the most hits, in this order. */
  readonly top: number;
  /** The largest gains first. */
  readonly rising: readonly Mover[];
  /** Those first seen in the recent days, the most hits first. */
  readonly fresh: readonly Mover[];
}

/** An object in the recent days. */
export type Mover = readonly [
  /** Its place in `objects`. */
  at: number,
  hits: number,
  /** In the days before. */
  previousHits: number,
];

/** An array and not an object, because a page holds thousands. */
export type ObjectReport = readonly [
  objectId: string,
  /** null if there is none. */
  label: string | null,
  /** Within its type and the period; null if it is not among the first. */
  rank: number | null,
  hits: number,
  /** null if there is no period to compare with, or it was not wholly counted. */
  previousHits: number | null,
  firstHitOn: string,
  lastHitOn: string,
  /** Hits of each step, as `packCounts` packs them. */
  steps: readonly number[],
];

/** The account of the lines that the runs of one day (UTC) read. */
export interface RunDay {
  readonly day: string;
  readonly runs: number;
  readonly lines: number;
  readonly counted: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
  /** Rejected lines by reason, most first. */
  readonly reasons: readonly (readonly [reason: string, lines: number])[];
}
