/** Recognises archives that were read to their end by their packed size, time and ends, so that they are not unpacked again. */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getText } from '../../../database/values.js';
import {
  type FoundArchive,
  findPackedEnds,
  hasPackedEnds,
  type PackedEnds,
  type RereadableInput,
  readPackedEnds,
} from '../../../source/source.js';
import { toNames } from './streams.js';

/**
 * How a log that was counted before is recognised. `heads`: an archive that was read to its end as said above, a plain file by its
 * first bytes and those before the end of what is known of it. `full`: by all of its content.
 */
export const CONTENT_CHECKS = ['heads', 'full'] as const;
/** One of `CONTENT_CHECKS`. */
export type ContentCheck = (typeof CONTENT_CHECKS)[number];

/** An archive that was read to its end before. */
export interface KnownArchive {
  /** Its decompressed bytes that were counted. */
  readonly countedBytes: number;
  /** The runs that counted them, each with the summaries that it kept beside the hits. */
  readonly countings: readonly { readonly run: number; readonly summaries: readonly string[] }[];
}

/** Archives that are looked up in one question. */
const ASKED_FILES = 64;

/** Recognises the known archives among the inputs of a run. So that few questions are asked, it looks at the next inputs as well. */
export class KnownArchives {
  readonly #site: string;
  /** The inputs that were not looked at. */
  readonly #paths: string[];
  /** Those that were, and are waited for; null if the input is no archive. */
  readonly #found = new Map<string, AskedArchive | null>();

  /** @param paths the inputs in the order in which they are asked for */
  constructor(paths: readonly string[], site: string) {
    this.#site = site;
    this.#paths = [...new Set(paths)];
  }

  /**
   * Finds an archive that was read to its end before.
   *
   * @returns null if the input has to be read: it is no archive, was not read to its end before, or has a gap or other bytes since
   */
  async find(database: Database, path: string): Promise<KnownArchive | null> {
    if (!this.#found.has(path)) await this.#lookUp(database, path);
    const found = this.#found.get(path) ?? null;
    // an input that is tried again, or was named twice, is looked at again
    this.#found.delete(path);
    if (found === null || found.known === null) return null;
    return (await hasPackedEnds(path, found)) ? found.known : null;
  }

  /** Whether an input that was looked at, and whose turn has not come, is gzip data and no known archive. */
  isNewGzip(path: string): boolean {
    const found = this.#found.get(path) ?? null;
    return found !== null && found.known === null && found.compression === 'gzip';
  }

  async #lookUp(database: Database, path: string): Promise<void> {
    const paths = [...new Set([path, ...this.#paths.splice(0, ASKED_FILES)])];
    const all = await Promise.all(paths.map(findPackedEnds));
    const found = all.filter((each) => each !== null);
    const known = await findArchives(database, this.#site, found);
    for (const [at, each] of all.entries()) {
      const asked = each === null ? null : { ...each, known: known[found.indexOf(each)] ?? null };
      this.#found.set(paths[at] ?? '', asked);
    }
  }
}

/** An archive, and what is known of it: null if it was not read to its end before. */
interface AskedArchive extends FoundArchive {
  readonly known: KnownArchive | null;
}

/** @returns for each archive what is known of it, or null */
async function findArchives(
  database: Database,
  site: string,
  all: readonly PackedEnds[],
): Promise<readonly (KnownArchive | null)[]> {
  const found: (KnownArchive | null)[] = all.map(() => null);
  if (all.length === 0) return found;
  const keys = all.map(toKey);
  const columns = [0, 1, 2].map((column) => keys.map((key) => key[column]));
  const { rows } = await database.transaction('reading', () =>
    database.query(sql.findArchives, [...columns, site]),
  );
  for (const row of rows) {
    if (row['has_gap'] === true) continue;
    found[getNumber(row, 'place') - 1] = {
      countedBytes: getNumber(row, 'counted_bytes'),
      countings: getText(row, 'countings').split('\n').map(toCounting),
    };
  }
  return found;
}

/** @param text `1 statuses,agents` */
function toCounting(text: string): KnownArchive['countings'][number] {
  const [run, names = ''] = text.split(' ');
  return { run: Number(run), summaries: toNames(names) };
}

function toKey({ packedBytes, modifiedAt, endsSha256 }: PackedEnds): Archive {
  return [packedBytes, modifiedAt, endsSha256.toString('hex')];
}

/** An archive as it is recognised later: packed bytes, time, digest. */
export type Archive = readonly unknown[];

/**
 * Describes an archive that was read to its end.
 *
 * @param input its open file, as its path may lead to another one by now
 * @returns null if it is not to be remembered: standard input, and a file that has changed since its first byte was read. What was
 * read of it may not be what it holds.
 * @throws InputError if it cannot be read
 */
export async function describeArchive({
  path,
  file,
  source,
}: Pick<RereadableInput, 'path' | 'file' | 'source'>): Promise<Archive | null> {
  if (file === null) return null;
  const ends = await readPackedEnds(path, file);
  const { packedBytes, modifiedAt } = source.stateBefore ?? {};
  return packedBytes === ends.packedBytes && modifiedAt === ends.modifiedAt ? toKey(ends) : null;
}

/** Remembers archives of a site, each with its stream, in the transaction that records the streams. */
export async function rememberArchives(
  database: Database,
  site: string,
  archives: readonly { readonly archive: Archive; readonly streamId: number }[],
): Promise<void> {
  if (archives.length === 0) return;
  const columns = [0, 1, 2].map((column) => archives.map(({ archive }) => archive[column]));
  await database.query(sql.insertArchives, [...columns, archives.map(({ streamId }) => streamId), site]);
}
