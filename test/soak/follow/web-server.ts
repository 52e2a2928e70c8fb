// nginx with a log of its own, the load on it, and logrotate as Debian sets it up for it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '../../support/postgres.js';

const NGINX = '/usr/sbin/nginx';
const LOGROTATE = '/usr/sbin/logrotate';
const TICK_MS = 20;

export interface WebServer {
  readonly log: string;
  /** Requests that were answered. */
  readonly answered: number;
  /** Requests a path, and returns when it is answered: `/photo/7` is a hit of the photo 7. */
  request(path: string): Promise<void>;
  rotate(): Promise<void>;
  /** Ends it when it has logged all that it answered. */
  stop(): Promise<void>;
}

/** @param folder is made */
export async function startNginx(folder: string): Promise<WebServer> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  const log = join(folder, 'access.log');
  const port = await findFreePort();
  await writeFile(join(folder, 'nginx.conf'), formatConfig(folder, log, port));
  const server = spawn(NGINX, ['-p', folder, '-e', join(folder, 'error'), '-c', join(folder, 'nginx.conf')], {
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => void server.kill('SIGKILL');
  process.once('exit', end);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let answered = 0;
  const request = async (path: string) => {
    await requestPath(agent, port, path);
    answered += 1;
  };
  await waitForServer(server, () => request('/'));
  return {
    log,
    get answered() {
      return answered;
    },
    request,
    rotate: () =>
      rotate(
        log,
        ['create', 'postrotate', `kill -USR1 ${server.pid}`, 'endscript'],
        join(folder, 'rotation'),
      ),
    async stop() {
      if (server.exitCode !== null) return;
      agent.destroy();
      const exit = once(server, 'exit');
      server.kill('SIGQUIT');
      await exit;
      process.off('exit', end);
    },
  };
}

/** Runs logrotate over one log. @param files what its configuration and state are called, without their endings */
export async function rotate(log: string, directives: readonly string[], files: string): Promise<void> {
  const lines = ['rotate 1000', 'compress', 'delaycompress', ...directives]
    .map((each) => `  ${each}\n`)
    .join('');
  await writeFile(`${files}.conf`, `"${log}" {\n${lines}}\n`, { mode: 0o644 });
  await promisify(execFile)(LOGROTATE, ['--force', '--state', `${files}.state`, `${files}.conf`]);
}

/** Calls a function so many times a second until it is to stop. @returns when it has stopped */
export async function repeat(perSecond: number, stop: AbortSignal, call: () => void): Promise<void> {
  const startedAt = performance.now();
  for (let calls = 0; !stop.aborted; await sleep(TICK_MS)) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; calls < due; calls += 1) call();
  }
}

function formatConfig(folder: string, log: string, port: number): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
${user}
daemon off;
worker_processes 1;
pid ${folder}/pid;
events {}
http {
  ${folders.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  keepalive_requests 1000000;
  map $uri $content_type_id { default -; ~^/(?<type>[a-z]+)/[0-9]+$ $type; }
  map $uri $object_id { default -; ~^/[a-z]+/(?<number>[0-9]+)$ $number; }
  log_format combined_ids '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" $content_type_id $object_id';
  access_log ${log} combined_ids;
  server {
    listen 127.0.0.1:${port};
    location / { return 200 "ok"; }
  }
}
`;
}

async function requestPath(agent: Agent, port: number, path: string): Promise<void> {
  const [response] = await once(get({ agent, host: '127.0.0.1', port, path }), 'response');
  await text(response);
  if (response.statusCode !== 200) throw new Error(`nginx answered with ${response.statusCode}`);
}

async function waitForServer(server: ChildProcess, ask: () => Promise<void>): Promise<void> {
  let complaint = '';
  server.stderr?.on('data', (words: Buffer) => {
    complaint += words.toString();
  });
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 200 || server.exitCode !== null) throw new Error(`nginx: ${complaint}`, { cause: error });
      await sleep(50);
    }
  }
}
