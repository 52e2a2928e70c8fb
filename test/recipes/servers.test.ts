// The recipes for web servers, pasted into real ones: a request goes in, a total comes out.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Apache, startApache } from '../support/apache.js';
import { NGINX, startNginx } from '../support/nginx.js';
import {
  describeWith,
  endAfterTest,
  findPort,
  getText,
  readRecipe,
  serve,
  startProgram,
} from '../support/recipes.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const WAIT_MS = 20_000;

/** An application that names its photos. */
const APPLICATION: RequestListener = (request, response) => {
  const [, id] = /^\/photo\/(\d+)/.exec(request.url ?? '') ?? [];
  if (id !== undefined) response.setHeader('X-Content-Type-ID', 'photo').setHeader('X-Object-ID', id);
  response.end('text\n');
};

/** Asks for two photos, one of them twice, and for a page that is none. @returns the names of the headers of a photo */
async function askForPhotos(port: number): Promise<readonly string[]> {
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    await response.text();
    return [...response.headers.keys()];
  };
  await ask('/photo/1');
  await ask('/photo/2');
  await ask('/about');
  return ask('/photo/1');
}

async function waitForLines(path: string, count: number): Promise<void> {
  const countLines = () => (existsSync(path) ? readFileSync(path, 'latin1').split('\n').length - 1 : 0);
  for (const startedAt = Date.now(); countLines() < count && Date.now() - startedAt < WAIT_MS; )
    await sleep(20);
  expect(countLines()).toBe(count);
}

/** Counts a log as the recipe says, by the last words of its line. */
async function countAsTold(target: Target, recipe: Awaited<ReturnType<typeof readRecipe>>): Promise<void> {
  const [, check = '', ingest = ''] =
    /^\S+ (check .*)\n\S+ (ingest .*)\n/.exec(getText(recipe, 'after some requests')) ?? [];
  expect((await target.run(splitWords(check))).code).toBe(0);
  expect(await succeed(target, splitWords(ingest))).toMatch(/^without object +1$/m);
}

/** The words of a command line, some of them in single quotes. */
function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function readHits(target: Target) {
  return target.query(
    'select site, content_type, object_id, hit_count::int as hits from logtally.object_ranking order by object_id',
  );
}

const HITS = (site: string) => [
  { site, content_type: 'photo', object_id: '1', hits: 2 },
  { site, content_type: 'photo', object_id: '2', hits: 1 },
];

describeWith('/usr/sbin/apache2', 'apache2-bin')('the recipe for Apache', () => {
  it.for([
    { args: [], site: 'default' },
    { args: ['--site', 'blog', '--format', '%v %h %{X-Object-ID}o %t "%r" %>s %O'], site: 'blog' },
  ])('logs the ids and keeps them from visitors: $args', async ({ args, site }, { folder, openTarget }) => {
    const log = join(folder, 'a "log" of it.log');
    const recipe = await readRecipe(['apache', '--log', log, ...args]);
    const logs = getText(recipe, '/etc/apache2/conf-available') + getText(recipe, 'CustomLog');
    const server: Apache = await startApache({ folder, logs });
    const headers = await askForPhotos(server.port);
    await server.stop();
    expect(headers.filter((name) => name.startsWith('x-'))).toEqual([]);
    // the first question is whether it answers
    await waitForLines(log, 5);
    await writeFile(log, readFileSync(log, 'latin1').replace(/^.*\/started.*\n/m, ''));
    const target = await openTarget('postgres');
    await countAsTold(target, recipe);
    expect(await readHits(target)).toEqual(HITS(site));
  });
});

describeWith(NGINX, 'nginx-light')('the recipe for nginx', () => {
  it.for([
    { args: [], site: 'default' },
    { args: ['--format', 'vhost_common', '--site', 'blog'], site: 'blog' },
  ])('logs the ids and keeps them from visitors: $args', async ({ args, site }, { folder, openTarget }) => {
    const log = join(folder, 'the site.log');
    const recipe = await readRecipe(['nginx', '--log', log, ...args]);
    const port = await startNginx({
      folder,
      http: getText(recipe, '/etc/nginx/conf.d'),
      server: `server_name www.example.com;\n${getText(recipe, 'access_log')}`,
      upstream: await serve(APPLICATION),
    });
    expect((await askForPhotos(port)).filter((name) => name.startsWith('x-'))).toEqual([]);
    await waitForLines(log, 4);
    const target = await openTarget('postgres');
    await countAsTold(target, recipe);
    expect(await readHits(target)).toEqual(HITS(site));
  });
});

