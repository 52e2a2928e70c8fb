// Real logs of many servers, which are no part of the project: where they lie beside it, each file's format is found
// out, and nearly every line is read.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../src/parse/choice/detect.js';
import type { LogFormat } from '../../src/parse/lines/line-reader.js';
import { createRecordParser } from '../../src/parse/lines/record.js';
import { findIgnored, isReject } from '../../src/parse/lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS, listFormats } from '../../src/parse/presets/formats.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const LOGS = join(PROJECT_FOLDER, '../shared/logs');
const FORMATS = listFormats(DEFAULT_FORMAT_OPTIONS);

/** Lines that the format is found out from. */
const SAMPLE_LINES = 2_000;

const MAX_REJECTED_SHARE = 0.001;

/** The format of each source, by the beginning of its files' names; '' is all others. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  airisdata: { '': 'combined' },
  elastic: { '': 'combined' },
  globalreport: { '': 'combined' },
  hackers: { '': 'combined' },
  lovecoding: { other_vhosts: 'vhost_combined', '': 'combined' },
  podcast: { '': 'combined' },
  twiki: { '': 'common' },
  xlog: { '': 'combined' },
  xzymo: { other_vhosts: 'vhost_combined', '': 'combined' },
  zanbil: { '': 'combined_forwarded' },
};

const sources = existsSync(LOGS)
  ? readdirSync(LOGS, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  : [];

if (sources.length === 0) console.warn(`SKIPPED: no real logs in ${LOGS}`);

function readLines(path: string): string[] {
  const lines = gunzipSync(readFileSync(path)).toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

function countRejects(lines: readonly string[], format: LogFormat): Map<string, number> {
  const parser = createRecordParser(format);
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (findIgnored(line) !== null) continue;
    const record = parser.parse(line);
    if (isReject(record)) counts.set(record.reject, (counts.get(record.reject) ?? 0) + 1);
  }
  return counts;
}

describe.skipIf(sources.length === 0)('real logs', () => {
  test.each(sources)('%s: the format is found out, and rejects are under 0.1 %', (source) => {
    let lines = 0;
    let rejected = 0;
    for (const file of readdirSync(join(LOGS, source))) {
      const read = readLines(join(LOGS, source, file));
      const { format } = detectFormat(read.slice(0, SAMPLE_LINES), FORMATS);
      const names = EXPECTED[source] ?? {};
      const prefix = Object.keys(names).find((each) => file.startsWith(each)) ?? '';
      expect(`${file}: ${format.name}`).toBe(`${file}: ${names[prefix]}`);
      const counts = countRejects(read, format);
      lines += read.length;
      rejected += [...counts.values()].reduce((sum, count) => sum + count, 0);
      for (const [reason, count] of counts)
        console.log(`${source}/${file}: ${count} of ${read.length}: ${reason}`);
    }
    expect(rejected / lines).toBeLessThan(MAX_REJECTED_SHARE);
  });
});
