/**
 * Reads only what counting needs from a line: which object of which site, on which day. Every line that is not scanned
 * passes here, so it must be fast. It accepts and rejects exactly the lines that `parse/lines/record.ts` does; a test proves it.
 */
import type { Attribution } from '../../attribute/attribution.js';
import type { FilterName } from '../../attribute/filters.js';
import { parseContentType, parseObjectId } from '../../object-reference.js';
import {
  createLineFacts,
  FACT_FIELDS,
  type FieldKey,
  isRejected,
  type LineFacts,
  type LogFormat,
  type Reject,
  type WantedField,
} from '../../parse/parse.js';

/** One logged request of one object. */
export interface Hit {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  /** The day that the line says, `2026-04-14`. */
  readonly day: string;
}

/** A good line that filters let through, whether it names an object or not. */
export interface Request {
  readonly facts: LineFacts;
  readonly site: string;
  /** `2026-04-14` */
  readonly day: string;
}

/** Reads the lines of one input. */
export interface HitParser {
  /**
   * Reads one line.
   *
   * @param line latin1, without its line end
   * @returns null if the line is a good record that names no object; a filter if it is one that this filter drops
   */
  parse(line: string): Hit | { readonly filter: FilterName } | Reject | null;
  /** What the last good line that filters let through says of the request, beside its object. */
  readonly request: Request;
  /** Takes a line that begins with `#`; in some formats it says which fields the next lines have. */
  readDirective(line: string): void;
}

const HIT_FIELDS: readonly FieldKey[] = ['contentType', 'objectId'];
const BAD_TIME: Reject = { reject: 'bad time', field: 'time' };

/**
 * Makes the parser of one input in a format. The fields that rules, filters and sites need are read only if there are any.
 *
 * @param ofRequest fields that `request` has to have beyond those; null if nobody asks for it
 */
export function createHitParser(
  format: LogFormat,
  attribution: Attribution,
  ofRequest: Iterable<WantedField> | null = null,
): HitParser {
  const { rules, filters, fixedSite } = attribution;
  const needsFacts = rules.length > 0 || filters.length > 0 || fixedSite === null || ofRequest !== null;
  const wanted = new Set<WantedField>([
    ...HIT_FIELDS,
    ...(needsFacts ? [...FACT_FIELDS, ...attribution.extraFields] : []),
    ...(ofRequest ?? []),
  ]);
  const reader = format.createReader(wanted);
  const { facts, load } = createLineFacts(reader);
  const contentTypeAt = reader.getPosition('contentType');
  const objectIdAt = reader.getPosition('objectId');
  const request = { facts, site: '', day: '' };
  return {
    request,
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
      request.day = day;
      request.site = fixedSite ?? attribution.readSite(facts);
      return object === null ? null : { site: request.site, ...object, day };
    },
    readDirective: (line) => reader.readDirective?.(line),
  };
}

/** Finds the object: the ids in the line win; a line without ids is given to the rules, and the first that matches decides. */
function findObject({ rules }: Attribution, facts: Parameters<Attribution['readSite']>[0]) {
  for (const rule of rules) {
    const found = rule.find(facts);
    if (typeof found !== 'string') return found;
  }
  return null;
}
