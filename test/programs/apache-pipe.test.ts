// Apache with `logtally pipe` behind its log, beside a plain log of the same requests.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect } from 'vitest';
import { it } from '../support/folder.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const REQUESTS = 3000;
const AT_ONCE = 20;
const WAIT_MS = 20_000;

const started = new Set<ChildProcess>();

afterEach(async () => {
  for (const apache of started) {
    const ended = once(apache, 'close');
    apache.kill('SIGTERM');
    await ended;
  }
});

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts Apache with a plain log and one behind the pipe. */
async function startApache(folder: string, port: number, piped: string): Promise<ChildProcess> {
  // the processes that answer have another user
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'root'));
  const isRoot = process.getuid?.() === 0;
  const config = join(folder, 'apache.conf');
  await writeFile(
    config,
    `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${join(folder, 'apache.pid')}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
${isRoot ? 'User www-data\nGroup www-data' : ''}
DocumentRoot ${join(folder, 'root')}
ErrorLog ${join(folder, 'error.log')}
LogFormat "%h %l %u %t \\"%r\\" %>s %b %{pid}P" numbered
CustomLog ${join(folder, 'plain.log')} numbered
CustomLog "|${process.execPath} ${PROJECT_FOLDER}bin/logtally.js pipe --no-count ${piped}" numbered
`,
  );
  const apache = spawn(APACHE, ['-f', config, '-D', 'FOREGROUND'], { stdio: 'inherit' });
  started.add(apache);
  apache.once('close', () => started.delete(apache));
  for (let at = 0; !(await ask(port, '/started', null)); at += 1) {
    if (at > 200) throw new Error('Apache does not answer');
    await sleep(50);
  }
  return apache;
}

/** Asks once. @returns whether it was answered */
function ask(port: number, path: string, agent: Agent | null): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: agent ?? false }, (response) => {
      response.once('end', () => resolve(true)).resume();
    }).once('error', () => resolve(false));
  });
}

function readSorted(path: string): string[] {
  const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
  return text.split(/(?<=\n)/).toSorted();
}

describe.skipIf(!existsSync(APACHE))('Apache', () => {
  it('has the same lines in the log of the pipe as in a plain one, over graceful restarts and a stop', async ({
    folder,
  }) => {
    const port = await findPort();
    const apache = await startApache(folder, port, join(folder, 'piped', '%Y', 'access.log'));
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    let asked = 0;
    let answered = 0;
    const work = async () => {
      while (asked < REQUESTS) {
        asked += 1;
        const path = `/${'x/'.repeat(asked % 1500)}${asked}`;
        // a connection that is kept alive may be closed by the restart
        while (!(await ask(port, path, agent))) await sleep(5);
        answered += 1;
        if (answered % 1000 === 500) apache.kill('SIGUSR1');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    agent.destroy();
    // an old process answers when its writer was asked to stop long ago
    const late = connect(port, '127.0.0.1').setEncoding('latin1');
    late.write('GET /late HTTP/1.0\r\n');
    await sleep(100);
    apache.kill('SIGUSR1');
    await sleep(1000);
    late.write('\r\n');
    expect(await text(late)).toContain('404 Not Found');
    const ended = once(apache, 'close');
    apache.kill('SIGTERM');
    await ended;
    const [year = ''] = await readdir(join(folder, 'piped'));
    const piped = join(folder, 'piped', year, 'access.log');
    const plain = readSorted(join(folder, 'plain.log'));
    // the processes behind the pipes end by themselves when they have read all of it
    const deadline = Date.now() + WAIT_MS;
    while (readSorted(piped).length < plain.length && Date.now() < deadline) await sleep(50);
    expect(plain.length).toBeGreaterThan(REQUESTS);
    expect(plain.filter((line) => line.includes('GET /late '))).toHaveLength(1);
    expect(new Set(plain.map((line) => / (\d+)\n$/.exec(line)?.[1])).size).toBeGreaterThan(1);
    expect(readSorted(piped)).toEqual(plain);
    expect(readFileSync(join(folder, 'error.log'), 'utf8')).not.toMatch(/^logtally: |piped log/m);
    await expectNoneLeft(piped);
  });

  async function expectNoneLeft(piped: string): Promise<void> {
    const list = async () => (await promisify(execFile)('ps', ['-eo', 'args'])).stdout;
    const deadline = Date.now() + WAIT_MS;
    while ((await list()).includes(piped.replace(/\d{4}/, '%Y')) && Date.now() < deadline) await sleep(50);
    expect(await list()).not.toContain(piped.replace(/\d{4}/, '%Y'));
  }
});
