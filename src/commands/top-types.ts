/** `logtally top --types`: which content types and sites there are to ask for. */
import { chooseMarkStyle, formatGain } from '../output/marks.js';
import { formatTypeName, NOTHING_COUNTED } from '../output/names.js';
import { type CellColumn, formatItems } from '../output/table.js';
import { paint, type Terminal } from '../output/terminal.js';
import { formatCount, formatCsvRecord, formatJson } from '../output/text.js';
import { selectTypeTotals, type TypeTotal } from '../report/types.js';
import type { List } from './list.js';
import { resolveAsked, withNames } from './names.js';
import type { NameFlags } from './options.js';

/** @param contentType only this one, by its id or its name; null for all */
export function createTypeList(contentType: string | null, flags: NameFlags): List<readonly NamedTotal[]> {
  const question = { site: flags.site ?? null, contentType };
  return {
    read: (context) =>
      withNames(context, flags, [], async (database, names) => {
        const asked = await resolveAsked(database, names, question);
        const totals = asked === null ? [] : await selectTypeTotals(database, asked);
        return totals.map(({ site, contentType, ...total }) => {
          return { site, contentType, name: names.get(site, contentType), ...total };
        });
      }),
    listNotes: () => [],
    toJson: formatJson,
    toCsv: formatTypesCsv,
    toText: formatTypesText,
  };
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

/** A table; with what each type gained if there is a list of before. */
function formatTypesText(
  types: readonly NamedTotal[],
  terminal: Terminal,
  before: readonly NamedTotal[] | null,
): string {
  if (types.length === 0) return `${NOTHING_COUNTED}\n`;
  if (before === null) return formatItems(COLUMNS, types);
  const hits = new Map(before.map((type) => [toKey(type), type.hits]));
  const gained: CellColumn<NamedTotal> = {
    ...{ title: 'gained', align: 'right' },
    toCell: (type) => formatGain(type.hits, hits.get(toKey(type)) ?? 0),
    paint: (cell) => paint(terminal, chooseMarkStyle(cell), cell),
  };
  return formatItems([...COLUMNS, gained], types);
}

function toKey({ site, contentType }: NamedTotal): string {
  return JSON.stringify([site, contentType]);
}
