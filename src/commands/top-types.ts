/** `logtally top --types`: which content types and sites there are to ask for. */
import { formatTypesCsv, formatTypesJson, formatTypesText } from '../output/types.js';
import { selectTypeTotals } from '../report/types.js';
import type { DatabaseFlags } from '../settings.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked } from './known-names.js';
import { type NameFlags, withNames } from './name-options.js';

interface TypesFlags extends DatabaseFlags, NameFlags {
  readonly site?: string;
  readonly json?: true;
  readonly csv?: true;
}

/** @param contentType only this one, by its id or its name; null for all */
export async function runTypes(
  context: CommandContext,
  contentType: string | null,
  flags: TypesFlags,
): Promise<void> {
  const question = { site: flags.site ?? null, contentType };
  const types = await withNames(context, flags, [], async (database, names) => {
    const asked = await resolveAsked(database, names, question);
    const totals = asked === null ? [] : await selectTypeTotals(database, asked);
    return totals.map((total) => ({ ...total, name: names.get(total.site, total.contentType) }));
  });
  const format = flags.json ? formatTypesJson : flags.csv ? formatTypesCsv : formatTypesText;
  await writeOut(context, format(types));
}
