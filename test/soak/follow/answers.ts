// The embedded database, asked by `top`, by psql and by a program while `follow` counts into it: each answer is one that a commit
// left behind, and none is old. Lines come in pairs, for the objects left and right, so that an odd answer is a wrong one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnCli } from '../../support/cli.js';
import { createStore, type Server, type Store } from '../kills.js';
import { createFollowing, openClient, waitForNumber } from './program.js';
import { findQuantile, type Result } from './result.js';
import { repeat, startNginx } from './web-server.js';
import { formatLine } from './written-logs.js';

/** A second. */
const PAIRS = 20;
const LOAD = 100;

/** Bytes of a line: a pair never lies in two pages of the file system, of which a reader may see the first alone. */
const LINE_BYTES = 128;

const WANTED_MS = 2000;
const ALL_MS = 60_000;

/** Left, right, the days of both; all hits, and how many lines the batches have counted. */
const QUESTION = `
  select concat_ws(' ',
    coalesce(sum(hit_count) filter (where object_id = 'left'), 0),
    coalesce(sum(hit_count) filter (where object_id = 'right'), 0),
    (select coalesce(sum(hit_count), 0) from logtally.daily_hits where content_type = 'pair'),
    (select coalesce(sum(hit_count), 0) from logtally.object_hits),
    (select coalesce(sum(counted), 0) from logtally.batch)) as answer
  from logtally.object_ranking
  where content_type = 'pair'`.replace(/\s+/g, ' ');

/** Asks once. @returns the hits of left, if the answer fits together */
type Ask = () => Promise<number>;

/** @throws Error if an answer is wrong */
export async function checkAnswers(server: Server, questions: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-answers-'));
  const store = await createStore(server, 'files into embedded');
  const nginx = await startNginx(join(folder, 'nginx'));
  const log = join(folder, 'pairs.log');
  appendFileSync(log, '');
  const following = createFollowing(store, [nginx.log, log]);
  const end = new AbortController();
  try {
    following.start();
    await following.waitForStart();
    const writtenAt: number[] = [];
    const writing = repeat(PAIRS, end.signal, () => {
      appendFileSync(log, formatPair());
      writtenAt.push(performance.now());
    });
    const load = repeat(LOAD, end.signal, () => void nginx.request(`/photo/${nginx.answered % 1000}`));
    // top takes a name that nothing was counted of for a mistake
    const statement = `select count(*) as number from logtally.object_ranking where content_type = 'pair'`;
    const isWanted = (objects: number) => objects > 0;
    if (!(await waitForNumber(store, { statement, isWanted, patienceMs: ALL_MS })))
      throw new Error('no pair was counted');
    const many = Math.floor(questions * 0.45);
    const askers = [
      await openProgram(store, many),
      await openPsql(store, many),
      {
        name: 'logtally top --json',
        times: questions - 2 * many,
        ask: () => askTop(store),
        close: async () => {},
      },
    ];
    const results = await Promise.all(askers.map((asker) => askOften(asker, writtenAt)));
    end.abort();
    await Promise.all([writing, load]);
    for (const { close } of askers) await close();
    await following.end('SIGTERM');
    return results;
  } finally {
    end.abort();
    following.signal('SIGKILL');
    await nginx.stop();
    await store.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Asker {
  readonly name: string;
  readonly times: number;
  readonly ask: Ask;
  close(): Promise<void>;
}

/** Compares each answer with what was written when it was asked for. */
async function askOften({ name, times, ask }: Asker, writtenAt: readonly number[]): Promise<Result> {
  const agesMs: number[] = [];
  const tookMs: number[] = [];
  let before = 0;
  for (let asked = 0; asked < times; asked += 1) {
    const askedAt = performance.now();
    const seen = await ask();
    if (seen < before || seen > writtenAt.length) throw new Error(`${name}: ${before}, then ${seen} pairs`);
    before = seen;
    tookMs.push(performance.now() - askedAt);
    agesMs.push(Math.max(0, askedAt - (writtenAt[seen] ?? askedAt)));
    await sleep(Math.max(0, ALL_MS / times - (performance.now() - askedAt)));
  }
  const [ages, took] = [agesMs, tookMs].map((list) => list.toSorted((a, b) => a - b));
  const [worst, median, longest] = [
    findQuantile(ages ?? [], 1),
    findQuantile(took ?? [], 0.5),
    findQuantile(took ?? [], 1),
  ];
  return {
    promise: `answers of ${name} are right, and no line is missing that is older than ${WANTED_MS / 1000} s (embedded)`,
    found:
      `${times} right; oldest line that was missing ${Math.round(worst)} ms; ` +
      `an answer took ${Math.round(median)} ms, at most ${Math.round(longest)} ms`,
    isKept: worst < WANTED_MS,
  };
}

function formatPair(): string {
  return ['left', 'right']
    .map((id) => {
      const line = formatLine(new Date(), 'pair', id);
      return line.replace('"UA"', `"UA${' '.repeat(LINE_BYTES - line.length)}"`);
    })
    .join('');
}

/** @throws Error if no commit can have left it */
function readAnswer(answer: string): number {
  const [left, right, days, all, counted] = answer.split(' ').map(Number);
  if (left === undefined || left !== right || days !== left + right || all !== counted)
    throw new Error(`no commit left this: ${answer}`);
  return left;
}

async function openProgram(store: Store, times: number): Promise<Asker> {
  const client = await openClient(store);
  const ask = async () => {
    const { rows } = await client.query<{ readonly answer: string }>(QUESTION);
    return readAnswer(rows[0]?.answer ?? '');
  };
  return { name: 'a program with pg', times, ask, close: () => client.end() };
}

async function openPsql({ environment }: Store, times: number): Promise<Asker> {
  const host = environment['LOGTALLY_DATA_DIR'] ?? '';
  const child = spawn('psql', ['-X', '-A', '-t', '-q', '-h', host, '-U', 'postgres'], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write(`${QUESTION};\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error('psql has ended');
    return readAnswer(value);
  };
  const close = async () => {
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  };
  return { name: 'psql', times, ask, close };
}

async function askTop({ environment }: Store): Promise<number> {
  const { code, stdout, stderr } = await spawnCli(['top', 'pair', '--json'], { environment });
  if (code !== 0) throw new Error(`top ended with ${code}: ${stderr}`);
  const rows: readonly Readonly<Record<string, unknown>>[] = JSON.parse(stdout);
  const [left, right] = ['left', 'right'].map((id) => rows.find((row) => row['objectId'] === id));
  if (
    rows.length !== 2 ||
    left?.['hits'] !== right?.['hits'] ||
    left?.['rank'] !== 1 ||
    right?.['rank'] !== 1
  )
    throw new Error(`no commit left this: ${stdout}`);
  return Number(left['hits']);
}
