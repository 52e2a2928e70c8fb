/** How a run that was not kept is told: the account of any run, and what it would change about the objects. */
import type { DryRunResult } from '../ingest/dry-run.js';
import type { Gain } from '../ingest/storing/storing.js';
import { formatAccount, formatTakenBack, formatWork, toIngestSummary } from './ingest-result.js';
import { type Column, formatTable } from './table.js';
import { formatCount } from './text.js';

const COLUMNS: readonly Column[] = [
  { title: 'type', align: 'left' },
  { title: 'object', align: 'left' },
  { title: 'gained', align: 'right' },
  { title: 'hits before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'rank before', align: 'right' },
  { title: 'after', align: 'right' },
];

/** The JSON object of any run, without its number, then `dryRun`, `gains`, `newObjects` and `changedRanks`. */
export function formatDryRunJson(result: DryRunResult): string {
  const { gains, newObjects, changedRanks } = result;
  const summary = { ...toIngestSummary(result), run: null, dryRun: true, gains, newObjects, changedRanks };
  return `${JSON.stringify(summary)}\n`;
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
  const columns: readonly Column[] = hasSites ? [{ title: 'site', align: 'left' }, ...COLUMNS] : COLUMNS;
  const rows = gains.map((gain) => [...(hasSites ? [gain.site] : []), ...toCells(gain)]);
  return `${formatTable(columns, rows)}\n`;
}

function toCells(gain: Gain): readonly string[] {
  const isNew = gain.rankBefore === null;
  return [
    gain.contentType,
    gain.objectId,
    formatCount(gain.gained),
    isNew ? '-' : formatCount(gain.hitsBefore),
    formatCount(gain.hitsAfter),
    gain.rankBefore === null ? '-' : formatCount(gain.rankBefore),
    formatCount(gain.rankAfter),
  ];
}
