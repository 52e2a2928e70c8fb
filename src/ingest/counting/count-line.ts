/** Reads each line that is not scanned, and enters it into the account of its range. */
import type { Attribution } from '../../attribute/attribution.js';
import {
  type FormatChoice,
  findIgnored,
  isRejected,
  type LineReader,
  type LogFormat,
  type Reject,
  TOO_LONG,
} from '../../parse/parse.js';
import { type LineHandler, type LinePosition, trimLineEnd } from '../../source/source.js';
import type { ReadRange } from '../identity/identity.js';
import type { Account } from './account.js';
import type { ContentTypes } from './content-types.js';
import type { SharedCounts } from './counts/counts.js';
import { createHitParser } from './hit.js';
import type { CacheMemory } from './hits/cells.js';
import type { HitCounter } from './hits/hit-counter.js';
import type { RejectsFile } from './rejects-file.js';
import { listRequestFields, type RequestSettings, type Requests } from './requests/requests.js';

/** How lines are read, and what they count as. */
export interface LineSettings {
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  readonly maxLineBytes: number;
  /** The summaries beside the hits, and what they keep. */
  readonly keys: RequestSettings;
}

/** The log that lines are of. */
export interface LogToStage {
  /** The path of its input, for messages. */
  readonly path: string;
  /** The stream that it is; null if it is not known yet. */
  readonly stream: number | null;
  readonly settings: LineSettings;
  /** Lines of the log before these bytes; they may say how to read them. */
  readonly linesBefore: readonly string[];
  /** Where rejected lines are kept; null if they are only counted. */
  readonly rejects: RejectsFile | null;
  /** Takes each rejected line that is not too long, and where it begins in the log. */
  readonly onReject: (line: string, offset: number) => void;
  /** Whether a last line without its end is a line; asked when the input has ended. */
  readonly countsUnfinishedLine: () => boolean;
  /** The number of its first content type in the staged rows. */
  readonly firstTypeKey: number;
  /** What the counts of all logs share. */
  readonly shared: SharedCounts;
  /** For the cache of its hits; no other log is staged with it meanwhile. */
  readonly memory: CacheMemory;
  /** Whether the hits of a small log are held, to be added up with those of other logs. */
  readonly holdsSmall: boolean;
  /** Whether hits are staged; if not, only what the summaries beside them keep. */
  readonly keepsHits: boolean;
}

/** A range, and what was counted of it. */
export interface CountedRange {
  readonly range: ReadRange;
  readonly account: Account;
}

/** Where the hits of lines go. */
export interface Target {
  readonly counter: HitCounter;
  readonly contentTypes: ContentTypes;
  /** The summaries beside the hits; null if there are none. */
  readonly requests: Requests | null;
  /** The range that the line at hand belongs to; null before the first. */
  counted: CountedRange | null;
}

/** Makes the function that reads each line once and enters it once into the account of its range. */
export function createLineCounter(
  format: LogFormat,
  target: Target,
  { settings, linesBefore, rejects, onReject, countsUnfinishedLine }: LogToStage,
): LineHandler {
  const { attribution, maxLineBytes } = settings;
  const { counter, contentTypes, requests } = target;
  const ofRequest = requests === null ? null : listRequestFields(settings.keys);
  const parser = createHitParser(format, attribution, ofRequest);
  const furtherFields = createFurtherFieldsFinder(format);
  const readDirective = (line: string) => {
    parser.readDirective(line);
    furtherFields.readDirective(line);
  };
  for (const line of linesBefore) if (findIgnored(line) === 'directive') readDirective(line);
  let entered: ReadRange | null = null;
  const enter = (range: ReadRange) => {
    entered = range;
    if (range.fieldsBefore !== null) readDirective(trimLineEnd(range.fieldsBefore));
  };
  const reject = ({ range, account }: CountedRange, reason: Reject, position: LinePosition, line: string) => {
    if (reason !== TOO_LONG) onReject(line, position.offset);
    const number = range.linesBefore + account.lines;
    account.reject(reason, { ...position, number }, line);
    // a line may begin with some NULs and is kept with them; a longer row of NULs is a hole, which is not kept
    const nuls = position.nulBytes > maxLineBytes ? '' : '\0'.repeat(position.nulBytes);
    rejects?.add(nuls + line, nuls.length + position.bytes);
  };
  const read = (counted: CountedRange, line: string, position: LinePosition) => {
    const { account } = counted;
    const text = trimLineEnd(line);
    const ignored = findIgnored(text);
    if (ignored !== null) {
      if (ignored === 'directive') readDirective(text);
      account.filter(ignored);
      return;
    }
    const hit = parser.parse(text);
    if (hit === null) {
      account.unattributed += 1;
      requests?.add(parser.request, null);
      furtherFields.look(text, account);
    } else if ('day' in hit) {
      account.counted += 1;
      const typeKey = contentTypes.getKey(hit.site, hit.contentType);
      if (requests?.isBesideHits(parser.request)) account.robots += 1;
      else counter.addText(counter.getGroup(typeKey, hit.day), hit.objectId);
      requests?.add(parser.request, hit);
    } else if ('filter' in hit) {
      account.filter(hit.filter);
    } else {
      reject(counted, hit, position, line);
    }
  };
  // a line was counted without its end: what follows is the rest of it, or in a pipe or an archive the first line of another log
  const isLineOfItsOwn = (line: string) => {
    const text = trimLineEnd(line);
    const ignored = findIgnored(text);
    if (ignored === 'directive') readDirective(text);
    if (ignored !== null) return false;
    const hit = parser.parse(text);
    return hit === null || 'day' in hit || 'filter' in hit;
  };
  return (line, position, isTooLong) => {
    const { counted } = target;
    if (counted === null) throw new Error('a line belongs to no range');
    const { range, account } = counted;
    if (range !== entered) enter(range);
    if (range.startsInsideLine) {
      range.startsInsideLine = false;
      if (isTooLong || !isLineOfItsOwn(line)) return;
    }
    if (position.isUnfinished && !countsUnfinishedLine()) {
      account.unfinishedBytes = position.nulBytes + position.bytes;
      return;
    }
    account.lines += 1;
    account.nulBytes += position.nulBytes;
    if (isTooLong) reject(counted, TOO_LONG, position, line);
    else read(counted, line, position);
  };
}

/** Lines of an input that are looked at. */
const MAX_LINES = 3;

/** Names that are kept. */
const MAX_NAMES = 20;

/** Longer names help nobody. */
const MAX_NAME_CHARACTERS = 64;

/**
 * Makes the finder of the fields that lines without an object have beyond those of a record: one of these may name the object. Lines with an object are not read a second time.
 */
function createFurtherFieldsFinder(format: LogFormat) {
  let lines = 0;
  let directive: string | null = null;
  let reader: LineReader | null = null;
  return {
    /** Looks at a line without an object, and keeps in the account what is found. */
    look(line: string, account: Account): void {
      if (lines >= MAX_LINES) return;
      lines += 1;
      reader ??= format.createReader('all');
      if (directive !== null) reader.readDirective?.(directive);
      const values = reader.read(line);
      if (isRejected(values)) return;
      const before = account.furtherFields?.names ?? [];
      const found = reader
        .getExtras()
        .filter(({ position }) => values[position] !== undefined)
        .map(({ name }) => name)
        .filter((name) => name.length <= MAX_NAME_CHARACTERS && !before.includes(name));
      account.furtherFields = { format: format.name, names: [...before, ...found].slice(0, MAX_NAMES) };
    },
    /** Takes a line that begins with `#`. */
    readDirective(line: string): void {
      directive = line;
    },
  };
}
