/**
 * What is kept of each request beside its hit: its counts in the summaries, a row of its own if that is asked for, and what the
 * operator's summaries read.
 */
import type { Attribution } from '../../../attribute/attribution.js';
import { createRobotTest } from '../../../attribute/robots.js';
import type { CopyPiece } from '../../../database/copy.js';
import { NO_FACTS, type WantedField } from '../../../parse/parse.js';
import { REQUESTS_SUMMARY } from '../../../summaries/count-parts.js';
import {
  createRequestCounts,
  type FieldsWatch,
  type KeySettings,
  listKeyFields,
  type RequestCounts,
  type SharedCounts,
} from '../counts/counts.js';
import { type CountSource, LogSources } from '../counts/sources.js';
import type { Hit, Request } from '../hit.js';
import type { ScannedLine } from '../scanned-line.js';
import {
  createRequestReader,
  listRowFields,
  type RequestReader,
  type RowSettings,
} from './request-reader.js';
import { createOwnRows, createRows, RequestMonths, type RequestRows } from './request-rows.js';
import { createColumnWriters } from './scanned-columns.js';

export {
  beginCounts,
  FieldsWatch,
  findUnknownFields,
  listNamedFields,
  type NamedField,
  type SharedCounts,
} from '../counts/counts.js';

/** The settings of the summaries beside the hits. */
export interface RequestSettings extends KeySettings, RowSettings {
  /** Whether the requests of robots are no hits, so that objects are ranked by those of people. */
  readonly ranksPeople: boolean;
}

/** What was kept of a log beside its hits. */
export interface KeptRequests {
  readonly sources: readonly CountSource[];
  /** Requests in the rows of each part of a summary, by its number. */
  readonly requests: ReadonlyMap<number, number>;
  /** Requests that are rows of their own. */
  readonly requestRows: number;
  /** The first days of the months of the counts: `2026-04-01`. */
  readonly months: readonly string[];
}

/** Lists the summaries beside the hits that are kept. */
export function listKept({ summaries, own }: RequestSettings): readonly string[] {
  return [...summaries, ...own.map(({ name }) => name)];
}

/** The log whose requests are kept. */
export interface RequestLog {
  /** The stream that it is; null if it is not known yet. */
  readonly stream: number | null;
  /** What the logs of the run share. */
  readonly shared: SharedCounts;
}

/** Makes what keeps the requests of one log; null if nothing is kept. */
export function createRequests(
  settings: RequestSettings,
  attribution: Attribution,
  log: RequestLog,
): Requests | null {
  return listKept(settings).length === 0 ? null : new Requests(settings, attribution, log);
}

/** Keeps the requests of one log. */
export class Requests {
  readonly #sources: LogSources;
  readonly #counts: RequestCounts | null;
  /** Null if no request becomes a row. */
  readonly #read: RequestReader | null = null;
  readonly #rows: RequestRows | null = null;
  readonly #months = new RequestMonths();
  readonly #ownRows: RequestRows | null = null;
  readonly #site: string;
  readonly #ranksPeople: boolean;
  readonly #fieldsWatch: FieldsWatch;
  readonly #isRobot = createRobotTest();

  constructor(settings: RequestSettings, attribution: Attribution, { stream, shared }: RequestLog) {
    const { summaries, own, ranksPeople } = settings;
    const { fixedSite, readSite, readClient } = attribution;
    this.#sources = new LogSources(shared.sourceNumbers, stream);
    this.#ranksPeople = ranksPeople;
    this.#fieldsWatch = shared.fieldsWatch;
    this.#site = fixedSite ?? readSite(NO_FACTS);
    this.#counts = createRequestCounts(settings, readClient, shared, this.#sources);
    const keepsRows = summaries.includes(REQUESTS_SUMMARY);
    if (!keepsRows && own.length === 0) return;
    const writers = createColumnWriters(settings);
    this.#rows = keepsRows ? createRows(writers) : null;
    this.#ownRows = own.length === 0 ? null : createOwnRows(own, writers);
    this.#read = createRequestReader(settings, readClient, shared.visitorKeys);
  }

  /** The number under which the rows of the operator's summaries are kept. */
  get ownSource(): bigint {
    return this.#sources.find(this.#site, null);
  }

  /** Whether a request of an object is no hit of it: people rank, and a robot has asked. */
  isBesideHits({ facts }: Request): boolean {
    return this.#ranksPeople && this.#isRobot(facts.userAgent ?? '');
  }

  /** @param object null if the request names none */
  add(request: Request, object: Hit | null): void {
    this.#fieldsWatch.look(request.facts);
    this.#counts?.add(request, object);
    if (this.#read === null) return;
    const values = this.#read(request, object);
    if (this.#rows !== null) {
      this.#months.prepare(request.day, this.#rows);
      this.#rows.add(this.#sources.find(request.site, null), values);
    }
    this.#ownRows?.add(null, values);
  }

  /** Whether more is asked of a request than a scanned line tells. */
  get needsWholeLines(): boolean {
    return this.#ranksPeople;
  }

  /** The same for a line that was scanned. */
  addScanned(line: ScannedLine): void {
    this.#fieldsWatch.look(line);
    this.#counts?.addScanned(line);
    if (this.#rows !== null) {
      this.#months.prepare(line.day, this.#rows);
      this.#rows.addScanned(this.#sources.find(line.site, null), line);
    }
    this.#ownRows?.addScanned(null, line);
  }

  /** Takes the rows that are there; each is returned once. */
  take(): readonly CopyPiece[] {
    return [this.#counts, this.#rows, this.#ownRows].flatMap((each) => each?.take() ?? []);
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    return [this.#counts, this.#rows, this.#ownRows].flatMap((each) => each?.finish() ?? []);
  }

  /** Rows of a table that were handed on. */
  countRows(target: string): number {
    const rows = [this.#rows, this.#ownRows].find((each) => each?.target === target);
    return rows?.rowCount ?? this.#counts?.countRows(target) ?? 0;
  }

  /** What was kept. Asked when all rows were taken. */
  get kept(): KeptRequests {
    return {
      sources: this.#sources.list,
      requests: this.#counts?.requests ?? new Map(),
      requestRows: this.#rows?.rowCount ?? 0,
      months: this.#counts?.months ?? [],
    };
  }
}

/** The fields of a line that the summaries need. */
export function listRequestFields(settings: RequestSettings): readonly WantedField[] {
  return [...listKeyFields(settings), ...listRowFields(settings)];
}
