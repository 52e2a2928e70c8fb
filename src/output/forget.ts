/** Formats what was forgotten of a person, or would be, and where it may still be. */
import type { Forgotten } from '../summaries/forget.js';
import { formatItems } from './table.js';
import { formatCount, formatJson, formatNumberOf, toVisibleText } from './text.js';

/** One JSON object: `dryRun, requests, months, widerNetworks, vacuumed`. */
export function formatForgottenJson(forgotten: Forgotten, isDryRun: boolean): string {
  const { requests, months, widerNetworks, isVacuumed } = forgotten;
  return formatJson({ dryRun: isDryRun, requests, months, widerNetworks, vacuumed: isVacuumed });
}

/** A few lines for a person. */
export function formatForgottenText(forgotten: Forgotten, isDryRun: boolean): string {
  const { requests, months } = forgotten;
  const what = formatNumberOf(requests, 'request');
  const told = isDryRun ? `${what} would be deleted` : `${what} deleted`;
  const table =
    months.length === 0
      ? ''
      : formatItems(
          [
            { title: 'month', align: 'left', toCell: ({ month }) => month },
            { title: 'requests', align: 'right', toCell: (each) => formatCount(each.requests) },
          ],
          months,
        );
  const rest = isDryRun || requests === 0 ? [] : listRemains(forgotten);
  return `${told}\n${table}${[...listWider(forgotten), ...rest].map((line) => `${line}\n`).join('')}`;
}

function listWider({ widerNetworks }: Forgotten): readonly string[] {
  if (widerNetworks.length === 0) return [];
  const networks = widerNetworks.map(toVisibleText).join(', ');
  return [
    `addresses were stored as networks (--anonymize-ip): requests of ${networks} stay, as others are in them; --client with the network deletes them`,
  ];
}

function listRemains({ isVacuumed }: Forgotten): readonly string[] {
  const dead = isVacuumed
    ? 'the table was vacuumed; on the disk, what its rows said may stand until other rows take their place'
    : 'dead rows, until the owner of the table runs: vacuum logtally.request';
  return [
    'what may still be there:',
    `  - ${dead}`,
    '  - backups, archives of the WAL, replicas that lag behind, and databases that were filled by export before',
    '  - the logs themselves, and files that ingest --rejects has written',
    '  - counts, such as requests by day and network, which name nobody',
  ];
}
