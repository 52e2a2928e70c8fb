/** Reads how far each log was counted, and how much of it waits. */
import type { Database, Row } from '../database/database.js';
import { countNodes } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { getNumber, getText, getTextOrNull } from '../database/values.js';
import { type KnownLog, type Lag, type Lags, type LagUnknown, type NewLog, readLags } from './lag.js';

export type { NewLog } from './lag.js';

/** Bytes of a stream that are not counted although later ones are. */
export interface Gap {
  readonly startByte: number;
  /** The byte after the last. */
  readonly endByte: number;
}

/** One log through its whole life. */
export interface LogStream {
  readonly stream: number;
  readonly site: string;
  /** `open`, `final` or `damaged`. */
  readonly state: string;
  /** Where it was last seen, and when: ISO 8601, UTC. */
  readonly path: string;
  readonly lastSeenAt: string;
  /** Decompressed bytes from its beginning to the end of the last that was counted. */
  readonly countedTo: number;
  readonly gaps: readonly Gap[];
  readonly lines: number;
  /** What of it waits to be counted; null if nobody can tell. */
  readonly lagBytes: number | null;
  readonly lagSeconds: number | null;
  /** Why nobody can tell; null if it is known. */
  readonly lagUnknown: LagUnknown | null;
  /** Whether this host has seen it within the week before it last saw any log. */
  readonly watched: boolean;
}

export interface StreamList {
  readonly streams: readonly LogStream[];
  /** Files of this host at known paths that are no known logs: a log has been rotated, and nobody has counted the next one. */
  readonly newLogs: readonly NewLog[];
  /** How many more there are: finished ones without gaps. */
  readonly others: number;
  /** The workers of Citus that the tables of hits are spread over; null if all tables are in one database. */
  readonly workers: number | null;
}

/** The answer of a database without logs. */
export const NO_STREAMS: StreamList = { streams: [], newLogs: [], others: 0, workers: null };

/** Reads the streams and their gaps, and looks at the files of this host; `all` lists finished streams without gaps too. */
export async function selectStreams(database: Database, all: boolean): Promise<StreamList> {
  return database.transaction('snapshot', async () => {
    const { rows } = await database.query(sql.selectStreams, [all]);
    const gaps = toGaps((await database.query(sql.selectGaps)).rows);
    const logs = rows.map(toKnownLog);
    const lags = await readLags(database, logs, Date.now());
    const count = getNumber((await database.query(sql.countStreams)).rows[0], 'streams');
    return {
      streams: rows.map((row) => toStream(row, gaps, lags)),
      newLogs: lags.newLogs,
      others: count - rows.length,
      workers: await countNodes(database),
    };
  });
}

/** Collects the gaps of each stream. */
function toGaps(rows: readonly Row[]): ReadonlyMap<number, readonly Gap[]> {
  const gaps = new Map<number, readonly Gap[]>();
  for (const row of rows) {
    const stream = getNumber(row, 'stream_id');
    const gap = { startByte: getNumber(row, 'start_byte'), endByte: getNumber(row, 'end_byte') };
    gaps.set(stream, [...(gaps.get(stream) ?? []), gap]);
  }
  return gaps;
}

function toKnownLog(row: Row): KnownLog {
  return {
    stream: getNumber(row, 'stream_id'),
    state: getText(row, 'state'),
    path: getText(row, 'last_path'),
    lastSeenAt: getText(row, 'last_seen_at'),
    countedTo: getNumber(row, 'counted_to'),
    countedBytes: getNumber(row, 'counted_bytes'),
    host: getTextOrNull(row, 'host'),
  };
}

function toStream(row: Row, gaps: ReadonlyMap<number, readonly Gap[]>, lags: Lags): LogStream {
  const { stream, state, path, lastSeenAt, countedTo } = toKnownLog(row);
  const lag: Lag | null = lags.known.get(stream) ?? null;
  return {
    stream,
    site: getText(row, 'site'),
    state,
    path,
    lastSeenAt,
    countedTo,
    gaps: gaps.get(stream) ?? [],
    lines: getNumber(row, 'lines'),
    lagBytes: lag?.lagBytes ?? null,
    lagSeconds: lag?.lagSeconds ?? null,
    lagUnknown: lags.unknown.get(stream) ?? null,
    watched: lags.watched.has(stream),
  };
}
