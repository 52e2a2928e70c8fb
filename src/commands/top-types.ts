/** `logtally top --types`: which content types and sites there are to ask for. */
import { formatTypeName, NOTHING_COUNTED } from '../output/names.js';
import { type CellColumn, formatItems } from '../output/table.js';
import { formatCount, formatCsvRecord, formatJson } from '../output/text.js';
import { selectTypeTotals, type TypeTotal } from '../report/types.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked, withNames } from './names.js';
import type { NameFlags } from './options.js';

/** @param contentType only this one, by its id or its name; null for all */
export async function runTypes(
  context: CommandContext,
  contentType: string | null,
  flags: NameFlags,
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

/** With what people call it; null if it has no other name. */
type NamedTotal = TypeTotal & { readonly name: string | null };

const COLUMNS: readonly CellColumn<NamedTotal>[] = [
  { title: 'site', align: 'left', toCell: ({ site }) => site },
  { title: 'content type', align: 'left', toCell: formatTypeName },
  { title: 'objects', align: 'right', toCell: ({ objects }) => formatCount(objects) },
  { title: 'hits', align: 'right', toCell: ({ hits }) => formatCount(hits) },
  { title: 'first day', align: 'left', toCell: ({ firstHitOn }) => firstHitOn },
  { title: 'last day', align: 'left', toCell: ({ lastHitOn }) => lastHitOn },
];

const CSV_TITLES = ['site', 'content_type', 'name', 'objects', 'hits', 'first_hit_on', 'last_hit_on'];

/** A record for each content type of a site. */
function formatTypesCsv(types: readonly NamedTotal[]): string {
  const records = types.map(({ site, contentType, name, objects, hits, firstHitOn, lastHitOn }) => {
    return [site, contentType, name ?? '', objects, hits, firstHitOn, lastHitOn];
  });
  return [CSV_TITLES, ...records].map(formatCsvRecord).join('');
}

/** A table. */
function formatTypesText(types: readonly NamedTotal[]): string {
  return types.length === 0 ? `${NOTHING_COUNTED}\n` : formatItems(COLUMNS, types);
}
