/** Reads templates of lines, for the formats of programs that have no format strings like those of Apache or nginx. */
import {
  type FieldKey,
  type FieldKind,
  isFieldName,
  PATTERNS,
  type Piece,
  type TimePieces,
} from '../lines/layout.js';

/** The times that a template can name. */
const TIMES: Readonly<Record<string, TimePieces>> = {
  /** `14/Apr/2026:10:22:31 +0200` */
  clf: [{ part: 'clfDay' }, ':', { part: 'clock' }, ' ', { part: 'offset' }],
  /** `14/Apr/2026:10:22:31.123`: the time of the machine, whose offset the line does not say */
  local: [{ part: 'clfDay' }, ':', { part: 'preciseClock' }],
  /** `2026-04-14T08:22:31.123456Z` */
  iso: [{ part: 'isoDay' }, 'T', { part: 'preciseClock' }, { part: 'offset' }],
  /** `1776154951.123`: UTC */
  epoch: [{ part: 'epochSeconds' }],
};

const PLACE = /^<([^ >]+)(?: ([^>]+))?>$/;

/** Fields that a later version of a program adds at the end; more of them would be another line. */
const FURTHER_FIELDS = '(?: (?:"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"|[^\\t-\\r "]+)){0,8}';

/**
 * Reads a template of lines: `<field kind>` as a field, `<time clf>` as a time, and everything else as text. If no kind is given,
 * a field is a token; with `until` and a character it reaches up to that character. A field that a record does not have is a
 * further field.
 *
 * @param texts templates one behind the other, and pieces between them, which stay as they are
 * @throws Error if there is no such kind or time
 */
export function parseTemplate(...texts: readonly (string | Piece)[]): readonly Piece[] {
  return texts.flatMap((text) => (typeof text === 'string' ? parseText(text) : [text]));
}

/** Makes pieces optional: a line may have them or not. */
export function optional(...texts: readonly (string | Piece)[]): Piece {
  return { optional: parseTemplate(...texts) };
}

function parseText(template: string): readonly Piece[] {
  const parts = template.split(/(<[^>]+>)/).filter((part) => part !== '');
  return parts.map((part) => {
    const [, name, kind = 'token'] = PLACE.exec(part) ?? [];
    if (name === undefined) return { text: part };
    return name === 'time' ? toTime(kind) : toField(name, kind);
  });
}

/** Up to eight more fields at the end of a line, which are passed over. */
export const FURTHER: Piece = { skip: FURTHER_FIELDS };

function toTime(name: string): Piece {
  const time = TIMES[name];
  if (time === undefined) throw new Error(`there is no time '${name}'`);
  return { time };
}

function toField(name: string, kind: string): Piece {
  const field: FieldKey = isFieldName(name) ? name : `extra:${name}`;
  if (kind.startsWith('until')) return { field, until: kind.slice('until'.length) };
  if (!isFieldKind(kind)) throw new Error(`there is no kind '${kind}'`);
  return { field, kind };
}

function isFieldKind(kind: string): kind is FieldKind {
  return Object.hasOwn(PATTERNS, kind);
}
