/**
 * CloudFront's standard logs: W3C logs with tabs. New fields were always added at the end. So a log without its `#Fields`
 * line, such as an excerpt of one, can be read by the number of its columns. Times are in UTC. The user agent is
 * decoded, whether it was encoded once or twice; the path stays as it is logged, and rules decode it once.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
import type { LineReader, Wanted } from '../lines/line-reader.js';
import { UNEXPECTED } from '../lines/reject.js';
import { createW3cReader } from './w3c-format.js';

const FIELDS: readonly string[] = [
  ...['date', 'time', 'x-edge-location', 'sc-bytes', 'c-ip', 'cs-method', 'cs(Host)', 'cs-uri-stem'],
  ...['sc-status', 'cs(Referer)', 'cs(User-Agent)', 'cs-uri-query', 'cs(Cookie)', 'x-edge-result-type'],
  ...['x-edge-request-id', 'x-host-header', 'cs-protocol', 'cs-bytes', 'time-taken', 'x-forwarded-for'],
  ...['ssl-protocol', 'ssl-cipher', 'x-edge-response-result-type', 'cs-protocol-version', 'fle-status'],
  ...['fle-encrypted-fields', 'c-port', 'time-to-first-byte', 'x-edge-detailed-result-type'],
  ...['sc-content-type', 'sc-content-len', 'sc-range-start', 'sc-range-end'],
];

/** The numbers of columns that CloudFront's logs have had so far. */
const COLUMN_COUNTS: ReadonlySet<number> = new Set([12, 15, 18, 19, 20, 23, 24, 26, 33]);

/** Makes the reader of one input. */
export function createCloudFrontReader(wanted: Wanted): LineReader {
  const reader = createW3cReader(wanted);
  let isNamed = false;
  let isForeign = false;
  let columns = 0;
  return {
    ...reader,
    read(line) {
      if (isForeign || !line.includes('\t')) return UNEXPECTED;
      if (!isNamed) {
        const count = line.split('\t').length;
        if (!COLUMN_COUNTS.has(count)) return UNEXPECTED;
        if (count !== columns) reader.readDirective?.(`#Fields: ${FIELDS.slice(0, count).join(' ')}`);
        columns = count;
      }
      return reader.read(line);
    },
    readDirective(line) {
      if (!/^#Fields:/i.test(line)) return;
      isNamed = true;
      isForeign = !/\sx-edge-location(?:\s|$)/i.test(line);
      reader.readDirective?.(line);
    },
  };
}
