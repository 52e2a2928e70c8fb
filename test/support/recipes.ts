// What `logtally recipe` prints, part by part, and the programs that it is for.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished } from 'vitest';
import { runCli } from './cli.js';
import { isExecutable } from './executable.js';

const START_MS = 20_000;

/** The texts of a recipe by the places that they go to, in their order; a place may be there twice. */
export type RecipeText = readonly (readonly [place: string, text: string])[];

/** Reads what a person sees. */
export async function readRecipe(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RecipeText> {
  const { code, stdout, stderr } = await runCli(['recipe', ...args], { environment });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const parts = stdout.split(/^\d+\. (.*)\n {3}\S.*\n\n/m).slice(1);
  return parts.flatMap((part, at) =>
    at % 2 === 0 ? [[part, (parts[at + 1] ?? '').replace(/\n\n$/, '\n')] as const] : [],
  );
}

/** The first text whose place has these words. */
export function getText(recipe: RecipeText, words: string): string {
  const found = recipe.find(([place]) => place.includes(words));
  if (found === undefined) throw new Error(`the recipe has no text for ${words}`);
  return found[1];
}

/** `describe` for the tests of a program; if it is missing, the name of the skipped tests says so. */
export function describeWith(path: string, debian: string) {
  if (isExecutable(path)) return describe;
  const what = `NOT TESTED: ${path} is missing: apt-get install ${debian}`;
  console.warn(`\n*** ${what} ***\n`);
  return (name: string, tests: () => void) => describe.skip(`${name} (${what})`, tests);
}

/** Starts a program that answers at a port, until the test ends. */
export async function startProgram(
  command: string,
  args: readonly string[],
  { port, environment = {} }: { port: number; environment?: Readonly<Record<string, string>> },
): Promise<void> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  let errors = '';
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  endAfterTest(child);
  for (const startedAt = Date.now(); !(await isOpen(port)); await sleep(20)) {
    const isLate = Date.now() - startedAt > START_MS;
    if (isLate || child.exitCode !== null) throw new Error(`${command} does not answer: ${errors}`);
  }
}

/** Ends a process when the test does. */
export function endAfterTest(child: ChildProcess): void {
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  });
}

/** Answers requests until the test ends. @returns the port */
export async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that nobody has. */
export async function findPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
