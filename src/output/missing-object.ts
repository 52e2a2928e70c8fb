/** What helps where no line of an input names an object: which option tells where the object is, in the words of its format. */
import type { FurtherFields } from '../ingest/ingest.js';
import { toVisibleText } from './text.js';

const BY_URL = 'count objects by rules from URLs (--config) or --by-path';

/** Formats whose fields have names, and which a `#Fields` line of the server chooses. */
const W3C = 'w3c';

/** Formats of keys or labels, of which `--json-field` says what they mean. */
const KEYED: ReadonlySet<string> = new Set(['json', 'ltsv']);

/** @param fields null where no line was looked at */
export function hintMissingObject(fields: FurtherFields | null): string {
  // a format within another one: `docker:json`
  const format = fields?.format.replace(/^\w+:(?=\w+$)/, '') ?? '';
  const names = fields?.names.map((name) => `'${toVisibleText(name)}'`).join(', ') ?? '';
  if (KEYED.has(format)) {
    const which =
      names === '' ? 'let the server write two more keys, and name them' : `name two of the keys ${names}`;
    return `${which}: --json-field contentType=KEY --json-field objectId=KEY; or ${BY_URL}`;
  }
  if (format === W3C) {
    return `let the server log the fields sc(X-Content-Type-ID) and sc(X-Object-ID), or ${BY_URL}`;
  }
  if (/[%$]/.test(format) && names !== '') {
    return `name two of the fields ${names}: --content-type-field NAME --object-id-field NAME, of which notes are written as %{NAME}n; or ${BY_URL}`;
  }
  return `end the LogFormat with %{X-Content-Type-ID}o %{X-Object-ID}o and let the application send these headers, or ${BY_URL}`;
}
