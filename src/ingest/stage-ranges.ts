/** From the bytes of an input's ranges to rows in the staging table: the pipeline of one COPY. */
import { pipeline } from 'node:stream/promises';
import { type Database, toDatabaseError } from '../database/database.js';
import { sql } from '../database/sql.js';
import { DatabaseError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import { toInputError } from '../source/open.js';
import type { Content } from './content.js';
import { ContentTypes } from './content-types.js';
import type { FormatChoice } from './format-choice.js';
import type { Identity } from './identify.js';
import type { InputContext } from './input-context.js';
import type { RangePiece, RangeReader } from './ranges.js';
import { createStage, STAGING_TARGET } from './stage.js';

/** One log on its way to be counted. */
export interface CountContext {
  readonly content: Content;
  readonly identity: Identity;
  readonly reader: RangeReader;
  /** The first bytes of the log. */
  readonly head: Buffer;
  readonly context: InputContext;
  readonly hasMore: boolean;
  /** Whether all of it is counted again, and what is known of it taken back. */
  readonly isRecount: boolean;
}

/** Whether the log is an archive that was read to its end: it will not grow. Asked when the input has ended. */
export function isWholeArchive({ content, hasMore }: CountContext): boolean {
  return content.source.isArchive && content.source.getEnd().kind === 'complete' && !hasMore;
}

/** Whether a last line without its end is a line. Asked when the input has ended. */
export function countsUnfinishedLine(count: CountContext): boolean {
  return !count.reader.isSilent && (count.context.isFinal || isWholeArchive(count));
}

export interface StagedRanges {
  readonly contentTypes: ContentTypes;
  /** The format that the lines were read as. */
  readonly formatName: string;
}

/** Copies the hits of the ranges into the staging table. */
export async function stageRanges(database: Database, count: CountContext): Promise<StagedRanges> {
  const { content, reader, head, context } = count;
  const { progress, signal } = context;
  const contentTypes = new ContentTypes();
  await database.execute(sql.createStaging);
  const linesBefore =
    (reader.ranges[0]?.start ?? 0) > 0 ? head.toString('latin1').split('\n').slice(0, -1) : [];
  let formatName = context.choice.name;
  const choose: FormatChoice['choose'] = (sample, source) => {
    const format = context.choice.choose(sample, source);
    formatName = format.name;
    return format;
  };
  const stage = createStage({
    ...context,
    path: content.path,
    choice: { ...context.choice, choose },
    contentTypes,
    linesBefore,
    countsUnfinishedLine: () => countsUnfinishedLine(count),
  });
  const before = { ...progress };
  const watch = () => {
    progress.packedBytes = before.packedBytes + content.source.readPackedBytes();
    progress.lines = before.lines + reader.countLines();
  };
  const copy = await database.openCopy(STAGING_TARGET);
  try {
    const pieces = watchPieces(database, reader, watch);
    await pipeline(pieces, stage.toRows, copy.writable, { signal });
  } catch (error) {
    throw toInputError(content.path, toDatabaseError(database.name, error));
  }
  const sent = stage.countRows();
  if (copy.getRowCount() !== sent) {
    throw new DatabaseError(
      `${sent} rows were sent to ${database.name}, which took ${copy.getRowCount()}; nothing was stored`,
    );
  }
  return { contentTypes, formatName };
}

async function* watchPieces(
  database: Database,
  reader: RangeReader,
  watch: () => void,
): AsyncGenerator<RangePiece> {
  for await (const piece of reader.read()) {
    await reachFaultPoint('copying', database);
    yield piece;
    watch();
  }
}
