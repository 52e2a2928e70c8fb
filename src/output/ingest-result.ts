/** Formats the result of an ingest, or of a dry run, as a few lines or as JSON. */
import type { DryRunResult, Gain, IngestResult, InputResult } from '../ingest/ingest.js';
import { type CellColumn, formatItems } from './table.js';
import { formatBytes, formatCount, formatJson, formatNumberOf } from './text.js';

/** A few lines for a person. */
export function formatIngestText(result: IngestResult | DryRunResult): string {
  if ('gains' in result) return formatDryRunText(result);
  return `${formatTakenBack(result)}${formatSupplements(result)}${formatAccount(result)}run ${result.run}: ${formatWork(result)}\n`;
}

/** One JSON object. */
export function formatIngestJson(result: IngestResult | DryRunResult): string {
  return formatJson(toIngestSummary(result));
}

/**
 * What became of a run, for programs; `lines` is the sum of counted, unattributed, filtered and rejected. A dry run has no number,
 * and `dryRun`, `gains`, `newObjects` and `changedRanks` as well.
 */
export function toIngestSummary(result: IngestResult | DryRunResult) {
  const { run, account, inputs, lateRequests, seconds } = result;
  const { alreadyCountedBytes, bytes, nulBytes, batches } = account;
  const summary = {
    run,
    ...pickLineCounts(account),
    ...{ alreadyCountedBytes, bytes, nulBytes, batches, lateRequests },
    seconds: Math.round(seconds * 1000) / 1000,
    inputs: inputs.map(toInputSummary),
    rejects: Object.fromEntries(account.rejectedFor),
  };
  if (!('gains' in result)) return summary;
  const { gains, newObjects, changedRanks } = result;
  return { ...summary, run: null, dryRun: true, gains, newObjects, changedRanks };
}

function toInputSummary({ path, account, state, recounts, supplements, otherSettings }: InputResult) {
  return {
    ...{ path, ...pickLineCounts(account), state },
    ...(recounts.length === 0
      ? {}
      : { takenBack: recounts.map(({ runs, lines, hits }) => ({ runs, lines, hits })) }),
    ...(supplements.length === 0 ? {} : { supplements }),
    ...(otherSettings.length === 0
      ? {}
      : {
          otherSettings: otherSettings.map(({ run, startedAt, differences }) => ({
            run,
            startedAt,
            differences,
          })),
        }),
  };
}

/** What became of the lines, as JSON has it. */
export function pickLineCounts(account: IngestResult['account']) {
  const { lines, counted, robots, unattributed, filtered, rejected } = account;
  return { lines, counted, ...(robots === 0 ? {} : { robots }), unattributed, filtered, rejected };
}

/** What was taken back before it was counted again; empty if nothing was. */
function formatTakenBack({ inputs }: IngestResult): string {
  const recounts = inputs.flatMap((input) => input.recounts);
  if (recounts.length === 0) return '';
  const hits = recounts.reduce((sum, recount) => sum + recount.hits, 0);
  const lines = recounts.reduce((sum, recount) => sum + recount.lines, 0);
  const runs = [...new Set(recounts.flatMap((recount) => recount.runs))].toSorted((a, b) => a - b);
  const what = `${formatNumberOf(hits, 'hit')} of ${formatNumberOf(lines, 'line')}`;
  return `taken back      ${what}, counted in ${runs.length === 1 ? 'run' : 'runs'} ${runs.join(', ')}\n`;
}

/** The summaries that known lines were counted for; empty if there are none. */
function formatSupplements({ inputs }: IngestResult): string {
  const supplements = inputs.flatMap((input) => input.supplements);
  if (supplements.length === 0) return '';
  const names = [...new Set(supplements.flatMap(({ summaries }) => summaries))];
  const lines = supplements.reduce((sum, each) => sum + each.lines, 0);
  return `added           ${formatNumberOf(lines, 'known line')} to ${names.join(', ')}; all else is as it was\n`;
}

/** What became of the lines: a line for each outcome. */
function formatAccount(result: IngestResult): string {
  const { account } = result;
  const reasons = [...account.rejectedFor].map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const filters = [...account.filteredBy].map(([name, count]) => `${name} ${formatCount(count)}`);
  const already =
    account.alreadyCountedBytes === 0
      ? ''
      : `${formatBytes(account.alreadyCountedBytes)} were counted already`;
  const rows = [
    ['lines read', account.lines, already],
    ['counted', account.counted, describeRobots(account.robots)],
    ['without object', account.unattributed, ''],
    ['filtered', account.filtered, filters.join(', ')],
    ['rejected', account.rejected, reasons.join(', ')],
  ] as const;
  const width = Math.max(...rows.map(([, count]) => formatCount(count).length));
  return rows
    .map(
      ([name, count, detail]) =>
        `${name.padEnd(14)}  ${formatCount(count).padStart(width)}${detail === '' ? '' : `  (${detail})`}\n`,
    )
    .join('');
}

/** Says how many counted lines are no hits of an object, if people rank. */
function describeRobots(robots: number): string {
  return robots === 0 ? '' : `${formatCount(robots)} of robots, beside the hits`;
}

/** `1 input, 10.0 MB in 1.2 s, 41,957 lines/s` */
function formatWork({ account, inputs, seconds }: IngestResult): string {
  const done = inputs.filter((input) => input.state !== 'failed').length;
  const speed = Math.round(account.lines / Math.max(seconds, 0.001));
  const inputCount = formatNumberOf(inputs.length, 'input');
  const of = done === inputs.length ? inputCount : `${done} of ${inputCount}`;
  return `${of}, ${formatBytes(account.bytes)} in ${seconds.toFixed(1)} s, ${formatCount(speed)} lines/s`;
}

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

/** The account, a table of the objects that gain most, and what happens to the others. */
function formatDryRunText(result: DryRunResult): string {
  return [
    'dry run: this would be counted\n',
    formatTakenBack(result),
    formatSupplements(result),
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
