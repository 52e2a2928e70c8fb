/**
 * Labeled Tab-separated Values: `label:value` between tabs, in any order (http://ltsv.org). Labels that the site recommends
 * come before those that are known of JSON lines; values have the escapes that the server writes.
 */
import { decodeField } from '../lines/escapes.js';
import type { LineReader, Wanted } from '../lines/line-reader.js';
import { findMeaning, type Meaning } from './json-names.js';
import { createLabelledReader, type GivenLabels, type LabelledFormat } from './labelled-values.js';

/** Labels that mean something else in JSON lines, or nothing there: `host` is the client. */
const LABELS: Readonly<Record<string, Meaning['field']>> = {
  host: 'remoteHost',
  req: 'request',
  ua: 'userAgent',
  forwardedfor: 'extra:X-Forwarded-For',
};

const LABEL = /^[0-9A-Za-z_.-]+$/;

/** @param labels those that a person gives to fields, before those that are known */
export function createLtsvReader(labels: GivenLabels, wanted: Wanted): LineReader {
  return createLabelledReader(LTSV, labels, wanted);
}

const LTSV: LabelledFormat = {
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
    const field = Object.hasOwn(LABELS, label.toLowerCase()) ? LABELS[label.toLowerCase()] : undefined;
    return field === undefined ? findMeaning(label) : { field, rank: -1 };
  },
  decode: decodeField,
};
