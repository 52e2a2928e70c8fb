/** Reads and unpacks the data that the program wrote into the page. */
import { fillObjectUrl } from '../output/object-url.js';
import type { Mover, ObjectReport, ReportData, RestObject, TypeReport } from '../report/report-shape.js';

/** One object with its type, as the sections show it. */
export interface PageObject {
  readonly type: PageType;
  readonly id: string;
  readonly label: string | null;
  /** Where the site shows it; null if that is not known. */
  readonly url: string | null;
  /** Null if it is not among the first of its type. */
  readonly rank: number | null;
  readonly hits: number;
  readonly previousHits: number | null;
  /** Null, as the last day and the steps are, if the page knows nothing but its hits. */
  readonly firstHitOn: string | null;
  readonly lastHitOn: string | null;
  /** Hits of each step. */
  readonly steps: readonly number[] | null;
}

/** One object in the recent days. */
export interface PageMover {
  readonly object: PageObject;
  readonly hits: number;
  readonly previousHits: number;
}

export interface PageType {
  readonly report: TypeReport;
  /** What it is called on the page, with its site if there are several. */
  readonly title: string;
  /** Hits of each step. */
  readonly steps: readonly number[];
  readonly top: readonly PageObject[];
  /** Those after the first ones, by hits. */
  readonly rest: readonly PageObject[];
  readonly rising: readonly PageMover[];
  readonly fresh: readonly PageMover[];
}

export interface PageData {
  readonly report: ReportData;
  /** The most hits first. */
  readonly types: readonly PageType[];
  /** How many of the last days were chosen; null for all. */
  readonly days: number | null;
}

/** The element that holds the data, as JSON. @throws Error if it is another page */
export function getDataElement(page: Document = document): HTMLElement {
  const element = page.getElementById('data');
  if (element === null) throw new Error('the page has no data');
  return element;
}

/** Reads what the page holds. @param days how many of the last days are wanted; all if the page does not have these */
export function readPageData(days: number | null = null): PageData {
  const whole: ReportData = JSON.parse(getDataElement().textContent ?? '');
  const chosen = whole.lastDays.find((each) => each.days === days);
  const report = { ...whole, ...chosen };
  const hasSites = new Set(whole.types.map((type) => type.site)).size > 1;
  const types = report.types
    .map((type) => toPageType(type, report.starts.length, hasSites))
    .toSorted((a, b) => b.report.hits - a.report.hits);
  return { report, types, days: chosen?.days ?? null };
}

function toPageType(report: TypeReport, length: number, hasSites: boolean): PageType {
  const name = report.name === null ? report.contentType : `${report.name} (${report.contentType})`;
  const type: { -readonly [Key in keyof PageType]: PageType[Key] } = {
    report,
    title: hasSites ? `${name}, ${report.site}` : name,
    steps: unpackCounts(report.steps, length),
    top: [],
    rest: [],
    rising: [],
    fresh: [],
  };
  const objects = report.objects.map((object) => toPageObject(object, type, length));
  const toPageMover = ([at, hits, previousHits]: Mover) => {
    const object = objects[at];
    return object === undefined ? [] : [{ object, hits, previousHits }];
  };
  type.top = objects.slice(0, report.top);
  type.rest = report.rest.map((object) => toRestObject(object, type));
  type.rising = report.rising.flatMap(toPageMover);
  type.fresh = report.fresh.flatMap(toPageMover);
  return type;
}

function toPageObject(object: ObjectReport, type: PageType, length: number): PageObject {
  const [id, label, rank, hits, previousHits, firstHitOn, lastHitOn, steps] = object;
  const counts = unpackCounts(steps, length);
  const url = findUrl(type, id);
  return { type, id, label, url, rank, hits, previousHits, firstHitOn, lastHitOn, steps: counts };
}

function toRestObject([id, label, rank, hits]: RestObject, type: PageType): PageObject {
  const nothing = { previousHits: null, firstHitOn: null, lastHitOn: null, steps: null };
  return { type, id, label, url: findUrl(type, id), rank, hits, ...nothing };
}

function findUrl({ report: { url } }: PageType, id: string): string | null {
  return url === null ? null : fillObjectUrl(url, id);
}

/** Adds numbers up. */
export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Finds the step with the most hits, the first of several; null if there are no hits. */
export function findBest(
  starts: readonly string[],
  counts: readonly number[],
): { readonly start: string; readonly hits: number } | null {
  const hits = Math.max(0, ...counts);
  const start = starts[counts.indexOf(hits)];
  return hits === 0 || start === undefined ? null : { start, hits };
}

/** Undoes `packCounts`: a negative number is as many zeros. */
export function unpackCounts(packed: readonly number[], length: number): readonly number[] {
  const counts = packed.flatMap((count) => (count < 0 ? new Array<number>(-count).fill(0) : [count]));
  return [...counts, ...new Array<number>(Math.max(0, length - counts.length)).fill(0)];
}
