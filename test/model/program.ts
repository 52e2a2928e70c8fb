// Runs a program of actions on real files and a real PostgreSQL, and compares what was counted with the model.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogtallyError } from '../../src/errors.js';
import { GROUP_BOUNDS, type IngestResult, ingest } from '../../src/ingest/ingest.js';
import { PROJECT_FOLDER } from '../support/cli.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { NO_KEYS } from '../support/no-summaries.js';
import { type Action, isLive, type Program } from './actions.js';
import { check, readBatches } from './check.js';
import { hasRecord, SeenLogs, toCountable, toWholeLines } from './expected.js';
import { type LogFile, LogFolder } from './files.js';
import { LiveProcesses } from './live.js';
import { checkPiped, choosePiped, undoPiped } from './pipe-all.js';
import { overwriteMiddle } from './rewritten.js';
import { openEmbeddedStore, openServerStore, type Store } from './stores.js';

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
  const server = await openServerStore(url);
  return {
    url,
    async run(program) {
      await server.client.query(EMPTY_DATABASE);
      await withFolder((folder) => runProgram(program, server, folder));
    },
    close: server.close,
  };
}

/** Runs a program in an embedded database of its own. */
export async function runEmbedded(program: Program): Promise<void> {
  await withFolder((data) =>
    withFolder(async (folder) => {
      const store = await openEmbeddedStore(data);
      await runProgram(program, store, folder).finally(store.release);
    }),
  );
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-model-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface World {
  readonly store: Store;
  readonly logs: LogFolder;
  readonly seen: SeenLogs;
  /** Kept beside the hits. */
  readonly summaries: readonly string[];
  readonly live: LiveProcesses;
}

async function runProgram(program: Program, store: Store, folder: string): Promise<void> {
  const summaries = program.length % 2 === 0 ? SUMMARIES : [];
  const known = { store, logs: new LogFolder(folder), seen: new SeenLogs(), summaries };
  const live = new LiveProcesses({ ...known, folder });
  const world = { ...known, live };
  try {
    for (const action of program) await apply(action, world);
    await live.finish();
    await runAndCheck(world, 0);
    if (program.some(isLive)) await live.verify();
  } finally {
    await live.abandon();
  }
}

async function apply(action: Action, world: World): Promise<void> {
  const { logs, live } = world;
  const files = logs.files;
  const isCounted = (content: string) => live.isCounted(content);
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
      if (!world.store.isShared) return;
      const running = runDisturbed(world, sortFiles(files, action.order), new AbortController().signal);
      await sleep(action.afterMs);
      await world.store.client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return running;
    }
    case 'kill':
      return killChild(world, sortFiles(files, action.order), action.afterMs);
    case 'runElsewhere':
      return onAnotherHost(() => runFiles(world, sortFiles(files, action.order)));
    case 'fork':
      if (!live.isUndone) logs.apply(action, isCounted);
      return;
    default:
      return isLive(action) ? live.apply(action) : logs.apply(action, isCounted);
  }
}

async function runAndCheck(world: World, order: number): Promise<void> {
  await world.live.makeWay();
  const files = sortFiles([...world.logs.files, ...(await world.live.settle())], order);
  await runFiles(world, files);
  world.live.countedAll();
  await check({ ...world, client: world.store.client });
  const before = await readBatches(world.store.client);
  await runFiles(world, sortFiles(files, order + 1));
  const after = await readBatches(world.store.client);
  if (before.batches !== after.batches)
    throw new Error('running again over the same files counted something');
}

/** What the model knows of the files stays as it is: nothing of a rewritten middle is counted, and nothing is taken back. */
async function runRewritten(
  world: World,
  { file, log, order }: Action & { readonly do: 'runRewritten' },
): Promise<void> {
  await runAndCheck(world, order);
  const restore = await overwriteMiddle(world.store.client, world.logs.files, file);
  if (restore === null) return;
  world.logs.apply({ do: 'append', log, lines: 3, filler: 20 }, (content) => world.live.isCounted(content));
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
    // a segment of a spool goes when somebody else has counted it
    if (error === null || !existsSync(file.path)) seen.add(content);
    else if (
      !isExpected(file, error.exitCode) &&
      !(error.exitCode === 4 && seen.isDoubtful(content, [...logs.files, ...files]))
    )
      throw error;
  }
}

/** To the program the machine has another name. */
async function onAnotherHost(work: () => Promise<void>): Promise<void> {
  const { hostname } = os;
  os.hostname = () => 'another';
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    os.hostname = hostname;
    syncBuiltinESMExports();
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
    // who follows the log has counted it meanwhile
    !world.live.isFollowing &&
    !(error.exitCode === 3 && !hasRecord(content)) &&
    !(error.exitCode === 4 && seen.isDoubtful(content, logs.files))
  )
    throw error;
}

async function pipeAll(
  world: World,
  { order, pieceBytes }: { readonly order: number; readonly pieceBytes: number },
): Promise<void> {
  const { store, logs, seen } = world;
  const contents = choosePiped(sortFiles(logs.files, order), seen);
  const result = await withStandardInput(Buffer.from(contents.join(''), 'latin1'), pieceBytes, () =>
    ingestPaths(world, ['-'], new AbortController().signal),
  );
  const error = result.inputs[0]?.error ?? null;
  if (error !== null && error.exitCode !== 4 && !(error.exitCode === 3 && contents.length === 0)) throw error;
  const piped = { run: result.run, error, contents };
  await checkPiped(store.client, seen.copy(), piped);
  await undoPiped(store, piped);
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
    if (!isTold(error)) throw error;
  }
}

/** Whether it is no bug. The errors of an embedded database are those of the built program. */
function isTold(error: unknown): boolean {
  return error instanceof LogtallyError || (error instanceof Error && 'exitCode' in error);
}

async function killChild(
  { store, live, summaries }: World,
  files: readonly LogFile[],
  afterMs: number,
): Promise<void> {
  const options = ['--quiet', '--summary', summaries.join() || 'none'];
  const args = [`${PROJECT_FOLDER}bin/logtally.js`, 'ingest', ...options, ...files.map(({ path }) => path)];
  await live.makeWay();
  const env = { PATH: process.env['PATH'] ?? '', ...store.environment };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  await Promise.race([sleep(afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
}

async function ingestPaths(
  { store, live, summaries }: World,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<IngestResult> {
  await live.makeWay();
  const database = await store.open();
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
