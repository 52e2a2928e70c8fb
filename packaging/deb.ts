/**
 * `npm run package:deb`: makes the Debian package of this checkout, `logtally_0.1.0-1_amd64.deb` in the current folder. It holds what
 * `npm pack` packs, the packages that the program depends on, and what a Debian machine wants beside them. From one commit it has
 * always the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { findSourceDate } from '../src/manual/source-date.js';
import { getCompletionScript } from '../src/output/completion-scripts.js';
import { readVersion } from '../src/version.js';
import { listNeededFiles } from './dependencies.js';
import { readUnits, toPackagedUnit } from './units.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const DEBIAN = fileURLToPath(new URL('debian', import.meta.url));

/** The machines of Node.js by the architectures of Debian for which there are native modules. */
const MACHINES: Readonly<Record<string, string>> = { amd64: 'x64', arm64: 'arm64' };

const SCRIPTS: readonly string[] = ['postinst', 'prerm', 'postrm'];

const version = readVersion();
const sourceDate = findSourceDate(PROJECT, process.env);
const environment = { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate), DPKG_DEB_THREADS_MAX: '1' };

const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, {
    cwd: PROJECT,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const architecture = run('dpkg', '--print-architecture').trim();
const scratch = mkdtempSync(join(tmpdir(), 'logtally-deb-'));
const root = join(scratch, 'root');
try {
  addProgram();
  addDependencies();
  addManual();
  addCompletions();
  addUnits();
  addConfiguration();
  addDocuments();
  addControl();
  settle(root);
  const file = `logtally_${version}-1_${architecture}.deb`;
  run('dpkg-deb', '--root-owner-group', '-Zxz', '--build', root, join(process.cwd(), file));
  process.stdout.write(`${file}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function put(path: string, content: string | Buffer): void {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
}

/** What `npm pack` packs, built anew; documents and examples go where Debian has them. */
function addProgram(): void {
  const [packed = ''] = run('npm', 'pack', '--silent', '--pack-destination', scratch)
    .trim()
    .split('\n')
    .slice(-1);
  run('tar', '-xzf', join(scratch, packed), '-C', scratch);
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  renameSync(join(scratch, 'package'), join(root, 'usr/lib/logtally'));
  mkdirSync(join(root, 'usr/bin'));
  symlinkSync('../lib/logtally/bin/logtally.js', join(root, 'usr/bin/logtally'));
}

function addDependencies(): void {
  const machine = MACHINES[architecture];
  if (machine === undefined) throw new Error(`there is no native module for ${architecture}`);
  for (const file of listNeededFiles(PROJECT, machine)) {
    const place = join(root, 'usr/lib/logtally', file);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(join(PROJECT, file), place);
  }
}

function addManual(): void {
  const folder = join(root, 'usr/lib/logtally/dist/man');
  for (const name of readdirSync(folder)) {
    put(`usr/share/man/man${name.at(-1)}/${name}.gz`, compress(readFileSync(join(folder, name))));
  }
  rmSync(folder, { recursive: true });
}

function addCompletions(): void {
  put('usr/share/bash-completion/completions/logtally', getCompletionScript('bash'));
  put('usr/share/zsh/vendor-completions/_logtally', getCompletionScript('zsh'));
  put('usr/share/fish/vendor_completions.d/logtally.fish', getCompletionScript('fish'));
}

function addUnits(): void {
  for (const [name, unit] of readUnits()) {
    put(`usr/lib/systemd/system/${name}`, toPackagedUnit(unit));
  }
}

function addConfiguration(): void {
  put('etc/logtally/logtally.toml', readFileSync(join(DEBIAN, 'logtally.toml')));
}

function addDocuments(): void {
  const folder = join(root, 'usr/lib/logtally');
  const documents = join(root, 'usr/share/doc/logtally');
  mkdirSync(documents, { recursive: true });
  const log = readFileSync(join(folder, 'CHANGELOG.md'));
  rmSync(join(folder, 'CHANGELOG.md'));
  put('usr/share/doc/logtally/changelog.gz', compress(log));
  const date = new Date(sourceDate * 1000).toUTCString().replace('GMT', '+0000');
  put('usr/share/doc/logtally/changelog.Debian.gz', compress(Buffer.from(fill('changelog', { DATE: date }))));
  put('usr/share/doc/logtally/copyright', describeCopyright(readFileSync(join(folder, 'LICENSE'), 'utf8')));
  put('usr/share/doc/logtally/README.Debian', readFileSync(join(DEBIAN, 'README.Debian')));
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.md')))
    renameSync(join(folder, name), join(documents, name));
  renameSync(join(folder, 'docs'), join(documents, 'docs'));
  renameSync(join(folder, 'fixtures'), join(documents, 'examples'));
  // the pages name it as the checkout has it
  symlinkSync('examples', join(documents, 'fixtures'));
}

function describeCopyright(licence: string): string {
  return `${licence}\nThe packages below /usr/lib/logtally/node_modules have their own licences, which are in their folders.\n`;
}

function addControl(): void {
  const size = listFiles(root).reduce(
    (sum, path) => sum + Math.ceil(statSync(join(root, path)).size / 1024),
    0,
  );
  const sums = listFiles(root).map((path) => {
    const digest = createHash('md5')
      .update(readFileSync(join(root, path)))
      .digest('hex');
    return `${digest}  ${path}\n`;
  });
  put('DEBIAN/control', fill('control', { ARCHITECTURE: architecture, SIZE: String(size) }));
  put('DEBIAN/conffiles', '/etc/logtally/logtally.toml\n');
  put('DEBIAN/md5sums', sums.join(''));
  for (const name of SCRIPTS) put(`DEBIAN/${name}`, readFileSync(join(DEBIAN, name)));
}

/** A file of the package in which `@VERSION@` and other names stand for what is known when it is built. */
function fill(name: string, values: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = { VERSION: version, ...values };
  return readFileSync(join(DEBIAN, name), 'utf8').replace(/@([A-Z]+)@/g, (_, key: string) => all[key] ?? '');
}

/** The files below a folder without its links, as paths in it. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Gives everything the rights of a package, whatever the umask, and the time of the source. */
function settle(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || /\/usr\/lib\/logtally\/bin\/|\/DEBIAN\/(?:post|pre)/.test(path);
    if (!entry.isSymbolicLink()) chmodSync(path, isProgram ? 0o755 : 0o644);
    lutimesSync(path, sourceDate, sourceDate);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, sourceDate, sourceDate);
}

function compress(bytes: Buffer): Buffer {
  return gzipSync(bytes, { level: 9 });
}
