/**
 * Reads only what counting needs from a line: which object of which site, on which day. The hot path of an ingest;
 * it accepts and rejects exactly the lines that `parse/record.ts` does, which a test shows.
 */
import type { Attribution } from '../../attribute/attribution.js';
import type { FilterName } from '../../attribute/filters.js';
import { parseContentType, parseObjectId } from '../../object-reference.js';
import {
  createLineFacts,
  FACT_FIELDS,
  type FieldKey,
  isRejected,
  type LogFormat,
  type Reject,
} from '../../parse/parse.js';

/** One logged request of one object. */
export interface Hit {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  /** The day that the line says, `2026-04-14`. */
  readonly day: string;
}

/** A good record that a filter drops. */
export interface Filtered {
  readonly filter: FilterName;
}

/** Reads the lines of one input. */
export interface HitParser {
  /**
   * Reads one line.
   *
   * @param line latin1, without its line end
   * @returns null where the line is a good record that names no object
   */
  parse(line: string): Hit | Filtered | Reject | null;
  /** Told of a line that begins with `#`; some formats say there what follows. */
  readDirective(line: string): void;
}

const HIT_FIELDS: readonly FieldKey[] = ['contentType', 'objectId'];
const BAD_TIME: Reject = { reject: 'bad time', field: 'time' };

/** Makes the parser of one input in a format. What rules, filters and sites need is read only where there are any. */
export function createHitParser(format: LogFormat, attribution: Attribution): HitParser {
  const { rules, filters, fixedSite } = attribution;
  const needsFacts = rules.length > 0 || filters.length > 0 || fixedSite === null;
  const wanted = new Set(
    needsFacts ? [...HIT_FIELDS, ...FACT_FIELDS, ...attribution.extraFields] : HIT_FIELDS,
  );
  const reader = format.createReader(wanted);
  const { facts, load } = createLineFacts(reader);
  const contentTypeAt = reader.getPosition('contentType');
  const objectIdAt = reader.getPosition('objectId');
  return {
    parse(line) {
      const values = reader.read(line);
      if (isRejected(values)) return values;
      const day = reader.readDay(values);
      if (day === null) return BAD_TIME;
      const contentType = parseContentType(values[contentTypeAt]);
      if (contentType !== null && typeof contentType === 'object') return contentType;
      const objectId = parseObjectId(values[objectIdAt], reader.decode);
      if (objectId !== null && typeof objectId === 'object') return objectId;
      if (!needsFacts) {
        return contentType === null || objectId === null
          ? null
          : { site: fixedSite, contentType, objectId, day };
      }
      load(values);
      const filter = filters.find((each) => each.drops(facts));
      if (filter !== undefined) return { filter: filter.name };
      const object =
        contentType === null || objectId === null
          ? findObject(attribution, facts)
          : { contentType, objectId };
      if (object === null) return null;
      return { site: fixedSite ?? attribution.readSite(facts), ...object, day };
    },
    readDirective: (line) => reader.readDirective?.(line),
  };
}

/** Ids in the line win; only lines without are given to the rules, of which the first that matches decides. */
function findObject({ rules }: Attribution, facts: Parameters<Attribution['readSite']>[0]) {
  for (const rule of rules) {
    const object = rule.match(facts);
    if (object !== null) return object;
  }
  return null;
}
