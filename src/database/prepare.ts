/** A step of the build: lets PostgreSQL create an empty database once and packs its files, for every first command to begin from. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { initialise } from './embedded.js';
import { getArchivePath, packFiles } from './prepared-files.js';

const archive = getArchivePath();
const scratch = await mkdtemp(join(dirname(archive), 'prepare-'));
try {
  const folder = join(scratch, 'postgres');
  await initialise(folder, 'the database that is prepared');
  await writeFile(join(scratch, 'packed'), await packFiles(folder));
  // another build may do the same beside this one
  await rename(join(scratch, 'packed'), archive);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
