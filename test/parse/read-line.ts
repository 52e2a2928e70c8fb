// Reads one line with a format string, for the tests of format strings.

import { createPatternReader, isRejected } from '../../src/parse/lines/line-reader.js';
import {
  DEFAULT_OBJECT_FIELDS,
  type ObjectFields,
  parseFormatString,
} from '../../src/parse/strings/format-string.js';

function read(format: string, line: string, objectFields: ObjectFields) {
  const pieces = parseFormatString(format, objectFields);
  const reader = createPatternReader(pieces, 'all');
  const values = reader.read(line);
  if (isRejected(values)) throw new Error(`${format} does not fit ${line}: ${JSON.stringify(values)}`);
  const fields = pieces.flatMap((piece) => ('field' in piece ? [piece.field] : []));
  const texts = fields.map((field) => [field, values[reader.getPosition(field)]] as const);
  return { texts, time: reader.readTime(values) };
}

/** The fields of a line as logged, with its time; a line that does not fit is an error. */
export function readLine(format: string, line: string, objectFields = DEFAULT_OBJECT_FIELDS) {
  const { texts, time } = read(format, line, objectFields);
  return { time, ...Object.fromEntries(texts) };
}

/** The texts of the fields in the order of their directives. */
export function readValues(format: string, line: string): readonly (string | undefined)[] {
  return read(format, line, DEFAULT_OBJECT_FIELDS).texts.map(([, text]) => text);
}
