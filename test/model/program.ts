// Runs a program of actions on real files and a real PostgreSQL, and compares what was counted with the model.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../src/database/migrate.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { LogtallyError } from '../../src/errors.js';
import { GROUP_BOUNDS, type IngestResult, ingest } from '../../src/ingest/ingest.js';
import { DEFAULT_LOCK_WAIT } from '../../src/settings.js';
import { listSpreadTables } from '../../src/summaries/summaries.js';
import { PROJECT_FOLDER } from '../support/cli.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { NO_KEYS } from '../support/no-summaries.js';
import type { Action, Program } from './actions.js';
import { check, readBatches } from './check.js';
import { hasRecord, SeenLogs, toCountable, toWholeLines } from './expected.js';
import { type LogFile, LogFolder } from './files.js';
import { checkPiped, choosePiped, undoPiped } from './pipe-all.js';
import { overwriteMiddle } from './rewritten.js';

/** What the command takes without --site. */
const SITE = 'default';

const EMPTY_DATABASE = `truncate logtally.hit_share, logtally.hit_delta, logtally.addition, logtally.piped_line, logtally.known_archive, logtally.stream_digest, logtally.batch,
  logtally.log_stream, logtally.run, logtally.hit_count_rank, logtally.object_hits_daily, logtally.object_hits,
  logtally.object_hits_yearly, logtally.content_type_daily, logtally.hit_month,
  logtally.content_type, logtally.count_source, logtally.site_count, logtally.object_count, logtally.count_month,
  logtally.visitor_key, logtally.request`;

/** Kept beside the hits in every other program: requests of a site, of objects, of people and as rows. */
const SUMMARIES = ['statuses', 'bytes', 'visitors', 'requests'];

/** A database that one program after the other runs in. */
export interface ModelDatabase {
  readonly url: string;
  run(program: Program): Promise<void>;
  close(): Promise<void>;
}

