// Lines and fields with what other projects' tests expect of them, where that collection lies beside the checkout.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/cases');

/** Whether the collection is there; it is not part of the project. */
export const HAS_SHARED_CASES = existsSync(join(FOLDER, 'cases.jsonl'));

/** A line, or a field put into a line of the combined format. */
export interface SharedCase {
  readonly id: string;
  /** The project that it comes from: `vectordotdev/vrl`. */
  readonly source: string;
  /** `combined`, `common`, `vhost_combined` or `other`. */
  readonly format: string;
  /** latin1, one character a byte. */
  readonly line: string;
  /** Expected values by that collection's keys; null where the line has to be rejected. */
  readonly expected: Readonly<Record<string, unknown>> | null;
}

interface Entry {
  readonly id?: string;
  readonly source: string;
  readonly format?: string;
  readonly line?: string;
  readonly line_b64?: string;
  readonly field?: string;
  readonly raw?: string;
  readonly expect: 'reject' | Readonly<Record<string, unknown>>;
}

/** Every line and every fragment of the collection. */
export function readSharedCases(): readonly SharedCase[] {
  const lines = readEntries('cases.jsonl').map(toLineCase);
  const fragments = readEntries('fragments.jsonl').map(toFragmentCase);
  return [...lines, ...fragments];
}

function readEntries(name: string): readonly Entry[] {
  return readFileSync(join(FOLDER, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function toLineCase(entry: Entry): SharedCase {
  const bytes = Buffer.from(
    entry.line_b64 ?? entry.line ?? '',
    entry.line_b64 === undefined ? 'utf8' : 'base64',
  );
  return {
    id: entry.id ?? '',
    source: toProject(entry.source),
    format: entry.format ?? '',
    line: bytes.toString('latin1').replace(/\r?\n$/, ''),
    expected: entry.expect === 'reject' ? null : entry.expect,
  };
}

function toProject(source: string): string {
  return source.split(':')[0] ?? source;
}

const CARRIER = {
  remote_ip: '192.0.2.1',
  user: '-',
  time: '10/Oct/2000:13:55:36 -0700',
  request: 'GET / HTTP/1.1',
  escape: '-',
};

/** What the collection calls a field's value, in the keys that whole lines have. */
function toExpected(entry: Entry): SharedCase['expected'] {
  if (entry.expect === 'reject') return null;
  const { value, decoded, seconds, ...others } = entry.expect;
  switch (entry.field) {
    case 'remote_ip':
      return { remote_host: value };
    case 'user':
      return { user: value };
    case 'escape':
      return { user_agent: decoded };
    case 'utc_offset':
      return { time_iso: new Date(Date.UTC(2000, 9, 10, 13, 55, 36) - Number(seconds) * 1000).toISOString() };
    default:
      return others;
  }
}

function toFragmentCase(entry: Entry, index: number): SharedCase {
  const { field = '', raw = '' } = entry;
  const own = { ...CARRIER, [field]: Buffer.from(raw, 'utf8').toString('latin1') };
  const offset = field === 'utc_offset' ? `10/Oct/2000:13:55:36 ${raw}` : own.time;
  const time = offset.startsWith('[') ? offset : `[${offset}]`;
  return {
    id: `${field}-${index + 1}`,
    source: toProject(entry.source),
    format: 'combined',
    line: `${own.remote_ip} - ${own.user} ${time} "${own.request}" 200 1 "-" "${own.escape}"`,
    expected: toExpected(entry),
  };
}
