/** Formats the result of a dry run: the account that each run has, and what the run would change about the objects. */
import type { DryRunResult } from '../ingest/dry-run.js';
import type { Gain } from '../ingest/gains.js';
import { formatAccount, formatTakenBack, formatWork, toIngestSummary } from './ingest-result.js';
import { type CellColumn, formatItems } from './table.js';
import { formatCount, formatJson } from './text.js';

const COLUMNS: readonly CellColumn<Gain>[] = [
  { title: 'site', align: 'left', toCell: ({ site }) => site },
  { title: 'type', align: 'left', toCell: ({ contentType }) => contentType },
  { title: 'object', align: 'left', toCell: ({ objectId }) => objectId },
  { title: 'gained', align: 'right', toCell: ({ gained }) => formatCount(gained) },
  { title: 'hits before', align: 'right', toCell: (gain) => formatBefore(gain, gain.hitsBefore) },
  { title: 'after', align: 'right', toCell: ({ hitsAfter }) => formatCount(hitsAfter) },
  { title: 'rank before', align: 'right', toCell: (gain) => formatBefore(gain, gain.rankBefore) },
  { title: 'after', align: 'right', toCell: ({ rankAfter }) => formatCount(rankAfter) },
];

/** The JSON object of any run, without its number, then `dryRun`, `gains`, `newObjects` and `changedRanks`. */
export function formatDryRunJson(result: DryRunResult): string {
  const { gains, newObjects, changedRanks } = result;
  const summary = { ...toIngestSummary(result), run: null, dryRun: true, gains, newObjects, changedRanks };
  return formatJson(summary);
}

/** The account, a table of the objects that gain most, and what happens to the others. */
export function formatDryRunText(result: DryRunResult): string {
  return [
    'dry run: this would be counted\n',
    formatTakenBack(result),
    formatAccount(result),
    `${formatWork(result)}\n\n`,
    formatGains(result.gains),
    `new objects: ${formatCount(result.newObjects)}; known objects whose rank changes: ${formatCount(result.changedRanks)}\n`,
    'dry run: nothing was stored\n',
  ].join('');
}

function formatGains(gains: readonly Gain[]): string {
  if (gains.length === 0) return 'no object would gain a hit\n';
  const hasSites = new Set(gains.map((gain) => gain.site)).size > 1;
  return `${formatItems(hasSites ? COLUMNS : COLUMNS.slice(1), gains)}\n`;
}

/** `-` for what a new object did not have. */
function formatBefore({ rankBefore }: Gain, before: number | null): string {
  return rankBefore === null || before === null ? '-' : formatCount(before);
}
