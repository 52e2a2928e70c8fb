/** How the result of an ingest is told: as JSON, as a few lines, and as warnings about single inputs. */
import type { IngestResult } from '../ingest/ingest.js';
import type { InputResult } from '../ingest/input.js';
import { toInputName } from '../source/open.js';
import { hintMissingObject } from './missing-object.js';
import { formatRejectText } from './reject.js';
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
    alreadyCountedBytes: result.alreadyCountedBytes,
    bytes: result.bytes,
    batches: result.batches,
    seconds: Math.round(result.seconds * 1000) / 1000,
    inputs: result.inputs.map(toInputSummary),
    rejects: Object.fromEntries(account.rejectedFor),
  };
}

function toInputSummary({ path, account, state }: InputResult) {
  const { lines, counted, unattributed, filtered, rejected } = account;
  return { path, lines, counted, unattributed, filtered, rejected, state };
}

/** A few lines for a person. */
export function formatIngestText(result: IngestResult): string {
  return `${formatAccount(result)}run ${result.run}: ${formatWork(result)}\n`;
}

/** What became of the lines: a line for each outcome. */
export function formatAccount(result: IngestResult): string {
  const { account } = result;
  const reasons = [...account.rejectedFor].map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const filters = [...account.filteredBy].map(([name, count]) => `${name} ${formatCount(count)}`);
  const already =
    result.alreadyCountedBytes === 0 ? '' : `${formatBytes(result.alreadyCountedBytes)} were counted before`;
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
export function formatWork({ account, inputs, bytes, seconds }: IngestResult): string {
  const done = inputs.filter((input) => input.state !== 'failed').length;
  const speed = Math.round(account.lines / Math.max(seconds, 0.001));
  const inputCount = inputs.length === 1 ? '1 input' : `${formatCount(inputs.length)} inputs`;
  const of = done === inputs.length ? inputCount : `${done} of ${inputCount}`;
  return `${of}, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s, ${formatCount(speed)} lines/s`;
}

/**
 * What is wrong with single inputs: those that failed, the first rejected lines, logs without ids.
 *
 * @param quiet leaves out all but failures
 */
export function formatInputWarnings(result: IngestResult, { quiet }: { readonly quiet: boolean }): string {
  const ofInputs = result.inputs.flatMap((input) => [
    ...describeFailure(input),
    ...(quiet ? [] : [...describeRejects(input), ...describeMissingIds(input), ...describeUnfinished(input)]),
  ]);
  return [...ofInputs, ...describeExcess(result)].map((line) => `logtally: ${line}\n`).join('');
}

function describeExcess({ account, exceededMaxRejects }: IngestResult): string[] {
  if (exceededMaxRejects === null) return [];
  return [
    `error: ${formatLines(account.rejected)} of ${formatCount(account.lines)} rejected, more than --max-rejects ${exceededMaxRejects} allows`,
    'hint: the other lines count all the same; --rejects FILE keeps the rejected ones',
  ];
}

function describeFailure({ error }: InputResult): string[] {
  if (error === null) return [];
  return [`error: ${error.message}`, ...(error.hint === null ? [] : [`hint: ${error.hint}`])];
}

function describeRejects({ path, account }: InputResult): string[] {
  const shown = account.samples.map((sample) => formatRejectText(path, sample));
  const rest = account.rejected - account.samples.length;
  return rest > 0 ? [...shown, `${toInputName(path)}: ${formatLines(rest)} more rejected`] : shown;
}

function describeUnfinished({ path, unfinishedBytes }: InputResult): string[] {
  if (unfinishedBytes === 0) return [];
  return [
    `${toInputName(path)} ends in the middle of a line: its ${formatBytes(unfinishedBytes)} wait for the rest of it (--final counts it)`,
  ];
}

function describeMissingIds({ path, account }: InputResult): string[] {
  if (account.counted > 0 || account.unattributed === 0) return [];
  return [
    `${toInputName(path)}: none of its ${formatLines(account.unattributed)} names an object, so nothing was counted`,
    `hint: ${hintMissingObject(account.furtherFields)}`,
  ];
}
