/** From the bytes of an input's ranges to rows in the staging table: the pipeline of one COPY. */
import { pipeline } from 'node:stream/promises';
import { type Database, toDatabaseError } from '../database/database.js';
import { DatabaseError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import { skipNulBytes } from '../source/lines.js';
import { OBJECT_HITS } from '../summaries/object-hits.js';
import type { BeginningWatch } from './beginning-watch.js';
import type { Content } from './content.js';
import { ContentTypes } from './content-types.js';
import type { FormatChoice } from './format-choice.js';
import type { Identity } from './identify.js';
import type { InputContext } from './input-context.js';
import { createStaging } from './merge.js';
import type { PipedLines } from './piped-lines.js';
import type { RangePiece, RangeReader } from './ranges.js';
import { createStage } from './stage.js';

/** One log on its way to be counted. */
export interface CountContext {
  readonly content: Content;
  readonly identity: Identity;
  readonly reader: RangeReader;
  /** Where the log begins in its input, in decompressed bytes. */
  readonly logStart: number;
  /** The first bytes of the log. */
  readonly head: Buffer;
  readonly context: InputContext;
  /** Whether a known log seems to begin behind what is known of this one. */
  readonly hasMore: boolean;
  readonly watch: BeginningWatch;
  /** Whether all of it is counted again, and what is known of it taken back. */
  readonly isRecount: boolean;
  /** Null where no pipe is read. */
  readonly piped: PipedLines | null;
}

/** Whether another log seems to follow in the same input. Asked when the ranges have been read. */
export function isFollowed({ hasMore, reader }: CountContext): boolean {
  return hasMore || reader.isFollowed;
}

/** Whether the log is an archive that was read to its end: it will not grow. Asked when the input has ended. */
export function isWholeArchive(count: CountContext): boolean {
  const { source } = count.content;
  return source.isArchive && source.getEnd().kind === 'complete' && !isFollowed(count);
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
  await createStaging(database);
  const linesBefore = (reader.ranges[0]?.start ?? 0) > 0 ? listLines(head) : [];
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
  const copy = await database.openCopy(OBJECT_HITS.target);
  try {
    const pieces = watchPieces(database, count, watch);
    await pipeline(pieces, stage.toRows, copy.writable, { signal });
  } catch (error) {
    // an error of the input is one of ours already, and stays what it is
    throw toDatabaseError(database.name, error);
  }
  const sent = stage.countRows();
  if (copy.getRowCount() !== sent) {
    throw new DatabaseError(
      `${sent} rows were sent to ${database.name}, which took ${copy.getRowCount()}; nothing was stored`,
    );
  }
  return { contentTypes, formatName };
}

/** The whole lines of a log's first bytes, without NULs before the first. */
function listLines(head: Buffer): readonly string[] {
  return head
    .toString('latin1', skipNulBytes(head, 0, head.length))
    .split('\n')
    .slice(0, -1);
}

async function* watchPieces(
  database: Database,
  count: CountContext,
  watch: () => void,
): AsyncGenerator<RangePiece> {
  let range: RangePiece['range'] | null = null;
  for await (const piece of count.reader.read()) {
    await reachFaultPoint('copying', database);
    if (piece.range !== range) count.piped?.skip();
    range = piece.range;
    count.piped?.update(piece.bytes);
    yield piece;
    watch();
  }
  if (countsUnfinishedLine(count)) count.piped?.finish();
}
