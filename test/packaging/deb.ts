/**
 * `npm run test:deb`: builds the Debian package twice, installs it on this machine, upgrades it with data in both databases, removes
 * it and purges it. It needs root, and a machine on which the package is not installed.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/postgres.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const LIBRARY = '/usr/lib/logtally';
const STATE = '/var/lib/logtally';
const CONFIG = '/etc/logtally/logtally.toml';
const EDIT = '# edited by the administrator\n';
const EMBEDDED = `--data-dir ${STATE}/data`;

const scratch = mkdtempSync(join(tmpdir(), 'logtally-deb-'));
const environment = { PATH: process.env['PATH'] ?? '', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

const say = (text: string) => process.stdout.write(`${text}\n`);

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: scratch,
    env: environment,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Another program may install something at the same time. */
const runApt = (what: string, which: string) =>
  run('apt-get', '-o', 'DPkg::Lock::Timeout=300', what, '-yq', '--no-install-recommends', which);

/** Runs a command line as the user of the services. */
const runAsUser = (command: string) => run('su', '-s', '/bin/sh', 'logtally', '-c', `cd /; ${command}`);

function build(): string {
  const tsx = join(PROJECT_FOLDER, 'node_modules/.bin/tsx');
  const said = execFileSync(tsx, [join(PROJECT_FOLDER, 'packaging/deb.ts')], {
    cwd: scratch,
    encoding: 'utf8',
  });
  return join(scratch, said.trim().split('\n').at(-1) ?? '');
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The same package with a lower version. */
function age(path: string): string {
  run('dpkg-deb', '-R', path, 'older');
  const control = join(scratch, 'older/DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 0.0.1-1'));
  run('dpkg-deb', '--root-owner-group', '--build', 'older', 'older.deb');
  return join(scratch, 'older.deb');
}

/** What is left of the package, outside of dpkg's own records. */
function listRemains(): readonly string[] {
  const found = run(
    'find',
    '/usr',
    '/etc',
    '/var/lib',
    '/lib/systemd',
    '-xdev',
    '-iname',
    '*logtally*',
    '-not',
    '-path',
    '/var/lib/dpkg/*',
  );
  return found.split('\n').filter(Boolean).toSorted();
}

/** Each module of the program can be loaded: no file of a dependency is missing. */
function loadModules(): number {
  const started = /^(?:cli|database\/(?:prepare|embedded-worker|still-clock))\.js$|^page\//;
  const modules = readdirSync(`${LIBRARY}/dist`, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.js') && !started.test(path),
  );
  const code = modules.map((path) => `await import('${LIBRARY}/dist/${path}');`).join('\n');
  run('node', '--input-type=module', '-e', code);
  return modules.length;
}

assert.equal(process.getuid?.(), 0, 'npm run test:deb needs root');
assert.ok(!existsSync(LIBRARY), `${LIBRARY} is there: remove the package first (apt-get purge logtally)`);
const server = await startPostgres();
try {
  const first = digest(build());
  const second = build();
  assert.equal(first, digest(second));
  say(`built twice, the same bytes: ${first}`);

  runApt('install', age(second));
  say(`installed: ${run('du', '-sh', LIBRARY).split('\t')[0]} in ${LIBRARY}; ${loadModules()} modules load`);
  assert.match(run('getent', 'passwd', 'logtally'), new RegExp(`:${STATE}:/usr/sbin/nologin`));
  assert.match(run('man', '-w', 'logtally', 'logtally-ingest', 'logtally.toml'), /logtally\.toml\.5\.gz/);
  const units = readdirSync('/usr/lib/systemd/system').filter((name) => name.startsWith('logtally'));
  run('systemd-analyze', 'verify', '--man=no', ...units.map((name) => `/usr/lib/systemd/system/${name}`));
  assert.equal(spawnSync('pgrep', ['-u', 'logtally']).status, 1, 'something was started');
  appendFileSync(CONFIG, EDIT);

  const log = '/usr/share/doc/logtally/examples/access.log.gz';
  const databases = [EMBEDDED, `--database-url ${server.url}`];
  const ingest = (database: string) =>
    runAsUser(`logtally ingest --json ${database} --config ${CONFIG} ${log} 2>/dev/null`);
  const top = (database: string) => runAsUser(`logtally top ${database} --json`);
  for (const database of databases) assert.equal(JSON.parse(ingest(database)).counted, 45_967);
  const before = databases.map(top);
  assert.equal(before[0], before[1]);

  runApt('install', second);
  assert.ok(readFileSync(CONFIG, 'utf8').endsWith(EDIT), 'the edited configuration is kept');
  for (const [at, database] of databases.entries()) {
    assert.equal(JSON.parse(ingest(database)).lines, 0, 'a known log is counted again');
    assert.equal(top(database), before[at]);
    runAsUser(`logtally verify ${database}`);
    runAsUser(`logtally report ${database} --output ${STATE}/page.html`);
    runAsUser(`logtally show ${database} core.photo 1002`);
  }
  say('upgraded with data in both databases: the same answers, nothing counted again, verify agrees');

  runApt('remove', 'logtally');
  say(`left by remove:\n  ${listRemains().join('\n  ')}`);
  assert.deepEqual(listRemains(), ['/etc/logtally', CONFIG, STATE]);
  runApt('install', second);
  assert.equal(top(EMBEDDED), before[0]);

  runApt('purge', 'logtally');
  assert.deepEqual(listRemains(), []);
  say(`left by purge: the user (${run('getent', 'passwd', 'logtally').trim()})`);
  run('deluser', '--quiet', 'logtally');
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
