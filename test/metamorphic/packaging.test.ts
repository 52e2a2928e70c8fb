// The same lines in other packaging: whatever carries them, the tables that come out are the same.

import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect } from 'vitest';
import { generateLog } from '../../fixtures/generate.js';
import { finishCli, startCli } from '../support/cli.js';
import {
  createTarget,
  OFTEN_TESTED,
  readTables,
  succeed,
  type Tables,
  type Target,
} from '../support/targets.js';
import { it } from '../support/test.js';

const LOG = [
  ...generateLog({ lines: 4000, seed: 7, objects: 300, days: 3, shareWithoutIds: 0.2, shareDirty: 0.05 }),
].join('');
const LINES = LOG.split('\n').slice(0, -1);
const FILES = 5;
const LOG_FORMAT = `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i" %{X-Content-Type-ID}o %{X-Object-ID}o`;

/** Puts the lines into the folder and ingests them. */
type Packaging = (target: Target, folder: string) => Promise<unknown>;

/** Consecutive parts of the lines. */
function split(parts: number): readonly string[] {
  const size = Math.ceil(LINES.length / parts);
  return Array.from({ length: parts }, (_, at) => `${LINES.slice(at * size, (at + 1) * size).join('\n')}\n`);
}

async function writeParts(folder: string, toBytes: (part: string) => Buffer): Promise<string[]> {
  const parts = split(FILES).map((part, at) => ({ path: join(folder, `access.log.${FILES - at}`), part }));
  for (const { path, part } of parts) await writeFile(path, toBytes(part));
  return parts.map(({ path }) => path);
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

async function ingestOne(target: Target, folder: string, content: Buffer): Promise<string> {
  const path = join(folder, 'access.log');
  await writeFile(path, content);
  return succeed(target, ['ingest', '--quiet', path]);
}

async function pipeInPieces(target: Target, pieceBytes: number, bytes: Buffer): Promise<void> {
  const child = startCli(['ingest', '--quiet'], target.environment);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    child.stdin?.write(bytes.subarray(at, at + pieceBytes));
    await setImmediate();
  }
  child.stdin?.end();
  expect(await finishCli(child)).toEqual({ code: 0, stdout: '', stderr: '' });
}

function compress(...command: readonly [string, ...string[]]): Buffer {
  const [tool, ...args] = command;
  return execFileSync(tool, args, { input: toBytes(LOG), maxBuffer: 2 ** 26 });
}

const PACKAGINGS: Readonly<Record<string, Packaging>> = {
  'five logs': async (target, folder) =>
    succeed(target, ['ingest', '--quiet', ...(await writeParts(folder, toBytes))]),
  'five logs, the last one first': async (target, folder) =>
    succeed(target, ['ingest', '--quiet', ...(await writeParts(folder, toBytes)).reverse()]),
  'five logs, one run each': async (target, folder) => {
    for (const path of await writeParts(folder, toBytes)) await succeed(target, ['ingest', '--quiet', path]);
  },
  'a log that grows between five runs': async (target, folder) => {
    for (let parts = 1; parts <= FILES; parts += 1) {
      await ingestOne(target, folder, toBytes(split(FILES).slice(0, parts).join('')));
    }
  },
  'five logs, gzipped': async (target, folder) =>
    succeed(target, ['ingest', '--quiet', ...(await writeParts(folder, (part) => gzipSync(toBytes(part))))]),
  'one archive': (target, folder) => ingestOne(target, folder, gzipSync(toBytes(LOG))),
  'one archive of five members': (target, folder) =>
    ingestOne(target, folder, Buffer.concat(split(FILES).map((part) => gzipSync(toBytes(part))))),
  'one archive, its last line without an end': (target, folder) =>
    ingestOne(target, folder, gzipSync(toBytes(LOG.slice(0, -1)))),
  'one log, its last line without an end, said to be final': async (target, folder) => {
    const path = join(folder, 'access.log');
    await writeFile(path, toBytes(LOG.slice(0, -1)));
    await succeed(target, ['ingest', '--quiet', '--final', path]);
  },
  bzip2: (target, folder) => ingestOne(target, folder, compress('bzip2', '-c')),
  xz: (target, folder) => ingestOne(target, folder, compress('xz', '-c')),
  zstd: (target, folder) => ingestOne(target, folder, compress('zstd', '-qc')),
  'a pipe': (target) => succeed(target, ['ingest', '--quiet'], toBytes(LOG)),
  'a pipe that delivers 777 bytes at a time': (target) => pipeInPieces(target, 777, toBytes(LOG)),
  'a pipe that delivers an archive in pieces of 100 bytes': (target) =>
    pipeInPieces(target, 100, gzipSync(toBytes(LOG))),
  'lines that end with CR LF': (target, folder) =>
    ingestOne(target, folder, toBytes(LOG.replaceAll('\n', '\r\n'))),
  'a byte order mark': (target, folder) =>
    ingestOne(target, folder, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), toBytes(LOG)])),
  'a log read with --format auto': async (target, folder) => {
    const path = join(folder, 'access.log');
    await writeFile(path, toBytes(LOG));
    const { code } = await target.run(['ingest', '--quiet', '--format', 'auto', path]);
    expect(code).toBe(0);
  },
};

/** Everything that must be the same: the tables, with types by their names, and the sums of the accounts. */
async function readAll(target: Target): Promise<Tables> {
  const { content_type: types = [], ...tables } = await readTables(target);
  const names = new Map(types.map((row) => [row['content_type_id'], `${row['site']} ${row['name']}`]));
  const named = Object.entries(tables).map(([table, rows]) => {
    const withNames = rows.map((row) => ({ ...row, content_type_id: names.get(row['content_type_id']) }));
    return [table, sortRows(withNames)] as const;
  });
  const accounts = await target.query(
    `select sum(lines)::int as lines, sum(counted)::int as counted, sum(unattributed)::int as unattributed,
      sum(filtered)::int as filtered, sum(rejected)::int as rejected from logtally.batch`,
  );
  return { ...Object.fromEntries(named), accounts };
}

function sortRows(rows: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(row) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

let plain: Tables = {};

beforeAll(async () => {
  const target = await createTarget('postgres');
  await succeed(target, ['ingest', '--quiet'], toBytes(LOG));
  plain = await readAll(target);
  await target.drop();
  expect(plain['accounts']).toMatchObject([{ lines: 4000 }]);
});

describe('the same lines give the same tables', () => {
  for (const [name, packaging] of Object.entries(PACKAGINGS)) {
    it(`as ${name}`, async ({ openTarget, folder }) => {
      const target = await openTarget('postgres');
      await packaging(target, folder);
      expect(await readAll(target)).toEqual(plain);
    });
  }

  it('as a log whose format string names the fields', async ({ openTarget, folder }) => {
    // without the ids at the end of a line the format string rejects it: only lines that have both are compared
    const path = join(folder, 'access.log');
    const whole = LINES.filter((line) => / [\w.]+ [\w-]+$/.test(line)).join('\n');
    await writeFile(path, `${whole}\n`);
    const [byName, byString] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(byName, ['ingest', '--quiet', path]);
    await succeed(byString, ['ingest', '--quiet', '--format', LOG_FORMAT, path]);
    expect(await readAll(byString)).toEqual(await readAll(byName));
  });

  it.for(OFTEN_TESTED)('in %s', async (kind, { openTarget, folder }) => {
    const target = await openTarget(kind);
    await succeed(target, [
      'ingest',
      '--quiet',
      ...(await writeParts(folder, (part) => gzipSync(toBytes(part)))),
    ]);
    expect(await readAll(target)).toEqual(plain);
  });
});
