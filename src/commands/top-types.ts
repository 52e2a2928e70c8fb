/** `logtally top --types`: which content types and sites there are to ask for. */
import { formatJson } from '../output/text.js';
import { formatTypesCsv, formatTypesText } from '../output/types.js';
import { selectTypeTotals } from '../report/types.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked } from './known-names.js';
import { type NameFlags, withNames } from './names.js';

interface TypesFlags extends NameFlags {
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
    return totals.map(({ site, contentType, ...total }) => {
      return { site, contentType, name: names.get(site, contentType), ...total };
    });
  });
  const format = flags.json ? formatJson : flags.csv ? formatTypesCsv : formatTypesText;
  await writeOut(context, format(types));
}
