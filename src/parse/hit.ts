/**
 * Reads only what counting needs from a line: which object, on which day. The hot path of an ingest;
 * it accepts and rejects exactly the lines that `record.ts` does, which a test shows.
 */
import { compileExpression, createDiagnosis } from './expression.js';
import type { LogFormat } from './formats.js';
import type { GroupName } from './layout.js';
import { parseContentType, parseObjectId } from './object-reference.js';
import type { Reject } from './reject.js';
import { createDayReader } from './timestamp.js';

/** One logged request of one object. */
export interface Hit {
  readonly contentType: string;
  readonly objectId: string;
  /** The day that the line says, `2026-04-14`. */
  readonly day: string;
}

/** @returns null where the line is a good record that names no object */
export type HitParser = (line: string) => Hit | null | Reject;

const HIT_GROUPS: ReadonlySet<GroupName> = new Set<GroupName>(['day', 'contentType', 'objectId']);
const BAD_TIME: Reject = { reject: 'bad time', field: 'time' };

/**
 * Compiles the hit parser of a format.
 *
 * @returns a function of one line, latin1, without its line end
 */
export function createHitParser(format: LogFormat): HitParser {
  const { regexp, groups } = compileExpression(format.pieces, HIT_GROUPS);
  const diagnose = createDiagnosis(format.pieces);
  const readDay = createDayReader();
  // a group that the layout does not have is read at an index that no match has
  const dayAt = groups.get('day') ?? -1;
  const contentTypeAt = groups.get('contentType') ?? -1;
  const objectIdAt = groups.get('objectId') ?? -1;
  return (line) => {
    const match = regexp.exec(line);
    if (match === null) return diagnose(line);
    const day = readDay(match[dayAt] ?? '');
    if (day === null) return BAD_TIME;
    const contentType = parseContentType(match[contentTypeAt]);
    if (contentType !== null && typeof contentType === 'object') return contentType;
    const objectId = parseObjectId(match[objectIdAt]);
    if (objectId !== null && typeof objectId === 'object') return objectId;
    return contentType === null || objectId === null ? null : { contentType, objectId, day };
  };
}
