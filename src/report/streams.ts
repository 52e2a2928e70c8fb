/** Reads how far each log was counted. */
import type { Database, Row } from '../database/database.js';
import { countNodes } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';

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
}

export interface StreamList {
  readonly streams: readonly LogStream[];
  /** How many more there are: finished ones without gaps. */
  readonly others: number;
  /** The workers of Citus that the tables of hits are spread over; null if all tables are in one database. */
  readonly workers: number | null;
}

/** Reads the streams and their gaps; `all` lists finished streams without gaps too. */
export async function selectStreams(database: Database, all: boolean): Promise<StreamList> {
  return database.transaction('snapshot', async () => {
    const { rows } = await database.query(sql.selectStreams, [all]);
    const gaps = toGaps((await database.query(sql.selectGaps)).rows);
    const count = getNumber((await database.query(sql.countStreams)).rows[0], 'streams');
    return {
      streams: rows.map((row) => toStream(row, gaps)),
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

function toStream(row: Row, gaps: ReadonlyMap<number, readonly Gap[]>): LogStream {
  const stream = getNumber(row, 'stream_id');
  return {
    stream,
    site: getText(row, 'site'),
    state: getText(row, 'state'),
    path: getText(row, 'last_path'),
    lastSeenAt: getText(row, 'last_seen_at'),
    countedTo: getNumber(row, 'counted_to'),
    gaps: gaps.get(stream) ?? [],
    lines: getNumber(row, 'lines'),
  };
}
