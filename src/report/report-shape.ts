/**
 * The data of the report page, which hold them as JSON. The program writes them and the page's script reads them, so this file
 * holds only types. A day is written as `2026-04-14`.
 */
import type { SummaryReport } from './summaries/summary-shape.js';

/** What each bar of a chart stands for; weeks begin on Monday. */
export type Step = 'day' | 'week' | 'month';

/** The first and the last day, both included. */
export interface BoundedPeriod {
  readonly since: string;
  readonly until: string;
}

/** A site that cannot be compared with the period before, because that was not wholly counted. */
export interface UncountedSite {
  readonly site: string;
  /** The first day with hits of the site, from the period before on. */
  readonly countedSince: string;
  /** The days without any hit of the site right before that one; null if there are no hits before them. */
  readonly gap: BoundedPeriod | null;
}

/** What a page knows that is written anew while hits come in. */
export interface Watched {
  /** Between two looks at the database. */
  readonly seconds: number;
}

/** What the page shows of a period. */
export interface PeriodReport {
  /** Null if nothing was counted. */
  readonly period: BoundedPeriod | null;
  /** The period that hits are compared with; null if there is none. */
  readonly previous: BoundedPeriod | null;
  /** The days of risers and newcomers: the period, or its last days if no first day was given. */
  readonly recent: BoundedPeriod | null;
  /** The days that risers are compared with. */
  readonly beforeRecent: BoundedPeriod | null;
  /** Sites that cannot be compared; they have neither risers nor newcomers. */
  readonly uncounted: readonly UncountedSite[];
  /** Folded months of which the periods have only some days: `2023-04`. */
  readonly foldedMonths: readonly string[];
  /** The last day that is counted, if the period goes on after it; else null. */
  readonly countedUntil: string | null;
  readonly step: Step;
  /** The first day of each step that is counted, earliest first; that of the first step may lie before the period. */
  readonly starts: readonly string[];
  /** Hits of all types in each step of the period before, as `packCounts` packs them; null if it is not compared as a whole. */
  readonly stepsBefore: readonly number[] | null;
  /** By site and name. */
  readonly types: readonly TypeReport[];
  /** The summaries that have something of the period. */
  readonly summaries: readonly SummaryReport[];
}

/** The last days of a longer period, for those who choose them on the page. */
export interface LastDays extends PeriodReport {
  readonly days: number;
}

export interface ReportData extends PeriodReport {
  readonly title: string;
  /** The program's own version. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** When lines were last counted, of any site: ISO 8601, UTC; null if none were. */
  readonly countedAt: string | null;
  /** Null if the page is written once. */
  readonly watch: Watched | null;
  /** Null for every site. */
  readonly site: string | null;
  /** Hits of robots that are in no total, of all sites and days: runs can rank objects by people. */
  readonly robots: number;
  /** The last day with hits, even if the period has none; null if nothing was counted. */
  readonly lastDay: string | null;
  /** The last day with hits, if it was not over when lines were last counted; else null. */
  readonly unfinishedDay: string | null;
  /** The shortest first. */
  readonly lastDays: readonly LastDays[];
  /** Null if the page leaves the account out. */
  readonly runDays: readonly RunDay[] | null;
}

export interface TypeReport {
  readonly site: string;
  readonly contentType: string;
  /** What people call it; null if nobody said. */
  readonly name: string | null;
  /** Where the site shows its objects, `https://www.example.com/photos/{id}/`; null if nobody said. */
  readonly url: string | null;
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
  /** The objects that come after the first ones, by hits: they are found by search. */
  readonly rest: readonly RestObject[];
}

/** An object of which the page knows no days. */
export type RestObject = readonly [
  objectId: string,
  /** Null if there is none. */
  label: string | null,
  rank: number,
  hits: number,
];

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
  /** Null if there is none. */
  label: string | null,
  /** Within its type and the period; null if it is not among the first, and risers and newcomers are of the last days. */
  rank: number | null,
  hits: number,
  /** Null if there is no period to compare with, or it was not wholly counted. */
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
