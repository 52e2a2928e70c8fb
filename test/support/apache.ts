// A real Apache of the test's own, which answers `/photo/17` with the two headers that name an object.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_FOLDER } from './project-folder.js';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const START_MS = 20_000;

export const HAS_APACHE = existsSync(APACHE);

/** The format that the program takes by default. */
export const COMBINED_IDS =
  'LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-agent}i\\" %{X-Content-Type-ID}o %{X-Object-ID}o" combined_ids';

export interface Apache {
  readonly port: number;
  /** What it and the processes behind its pipes have told. */
  readErrors(): Promise<string>;
  /** Lets new processes take over, also behind the pipes, while the old ones answer what they have begun. */
  restartGracefully(): void;
  /** Ends it; the processes behind its pipes may still be at work. */
  stop(): Promise<void>;
}

export interface ApacheOptions {
  /** An empty folder, which other users must be able to enter. */
  readonly folder: string;
  /** The part of the configuration that says what is logged: `LogFormat` and `CustomLog`. */
  readonly logs: string;
  /** Added to the environment, which is also that of the processes behind its pipes. */
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const apache of running) apache.kill('SIGTERM');
});

/** @throws Error if it does not answer soon */
export async function startApache({ folder, logs, environment = {} }: ApacheOptions): Promise<Apache> {
  // the processes that answer have another user
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'root'));
  await writeFile(join(folder, 'root', 'page.html'), `<title>page</title>${'text '.repeat(400)}\n`);
  const port = await findPort();
  const config = join(folder, 'apache.conf');
  await writeFile(config, formatConfig(folder, port, logs));
  const apache = spawn(APACHE, ['-f', config, '-D', 'FOREGROUND'], {
    stdio: 'inherit',
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  running.add(apache);
  apache.once('close', () => running.delete(apache));
  for (const startedAt = Date.now(); !(await ask(port, '/started')); await sleep(50))
    if (Date.now() - startedAt > START_MS) throw new Error('Apache does not answer');
  return {
    port,
    readErrors: () => readFile(join(folder, 'error.log'), 'utf8'),
    restartGracefully: () => void apache.kill('SIGUSR1'),
    async stop() {
      if (!running.has(apache)) return;
      const ended = once(apache, 'close');
      apache.kill('SIGTERM');
      await ended;
    },
  };
}

function formatConfig(folder: string, port: number, logs: string): string {
  const modules = ['mpm_event', 'authz_core', 'alias', 'setenvif', 'headers'];
  return `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${join(folder, 'apache.pid')}
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
DocumentRoot ${join(folder, 'root')}
AliasMatch "^/" ${join(folder, 'root', 'page.html')}
SetEnvIf Request_URI "^/([a-z]+)/([0-9]+)$" OBJECT_TYPE=$1 OBJECT=$2
Header set X-Content-Type-ID "%{OBJECT_TYPE}e" env=OBJECT_TYPE
Header set X-Object-ID "%{OBJECT}e" env=OBJECT
ErrorLog ${join(folder, 'error.log')}
${logs}
`;
}

/** The program behind the pipe of a log. */
export function formatPipedLog(args: string, format: string): string {
  return `CustomLog "|${process.execPath} ${PROJECT_FOLDER}bin/logtally.js pipe ${args}" ${format}`;
}

/** Asks once. @returns whether it was answered */
export function ask(port: number, path: string, agent: Agent | false = false): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response
        .once('end', () => resolve(true))
        .once('error', () => resolve(false))
        .resume();
    }).once('error', () => resolve(false));
  });
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
