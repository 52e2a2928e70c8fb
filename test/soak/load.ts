// Asks a web server so many times a second over connections that are kept alive, in a process of its own: what it measures must not
// wait for what the soak does meanwhile. Prints one JSON object at its end.
//
//   npx tsx test/soak/load.ts '{"port":8080,"rate":1000,"seconds":60,"first":1}'

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { getObject, getPath } from './requests.js';

const CONNECTIONS = 50;
const TICK_MS = 2;
const LAST_ANSWER_MS = 30_000;

export interface Load {
  readonly port: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** The number of the first request. */
  readonly first: number;
}

export interface LoadResult {
  /** Numbers of the requests that were answered. */
  readonly answered: readonly number[];
  /** Numbers of those whose connection was closed before the end of the answer: nobody knows whether the server has seen them. */
  readonly broken: readonly number[];
  /** Answers without the headers of their object. */
  readonly wrong: number;
  /** From the request to the end of the answer, in milliseconds. */
  readonly latencies: readonly number[];
}

/** @returns the process that asks, and what it has found when it ends */
export function startLoad(load: Load): {
  readonly process: ChildProcess;
  readonly result: Promise<LoadResult>;
} {
  const child = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, JSON.stringify(load)], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: child, result: readResult(child) };
}

async function readResult(
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
): Promise<LoadResult> {
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`the load has ended with ${code}`);
  return JSON.parse(printed);
}

async function run({ port, rate, seconds, first }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answered: number[] = [];
  const broken: number[] = [];
  const latencies: number[] = [];
  let wrong = 0;
  let sent = 0;
  let open = 0;
  const ask = (request: number) =>
    new Promise<void>((resolve) => {
      const startedAt = performance.now();
      const fail = () => {
        broken.push(request);
        resolve();
      };
      get({ host: '127.0.0.1', port, path: getPath(request), agent }, (response) => {
        const { 'x-content-type-id': type, 'x-object-id': id } = response.headers;
        if ((type === undefined ? null : `${type} ${id}`) !== getObject(request)) wrong += 1;
        response.once('error', fail).resume();
        response.once('end', () => {
          latencies.push(performance.now() - startedAt);
          answered.push(request);
          resolve();
        });
      }).once('error', fail);
    });
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    const ticking = setInterval(() => {
      const elapsedMs = performance.now() - startedAt;
      // what a server that stands still keeps waiting is asked for later, not all at once
      for (; sent < (Math.min(elapsedMs, seconds * 1000) * rate) / 1000 && open < CONNECTIONS; sent += 1) {
        open += 1;
        void ask(first + sent).then(() => {
          open -= 1;
        });
      }
      if (elapsedMs > seconds * 1000 + LAST_ANSWER_MS) throw new Error(`${open} requests are not answered`);
      if (elapsedMs < seconds * 1000 || open > 0) return;
      clearInterval(ticking);
      resolve();
    }, TICK_MS);
  });
  agent.destroy();
  return { answered, broken, wrong, latencies };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? ''))));
}
