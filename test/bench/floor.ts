// The floor: finished rows go into the same tables by the same SQL, with nobody who reads a log. What ingest takes more
// than this is the price of reading, recognizing and recording the log.

import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type CopyPiece, copyRows } from '../../src/database/copy.js';
import type { Database } from '../../src/database/database.js';
import { lockMerges } from '../../src/database/merge-lock.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { Account } from '../../src/ingest/counting/account.js';
import type { ContentTypes } from '../../src/ingest/counting/content-types.js';
import { CacheMemory } from '../../src/ingest/counting/hits/cells.js';
import { Stage } from '../../src/ingest/counting/stage.js';
import type { RangePiece, ReadRange } from '../../src/ingest/identity/ranges.js';
import { beginRun } from '../../src/ingest/storing/record.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { DEFAULT_FORMAT_NAME, DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';
import { HIT_TARGET } from '../../src/summaries/object-hits.js';
import { createStaging, mergeBatch } from '../../src/summaries/summaries.js';
import { NO_COUNTS, NO_KEYS, ONLY_LOG } from '../support/no-summaries.js';
import { createPlainAttribution } from '../support/plain-attribution.js';

const MAX_LINE_BYTES = 65_536;
const READ_BYTES = 131_072;
const LOCK_WAIT_SECONDS = 600;

/** What ingest makes of a log before the database gets it. */
export interface FinishedRows {
  /** A file of rows as COPY takes them. */
  readonly path: string;
  readonly rows: number;
  readonly contentTypes: ContentTypes;
  /** Lines that were counted. */
  readonly counted: number;
}

/** Makes the rows of a log by the stage that ingest has; not measured. */
export async function writeFinishedRows(logPath: string, path: string): Promise<FinishedRows> {
  const choice = resolveFormatChoice(DEFAULT_FORMAT_NAME, DEFAULT_FORMAT_OPTIONS, () => undefined);
  const stage = new Stage({
    settings: {
      choice,
      attribution: createPlainAttribution('default'),
      maxLineBytes: MAX_LINE_BYTES,
      keys: NO_KEYS,
    },
    onReject: () => undefined,
    countsUnfinishedLine: () => true,
    ...ONLY_LOG,
    stream: null,
    firstTypeKey: 0,
    holdsSmall: false,
    keepsHits: true,
    memory: new CacheMemory(),
    ...{ path: logPath, linesBefore: [], rejects: null },
  });
  await pipeline(toPieces(logPath), (pieces) => toText(stage.toRows(pieces)), createWriteStream(path));
  const { counted } = Account.sum(stage.ranges.map(({ account }) => account));
  return { path, rows: stage.countRows(HIT_TARGET), contentTypes: stage.contentTypes, counted };
}

async function* toText(pieces: AsyncIterable<CopyPiece>): AsyncGenerator<Buffer> {
  for await (const { text } of pieces) yield text;
}

async function* toPieces(logPath: string): AsyncGenerator<RangePiece> {
  const range: ReadRange = {
    ...{ start: 0, end: Number.POSITIVE_INFINITY, linesBefore: 0 },
    ...{ startsInsideLine: false, fieldsBefore: null },
  };
  for await (const bytes of createReadStream(logPath, { highWaterMark: 1_048_576 })) yield { range, bytes };
}

/** Makes the tables and the run that the rows are counted for. */
export async function prepareFloor(databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, async (database) => {
    await beginRun(database, { version: 'bench', description: {}, takesBack: false });
  });
}

/** Connects, copies the rows and merges them, in one transaction. */
export async function runFloor(databaseUrl: string, finished: FinishedRows): Promise<void> {
  await withDatabase(databaseUrl, (database) =>
    database.transaction('writing', async () => {
      await createStaging(database);
      const text = createReadStream(finished.path, { highWaterMark: READ_BYTES });
      await copyRows(database, { target: HIT_TARGET, text, countSent: () => finished.rows });
      await lockMerges(database);
      const { contentTypes, counted } = finished;
      const signal = new AbortController().signal;
      const types = { ...contentTypes, streams: contentTypes.names.map(() => 1) };
      const batch = {
        run: 1,
        streams: [1],
        ...NO_COUNTS,
        contentTypes: types,
        logsMeet: false,
        months: [],
        counted,
        allowNewTypes: false,
        signal,
      };
      await mergeBatch(database, batch);
    }),
  );
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await connectPostgres(url, LOCK_WAIT_SECONDS);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
