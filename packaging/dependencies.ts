/** The files that the program needs at run time of the packages that it depends on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What no program reads: types, sources, source maps, documents, tests. Licences stay. */
const NEVER_NEEDED =
  /\.(?:map|[cm]?ts|flow|md|markdown|txt|c|cc|h|cpp|bare|gypi?|yml|lock)$|(?:^|\/)(?:test|tests|docs|examples|typings|\.[^/]+|CMakeLists\.txt|CHANGELOG|README|AUTHORS)(?:\/|$)/i;

const LICENCE = /(?:^|\/)(?:licen[cs]e|notice|copying)[^/]*$/i;

/** What is not needed of one package; all of them have modules for `import`, which is how the program loads them. */
const UNUSED: Readonly<Record<string, RegExp>> = {
  // of its locales the program has English
  'date-fns': /\.cjs$|^(?:fp|cdn[^/]*|docs)(?:\/|$)|^locale\/(?!en-US|_lib)/,
  // extensions and other ways to use it; index.cjs is how its version is found
  '@electric-sql/pglite':
    /\.tar\.gz$|^dist\/(?!index\.cjs$)[^/]*\.cjs$|^dist\/.*\/.*\.cjs$|^dist\/(?:contrib|live|worker|node-postgres)\//,
  zod: /\.cjs$|^(?:src|v3|mini|v4-mini|v4\/mini)\//,
  bowser: /^src\//,
};

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/**
 * Lists the files of all packages that the program depends on, as paths below the project's folder.
 *
 * @param machine the machine that native modules are for, as Node.js calls it: `x64`
 * @throws Error if a package of the lock file is not installed
 */
export function listNeededFiles(project: string, machine: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const needed = Object.entries(packages).filter(
    ([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true,
  );
  return needed.flatMap(([path]) => listPackage(project, path, machine)).toSorted();
}

function listPackage(project: string, path: string, machine: string): readonly string[] {
  const folder = join(project, path);
  const name = path.replace(/^.*node_modules\//, '');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('node_modules/') && isNeeded(name, file, machine))
    .map((file) => join(path, file));
}

function isNeeded(name: string, file: string, machine: string): boolean {
  if (LICENCE.test(file)) return true;
  if (file.startsWith('prebuilds/'))
    return file.startsWith(`prebuilds/linux-${machine}/`) && file.endsWith('.node');
  // sources that a native module is built from
  if (name === 'fs-native-extensions' && /^(?:src|include)\//.test(file)) return false;
  return !NEVER_NEEDED.test(file) && !UNUSED[name]?.test(file);
}
