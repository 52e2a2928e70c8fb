/**
 * The formats whose values have labels: lines of one JSON object, and Labeled Tab-separated Values. Fields are found by their
 * usual names or by those that a person gives. Every other value is a further field under its label.
 */
import { UsageError } from '../../errors.js';
import { toVisibleByte, toVisibleCharacter } from '../../visible-text.js';
import { decodeField } from '../lines/escapes.js';
import { FIELD_NAMES, type FieldKey, isFieldName } from '../lines/layout.js';
import { findMeaning, type Meaning } from './json-names.js';
import { parseObject, visitScalars } from './json-object.js';
import type { GivenLabels, LabelledFormat } from './labelled-values.js';

/** Controls, and halves of surrogate pairs, which cannot be written as UTF-8. */
const INVISIBLE = /[\x00-\x1f\x7f-\x9f\p{Cs}]/gu;

/** JSON as nginx (escape=json), Caddy and configurations of Apache write it; the label of a value is its path. */
export const JSON_LINES: LabelledFormat = {
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

/** Labels that mean something else in JSON lines, or nothing there: `host` is the client. */
const LABELS: ReadonlyMap<string, Meaning['field']> = new Map([
  ['host', 'remoteHost'],
  ['req', 'request'],
  ['ua', 'userAgent'],
  ['forwardedfor', 'extra:X-Forwarded-For'],
]);

const LABEL = /^[0-9A-Za-z_.-]+$/;

/**
 * `label:value` between tabs, in any order (http://ltsv.org). Labels that the site recommends come before those that are known
 * of JSON lines; values have the escapes that the server writes.
 */
export const LTSV: LabelledFormat = {
  visitValues(line, visit) {
    for (const text of line.split('\t')) {
      const colon = text.indexOf(':');
      const label = text.slice(0, Math.max(colon, 0));
      if (!LABEL.test(label)) return false;
      visit(label, text.slice(colon + 1));
    }
    return true;
  },
  findMeaning(label) {
    const field = LABELS.get(label.toLowerCase());
    return field === undefined ? findMeaning(label) : { field, rank: -1 };
  },
  decode: decodeField,
};

/**
 * Reads `name=key` pairs.
 *
 * @param flag the option that they were given with, for messages
 * @throws UsageError if a name is no field, a key is missing, or a name or key is given twice
 */
export function parseJsonFields(texts: readonly string[], flag: string): GivenLabels {
  const fields = new Map<FieldKey | 'time', string>();
  for (const text of texts) {
    const [, name = '', key] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    if (key === undefined) {
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
    const isTaken = [...fields.values()].includes(key);
    if (isTaken) throw new UsageError(`${flag}: the key '${key}' is given to two fields`);
    fields.set(name, key);
  }
  return fields;
}

function isField(name: string): name is FieldKey | 'time' {
  return name === 'time' || /^extra:./s.test(name) || isFieldName(name);
}