describeWith('/usr/bin/caddy', 'caddy')('the recipe for Caddy', () => {
  it('logs the ids, whatever the headers are called', async ({ folder, openTarget }) => {
    const log = join(folder, 'access.log');
    const config = join(folder, 'logtally.toml');
    const names = 'content_type_field = "X-Kind"\nobject_id_field = "X-KEY"\n';
    await writeFile(config, names);
    const recipe = await readRecipe(['caddy', '--log', log, '--site', 'www.example.com', '--config', config]);
    await writeFile(config, names + getText(recipe, config));
    const application: RequestListener = (request, response) => {
      const [, id] = /^\/photo\/(\d+)/.exec(request.url ?? '') ?? [];
      if (id !== undefined) response.setHeader('X-Kind', 'photo').setHeader('X-Key', id);
      response.end('text\n');
    };
    const [port, upstream] = [await findPort(), await serve(application)];
    const site = getText(recipe, 'Caddyfile')
      .replace('www.example.com', `http://127.0.0.1:${port}`)
      .replace('localhost:8000', `127.0.0.1:${upstream}`);
    await writeFile(join(folder, 'Caddyfile'), `{\n\tadmin off\n}\n${site}`);
    const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
    await startProgram('/usr/bin/caddy', args, { port, environment: { HOME: folder } });
    expect(await askForPhotos(port)).toContain('x-key');
    await waitForLines(log, 4);
    const target = await openTarget('postgres');
    await countAsTold(target, recipe);
    expect(await readHits(target)).toEqual(HITS('www.example.com'));
  });
});

describeWith('/usr/sbin/rsyslogd', 'rsyslog')('the recipe for rsyslog', () => {
  it('writes what nginx and logger send by syslog into a log', async ({ folder, openTarget }) => {
    const log = join(folder, 'web', 'access.log');
    const recipe = await readRecipe(['rsyslog', '--log', log]);
    const socket = join(folder, 'syslog');
    const isRoot = process.getuid?.() === 0;
    const rules = getText(recipe, '/etc/rsyslog.d').replace(isRoot ? /^$/ : / fileGroup="adm"/, '');
    const config = join(folder, 'rsyslog.conf');
    await writeFile(
      config,
      `module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="${socket}")\n${rules}`,
    );
    const rsyslog = spawn('/usr/sbin/rsyslogd', ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid')]);
    endAfterTest(rsyslog);
    for (const startedAt = Date.now(); !existsSync(socket) && Date.now() - startedAt < WAIT_MS; )
      await sleep(20);
    const nginx = await readRecipe(['nginx']);
    const port = await startNginx({
      folder,
      http: getText(nginx, '/etc/nginx/conf.d'),
      server: getText(recipe, 'server block of nginx').replace('/dev/log', socket),
      upstream: await serve(APPLICATION),
    });
    await askForPhotos(port);
    await waitForLines(log, 4);
    const [, logger = '', args = ''] =
      /\|(\S+) ([^"]*)"/.exec(getText(recipe, 'virtual host of Apache')) ?? [];
    const sender = spawn(logger, [...args.split(' '), '--socket', socket]);
    sender.stdin.end(readFileSync(log));
    await waitForLines(log, 8);
    const [first = '', , , , fifth] = readFileSync(log, 'latin1').split('\n');
    expect(fifth).toBe(first);
    await writeFile(
      log,
      readFileSync(log, 'latin1')
        .split(/(?<=\n)/)
        .slice(0, 4)
        .join(''),
    );
    const target = await openTarget('postgres');
    await countAsTold(target, recipe);
    expect(await readHits(target)).toEqual(HITS('default'));
  });
});
