/** How the result of an ingest is told: as JSON, as a few lines, and as warnings about single inputs. */
import type { DryRunResult, Gain, IngestResult, InputResult } from '../ingest/ingest.js';
import { type Column, formatTable } from './table.js';
import { formatBytes, formatCount, formatLines } from './text.js';

/** One JSON object; `lines` is the sum of counted, unattributed, filtered and rejected. */
export function formatIngestJson(result: IngestResult): string {
  return `${JSON.stringify(toIngestSummary(result))}\n`;
}

/** What is printed as JSON. */
export function toIngestSummary(result: IngestResult) {
  const { account } = result;
  return {
    run: result.run,
    lines: account.lines,
    counted: account.counted,
    unattributed: account.unattributed,
    filtered: account.filtered,
    rejected: account.rejected,
    alreadyCountedBytes: account.alreadyCountedBytes,
    bytes: account.bytes,
    nulBytes: account.nulBytes,
    batches: account.batches,
    seconds: Math.round(result.seconds * 1000) / 1000,
    inputs: result.inputs.map(toInputSummary),
    rejects: Object.fromEntries(account.rejectedFor),
  };
}

function toInputSummary({ path, account, state, recounts, otherSettings }: InputResult) {
  const { lines, counted, unattributed, filtered, rejected } = account;
  return {
    ...{ path, lines, counted, unattributed, filtered, rejected, state },
    ...(recounts.length === 0 ? {} : { takenBack: recounts.map(toTakenBack) }),
    ...(otherSettings.length === 0 ? {} : { otherSettings }),
  };
}

function toTakenBack({ runs, lines, hits }: InputResult['recounts'][number]) {
  return { runs, lines, hits };
}

/** A few lines for a person. */
export function formatIngestText(result: IngestResult): string {
  return `${formatTakenBack(result)}${formatAccount(result)}run ${result.run}: ${formatWork(result)}\n`;
}

/** What was taken back before it was counted again; empty where nothing was. */
export function formatTakenBack({ inputs }: IngestResult): string {
  const recounts = inputs.flatMap((input) => input.recounts);
  if (recounts.length === 0) return '';
  const hits = recounts.reduce((sum, recount) => sum + recount.hits, 0);
  const lines = recounts.reduce((sum, recount) => sum + recount.lines, 0);
  const runs = [...new Set(recounts.flatMap((recount) => recount.runs))].toSorted((a, b) => a - b);
  const what = `${formatCount(hits)} ${hits === 1 ? 'hit' : 'hits'} of ${formatLines(lines)}`;
  return `taken back      ${what}, counted in ${runs.length === 1 ? 'run' : 'runs'} ${runs.join(', ')}\n`;
}

/** What became of the lines: a line for each outcome. */
export function formatAccount(result: IngestResult): string {
  const { account } = result;
  const reasons = [...account.rejectedFor].map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const filters = [...account.filteredBy].map(([name, count]) => `${name} ${formatCount(count)}`);
  const already =
    account.alreadyCountedBytes === 0
      ? ''
      : `${formatBytes(account.alreadyCountedBytes)} were counted before`;
  const rows = [
    ['lines read', account.lines, already],
    ['counted', account.counted, ''],
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

/** `1 input, 10.0 MB in 1.2 s, 41,957 lines/s` */
export function formatWork({ account, inputs, seconds }: IngestResult): string {
  const done = inputs.filter((input) => input.state !== 'failed').length;
  const speed = Math.round(account.lines / Math.max(seconds, 0.001));
  const inputCount = inputs.length === 1 ? '1 input' : `${formatCount(inputs.length)} inputs`;
  const of = done === inputs.length ? inputCount : `${done} of ${inputCount}`;
  return `${of}, ${formatBytes(account.bytes)} in ${seconds.toFixed(1)} s, ${formatCount(speed)} lines/s`;
}

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
