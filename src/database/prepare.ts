/** A step of the build: PostgreSQL creates an empty database, and its files are packed. Every first command begins with these. */
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
  // another build may do the same at the same time
  await rename(join(scratch, 'packed'), archive);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
