/**
 * The files of an empty database, packed when the program is built: unpacking them takes a fraction of the time and memory of
 * creating them. The archive is named after the version of PGlite that made it; another version does not use it.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { findErrorCode } from '../errors.js';
import { FILE_MODE, FOLDER_MODE } from './embedded-folder.js';

/** The file that is packed last: an archive that does not end with it is not complete. */
const LAST_FILE = 'PG_VERSION';

/** The time and owner of each entry, always the same. */
const NEUTRAL = { mtime: 0, uid: 0, gid: 0 } as const;

/** The path at which the build puts the archive and the program looks for it. */
export function getArchivePath(): string {
  return fileURLToPath(new URL(`./pglite-${readPgliteVersion()}.tar.gz`, import.meta.url));
}

function readPgliteVersion(): string {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const text = readFileSync(join(main, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Packs a folder as a gzipped tar, its files in the order of their names. */
export async function packFiles(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path);
      return entry.isDirectory()
        ? { name, attrs: { ...NEUTRAL, mode: FOLDER_MODE.toString(8) } }
        : { name, attrs: { ...NEUTRAL, mode: FILE_MODE.toString(8) }, data: await readFile(path) };
    }),
  );
  const inOrder = files.toSorted((a, b) => toSortKey(a.name).localeCompare(toSortKey(b.name), 'en'));
  return promisify(gzip)(createTar(inOrder), { level: constants.Z_BEST_COMPRESSION });
}

function toSortKey(name: string): string {
  return name === LAST_FILE ? '\uffff' : name;
}

interface PreparedFile {
  readonly name: string;
  /** Null for a folder. */
  readonly bytes: Uint8Array | null;
}

/**
 * Reads the archive that was packed when the program was built.
 *
 * @returns null if there is none for the installed PGlite, or it is damaged
 */
export async function readPreparedFiles(archive = getArchivePath()): Promise<readonly PreparedFile[] | null> {
  try {
    const tar = await promisify(gunzip)(await readFile(archive));
    const files = parseTar(tar).map(({ name, type, data }) => ({
      name,
      bytes: type === 'directory' ? null : (data ?? new Uint8Array()),
    }));
    return files.at(-1)?.name === LAST_FILE ? files : null;
  } catch (error) {
    // an error of the system or of zlib: the database is created without the archive then
    if (findErrorCode(error) === undefined) throw error;
    return null;
  }
}

/** Writes the files into a new folder, which nobody else can read. */
export async function writePreparedFiles(folder: string, files: readonly PreparedFile[]): Promise<void> {
  await mkdir(folder, { mode: FOLDER_MODE });
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    if (bytes === null) await mkdir(path, { mode: FOLDER_MODE });
    else await writeFile(path, bytes, { mode: FILE_MODE, flag: 'wx' });
  }
}
