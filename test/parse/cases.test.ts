// Each folder in `cases` is a log as a server writes it, with the records and rejects that it must give.
// A new case is a new folder with the same four files; `log` holds raw bytes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { writeRecords } from '../../src/check/records.js';
import { formatRejectJson } from '../../src/output/reject.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { DEFAULT_FORMAT_OPTIONS, listFormats } from '../../src/parse/presets/formats.js';
import { MAX_LINE_BYTES } from '../../src/source/lines.js';

const CASES = join(import.meta.dirname, 'cases');
const FILES = ['format', 'log', 'records.ndjson', 'rejects.ndjson'];

const names = readdirSync(CASES).sort();

function readCase(name: string, file: string): string {
  return readFileSync(join(CASES, name, file), 'utf8');
}

/** Runs a case's log through the records pipeline. */
async function parseCase(name: string): Promise<{ records: string[]; rejects: string[] }> {
  const chunks: Buffer[] = [];
  const rejects: string[] = [];
  await writeRecords(join(CASES, name, 'log'), {
    choice: resolveFormatChoice(readCase(name, 'format').trimEnd(), DEFAULT_FORMAT_OPTIONS, () => undefined),
    maxLineBytes: MAX_LINE_BYTES,
    output: new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    }),
    onReject(reject, position) {
      rejects.push(formatRejectJson(reject, position));
      return '';
    },
    signal: new AbortController().signal,
  });
  return {
    records: splitLines(Buffer.concat(chunks).toString('utf8')),
    rejects: splitLines(rejects.join('')),
  };
}

function splitLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

test.each(names)('%s: reads the log into exactly the records and rejects beside it', async (name) => {
  expect(readdirSync(join(CASES, name)).sort()).toEqual(FILES);
  const { records, rejects } = await parseCase(name);
  expect(rejects).toEqual(splitLines(readCase(name, 'rejects.ndjson')));
  expect(records).toEqual(splitLines(readCase(name, 'records.ndjson')));
});

test('has cases for every preset, with at least one record and one reject', () => {
  const lines = (format: string, file: string) =>
    names
      .filter((name) => readCase(name, 'format').trimEnd() === format)
      .flatMap((name) => splitLines(readCase(name, file))).length;
  for (const { name } of listFormats(DEFAULT_FORMAT_OPTIONS)) {
    expect(lines(name, 'records.ndjson'), `records of ${name}`).toBeGreaterThan(0);
    expect(lines(name, 'rejects.ndjson'), `rejects of ${name}`).toBeGreaterThan(0);
  }
});
