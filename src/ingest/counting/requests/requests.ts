/** What is kept of each request beside its hit: its counts in the summaries, and a row of its own if that is asked for. */
import type { Attribution } from '../../../attribute/attribution.js';
import type { CopyPiece } from '../../../database/copy.js';
import type { WantedField } from '../../../parse/parse.js';
import { REQUESTS_SUMMARY } from '../../../summaries/count-parts.js';
import { REQUEST_TARGET } from '../../../summaries/requests.js';
import {
  createRequestCounts,
  type KeySettings,
  listKeyFields,
  type RequestCounts,
  type SharedCounts,
} from '../counts/counts.js';
import { type CountSource, LogSources } from '../counts/sources.js';
import type { Hit, Request } from '../hit.js';
import { createRequestReader, listRowFields, type RowSettings } from './request-reader.js';
import { RequestRows } from './request-rows.js';

export { beginCounts, type SharedCounts } from '../counts/counts.js';

/** The settings of the summaries beside the hits. */
export interface RequestSettings extends KeySettings, RowSettings {}

/** What was kept of a log beside its hits. */
export interface KeptRequests {
  readonly sources: readonly CountSource[];
  /** Requests in the rows of each part of a summary, by its number. */
  readonly requests: ReadonlyMap<number, number>;
  /** Requests that are rows of their own. */
  readonly requestRows: number;
}

/** Keeps the requests of one log. */
export class Requests {
  readonly #sources: LogSources;
  readonly #counts: RequestCounts | null;
  readonly #rows: RequestRows | null;

  /** @param shared what the logs of the run share */
  constructor(settings: RequestSettings, readClient: Attribution['readClient'], shared: SharedCounts) {
    const { sourceNumbers, visitorKeys } = shared;
    const sources = new LogSources(sourceNumbers);
    this.#sources = sources;
    this.#counts = createRequestCounts(settings, readClient, shared, sources);
    const hasRows = settings.summaries.includes(REQUESTS_SUMMARY);
    this.#rows = hasRows
      ? new RequestRows(createRequestReader(settings, readClient, visitorKeys), sources)
      : null;
  }

  /** @param object null if the request names none */
  add(request: Request, object: Hit | null): void {
    this.#counts?.add(request, object);
    this.#rows?.add(request, object);
  }

  /** Takes the rows that are there; each is returned once. */
  take(): readonly CopyPiece[] {
    return [...(this.#counts?.take() ?? []), ...(this.#rows?.take() ?? [])];
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    return [...(this.#counts?.finish() ?? []), ...(this.#rows?.finish() ?? [])];
  }

  /** Rows of a table that were handed on. */
  countRows(target: string): number {
    return (target === REQUEST_TARGET ? this.#rows?.rowCount : this.#counts?.countRows(target)) ?? 0;
  }

  /** What was kept. Asked when all rows were taken. */
  get kept(): KeptRequests {
    return {
      sources: this.#sources.list,
      requests: this.#counts?.requests ?? new Map(),
      requestRows: this.#rows?.rowCount ?? 0,
    };
  }
}

/** The fields of a line that the summaries need. */
export function listRequestFields(settings: RequestSettings): readonly WantedField[] {
  return [...listKeyFields(settings), ...listRowFields(settings)];
}
