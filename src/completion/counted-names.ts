/**
 * The content types and the sites of the database, as far as it tells them at once: it is not waited for, not created, and what
 * stands in the way is not told. Whoever presses TAB has not asked for a message.
 */
import type { CommandContext } from '../commands/context.js';
import { withNames } from '../commands/names.js';
import type { NameFlags } from '../commands/options.js';
import { redirectMessages } from '../commands/watch.js';
import { LogtallyError } from '../errors.js';
import type { Candidate } from '../output/completion-scripts.js';
import { readTypes } from '../report/types.js';
import { resolveDatabase } from '../settings.js';
import { toVisibleText } from '../visible-text.js';

/** Milliseconds in which a server has to answer. The embedded database is opened, or asked through the process that has it open. */
const PATIENCE_MS = 5000;

/** The flags that the command line names the database by, if it has them. */
export type GivenFlags = Pick<NameFlags, 'databaseUrl' | 'dataDir' | 'config' | 'site'>;

/** Lists the content types, of the site that is given or of all, with their names and sites. */
export async function listContentTypes(
  context: CommandContext,
  flags: GivenFlags,
): Promise<readonly Candidate[]> {
  const types = await readCounted(context, flags, flags.site ?? null);
  return Array.from(
    groupBy(types, ({ contentType }) => contentType),
    ([value, same]) => ({
      value,
      description: same.map(({ name, site }) => (name === null ? site : `${name}, ${site}`)).join('; '),
    }),
  );
}

/** Lists the sites, with the number of their content types. */
export async function listSites(context: CommandContext, flags: GivenFlags): Promise<readonly Candidate[]> {
  const types = await readCounted(context, flags, null);
  return Array.from(
    groupBy(types, ({ site }) => site),
    ([value, { length }]) => ({
      value,
      description: length === 1 ? '1 content type' : `${length} content types`,
    }),
  );
}

interface CountedType {
  readonly site: string;
  readonly contentType: string;
  /** Null if it has no name but its own. */
  readonly name: string | null;
}

async function readCounted(
  context: CommandContext,
  flags: GivenFlags,
  site: string | null,
): Promise<readonly CountedType[]> {
  const { signal: stop } = context;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const { kind } = await resolveDatabase(flags, context.environment);
    const patient = { ...context, signal: kind === 'postgres' ? signal : stop };
    const silent = redirectMessages(patient, () => undefined);
    return await withNames(silent, { ...flags, lockWait: 0 }, [], async (database, names) => {
      const types = await database.transaction('reading', () =>
        readTypes(database, { site, contentType: null }),
      );
      return types.map((type) => ({
        site: toVisibleText(type.site),
        contentType: toVisibleText(type.contentType),
        name: names.get(type.site, type.contentType),
      }));
    });
  } catch (error) {
    if (signal.aborted || error instanceof LogtallyError) return [];
    throw error;
  }
}

function groupBy<Item>(
  items: readonly Item[],
  toKey: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(toKey(item), [...(groups.get(toKey(item)) ?? []), item]);
  return groups;
}