/** @param url an empty database */
export async function openModelDatabase(url: string): Promise<ModelDatabase> {
  const database = await connectPostgres(url, DEFAULT_LOCK_WAIT.postgres);
  await migrate(database, listSpreadTables());
  await database.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    url,
    async run(program) {
      await client.query(EMPTY_DATABASE);
      const folder = await mkdtemp(join(tmpdir(), 'logtally-model-'));
      try {
        const summaries = program.length % 2 === 0 ? SUMMARIES : [];
        const world = { url, client, logs: new LogFolder(folder), seen: new SeenLogs(), summaries };
        await runProgram(program, world);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    close: () => client.end(),
  };
}

interface World {
  readonly url: string;
  readonly client: pg.Client;
  readonly logs: LogFolder;
  readonly seen: SeenLogs;
  /** Kept beside the hits. */
  readonly summaries: readonly string[];
}

async function runProgram(program: Program, world: World): Promise<void> {
  for (const action of program) await apply(action, world);
  await runAndCheck(world, 0);
}

async function apply(action: Action, world: World): Promise<void> {
  const { client, logs, seen } = world;
  const files = logs.files;
  const isCounted = (content: string) => seen.has(content);
  switch (action.do) {
    case 'run':
      return runAndCheck(world, action.order);
    case 'runOne':
      return runFiles(world, files.slice(action.file % files.length).slice(0, 1));
    case 'pipeOne':
      return pipeFile(world, files[action.file % files.length], action.pieceBytes);
    case 'pipeAll':
      // afterwards it is known what was counted
      await runAndCheck(world, action.isKnown ? 0 : -1);
      return pipeAll(world, action);
    case 'runRewritten':
      return runRewritten(world, action);
    case 'runTwice':
      await Promise.all(
        [action.order, action.otherOrder].map((order) => runFiles(world, sortFiles(files, order))),
      );
      return;
    case 'runDuring': {
      const running = runDisturbed(world, sortFiles(files, action.order), new AbortController().signal);
      await sleep(action.afterMs);
      logs.apply(action.action, isCounted);
      return running;
    }
    case 'stop':
      return runDisturbed(world, sortFiles(files, action.order), AbortSignal.timeout(action.afterMs));
    case 'disconnect': {
      const running = runDisturbed(world, sortFiles(files, action.order), new AbortController().signal);
      await sleep(action.afterMs);
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return running;
    }
    case 'kill':
      return killChild(world, sortFiles(files, action.order), action.afterMs);
    default:
      return logs.apply(action, isCounted);
  }
}

async function runAndCheck(world: World, order: number): Promise<void> {
  const files = sortFiles(world.logs.files, order);
  await runFiles(world, files);
  await check(world);
  const before = await readBatches(world.client);
  await runFiles(world, sortFiles(files, order + 1));
  const after = await readBatches(world.client);
  if (before.batches !== after.batches)
    throw new Error('running again over the same files counted something');
}

/** What the model knows of the files stays as it is: nothing of a rewritten middle is counted, and nothing is taken back. */
async function runRewritten(
  world: World,
  { file, log, order }: Action & { readonly do: 'runRewritten' },
): Promise<void> {
  await runAndCheck(world, order);
  const restore = await overwriteMiddle(world.client, world.logs.files, file);
  if (restore === null) return;
  world.logs.apply({ do: 'append', log, lines: 3, filler: 20 }, (content) => world.seen.has(content));
  await runAndCheck(world, order + 1);
  restore();
}

/** A run that nothing disturbs: it says nothing but what the files give reason for. */
async function runFiles(world: World, files: readonly LogFile[]): Promise<void> {
  const { logs, seen } = world;
  const result = await ingestPaths(
    world,
    files.map(({ path }) => path),
    new AbortController().signal,
  );
  for (const [at, { path, error }] of result.inputs.entries()) {
    const file = files[at];
    if (file === undefined) throw new Error(`there was no input ${path}`);
    const content = toCountable(file);
    if (error === null) seen.add(content);
    else if (
      !isExpected(file, error.exitCode) &&
      !(error.exitCode === 4 && seen.isDoubtful(content, logs.files))
    )
      throw error;
  }
}

/** A half-written archive is cut off, and a log of junk only is probably given with a wrong format. */
function isExpected(file: LogFile, exitCode: number): boolean {
  return exitCode === 3 && (file.packing === 'half' || !hasRecord(toCountable(file)));
}

async function pipeFile(world: World, file: LogFile | undefined, pieceBytes: number): Promise<void> {
  const { logs, seen } = world;
  if (file === undefined || file.packing === 'half') return;
  const content = toWholeLines(file.content);
  seen.addPiped(content);
  const result = await withStandardInput(Buffer.from(file.content, 'latin1'), pieceBytes, () =>
    ingestPaths(world, ['-'], new AbortController().signal),
  );
  const error = result.inputs[0]?.error ?? null;
  if (error === null) seen.add(content);
  else if (
    !(error.exitCode === 3 && !hasRecord(content)) &&
    !(error.exitCode === 4 && seen.isDoubtful(content, logs.files))
  )
    throw error;
}

async function pipeAll(
  world: World,
  { order, pieceBytes }: { readonly order: number; readonly pieceBytes: number },
): Promise<void> {
  const { url, client, logs, seen } = world;
  const contents = choosePiped(sortFiles(logs.files, order), seen);
  const result = await withStandardInput(Buffer.from(contents.join(''), 'latin1'), pieceBytes, () =>
    ingestPaths(world, ['-'], new AbortController().signal),
  );
  const error = result.inputs[0]?.error ?? null;
  if (error !== null && error.exitCode !== 4 && !(error.exitCode === 3 && contents.length === 0)) throw error;
  const piped = { run: result.run, error, contents };
  await checkPiped(client, seen.copy(), piped);
  await undoPiped(url, client, piped);
}

/** In the place of `zcat -f FILE | logtally ingest`. */
async function withStandardInput<Result>(
  content: Buffer,
  pieceBytes: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const own = Object.getOwnPropertyDescriptor(process, 'stdin');
  const pieces = Array.from({ length: Math.ceil(content.length / pieceBytes) }, (_, at) =>
    content.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  );
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(pieces, { objectMode: false }),
    configurable: true,
  });
  try {
    return await work();
  } finally {
    if (own !== undefined) Object.defineProperty(process, 'stdin', own);
  }
}

/** What such a run says does not matter, as long as it is not a bug: the next quiet run puts it right. */
async function runDisturbed(world: World, files: readonly LogFile[], signal: AbortSignal): Promise<void> {
  try {
    await ingestPaths(
      world,
      files.map(({ path }) => path),
      signal,
    );
  } catch (error) {
    if (!(error instanceof LogtallyError)) throw error;
  }
}

async function killChild(
  { url, summaries }: World,
  files: readonly LogFile[],
  afterMs: number,
): Promise<void> {
  const options = ['--quiet', '--summary', summaries.join() || 'none'];
  const args = [`${PROJECT_FOLDER}bin/logtally.js`, 'ingest', ...options, ...files.map(({ path }) => path)];
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  await Promise.race([sleep(afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
}

async function ingestPaths(
  { url, summaries }: World,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<IngestResult> {
  const database = await connectPostgres(url, DEFAULT_LOCK_WAIT.postgres);
  try {
    // two files: so most runs have several groups, on two connections
    const settings = createIngestSettings(paths, {
      ...{ site: SITE, groupBounds: { ...GROUP_BOUNDS, files: 2 } },
      keys: { ...NO_KEYS, summaries },
    });
    return await ingest(database, settings, {
      progress: { packedBytes: 0, lines: 0 },
      signal,
      version: 'model',
    });
  } finally {
    // after an interruption the server may still be busy with it, which nobody waits for
    if (signal.aborted) database.close().catch(() => undefined);
    else await database.close().catch(() => undefined);
  }
}

/** The shell's order, or one of nine others. */
function sortFiles(files: readonly LogFile[], order: number): readonly LogFile[] {
  const toKey = ({ path }: LogFile) =>
    [...path].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0) * order) % 65_521, order);
  return order === 0 ? files : [...files].sort((a, b) => toKey(a) - toKey(b));
}
