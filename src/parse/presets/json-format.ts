/**
 * Logs of one JSON object a line, as nginx (escape=json), Caddy and configurations of Apache write them. Fields are found by
 * their usual names or by those that a person gives. Every other value of the object is a further field under its path.
 */
import { UsageError } from '../../errors.js';
import { toVisibleByte, toVisibleCharacter } from '../../visible-text.js';
import { FIELD_NAMES, type FieldKey } from '../lines/layout.js';
import type { LineReader, Wanted } from '../lines/line-reader.js';
import { findMeaning } from './json-names.js';
import { parseObject, visitScalars } from './json-object.js';
import { createLabelledReader, type GivenLabels, type LabelledFormat } from './labelled-values.js';

/** The key that fills a field, before those that are known: `objectId` -> `response.id`. */
export type JsonFields = GivenLabels;

/** Controls, and halves of surrogate pairs, which cannot be written as UTF-8. */
const INVISIBLE = /[\x00-\x1f\x7f-\x9f\p{Cs}]/gu;

/** Makes the reader of one input. The first 100 further fields of a line are delivered, the rest is left out. */
export function createJsonReader(fields: JsonFields, wanted: Wanted): LineReader {
  return createLabelledReader(JSON_LINES, fields, wanted);
}

const JSON_LINES: LabelledFormat = {
  visitValues(line, visit) {
    const object = parseObject(line);
    if (object !== null) visitScalars(object, visit);
    return object !== null;
  },
  findMeaning,
  decode: (value) => value.replace(INVISIBLE, toVisible),
};

/** Shows a control, or half of a surrogate pair as the three bytes that it would be in UTF-8. */
function toVisible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x800) return toVisibleCharacter(character);
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(toVisibleByte).join('');
}

/**
 * Reads `name=key` pairs.
 *
 * @param flag the option that they were given with, for messages
 * @throws UsageError if a name is no field, a key is missing, or a name or key is given twice
 */
export function parseJsonFields(texts: readonly string[], flag: string): JsonFields {
  const fields = new Map<FieldKey | 'time', string>();
  const keys = new Set<string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(at, 0));
    const key = text.slice(at + 1);
    if (at === -1 || key === '') {
      throw new UsageError(`${flag}: '${text}' is not a field and a key`, {
        hint: `it looks like ${flag} objectId=response.id`,
      });
    }
    if (!isField(name)) {
      throw new UsageError(`${flag}: '${name}' is not a field`, {
        hint: `choose one of time, ${FIELD_NAMES.join(', ')}, or extra:NAME`,
      });
    }
    if (fields.has(name)) throw new UsageError(`${flag}: the field '${name}' is given twice`);
    if (keys.has(key)) throw new UsageError(`${flag}: the key '${key}' is given to two fields`);
    fields.set(name, key);
    keys.add(key);
  }
  return fields;
}

function isField(name: string): name is FieldKey | 'time' {
  return name === 'time' || /^extra:./s.test(name) || FIELD_NAMES.some((field) => field === name);
}
