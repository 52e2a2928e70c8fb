/** Formats what `verify` found as lines or as JSON. */
import type { CheckResult } from '../report/verify.js';
import { NOTHING_COUNTED } from './names.js';
import { formatCount, formatJson, toVisibleText } from './text.js';

export interface Verification {
  /** None if nothing has been counted yet. */
  readonly checks: readonly CheckResult[];
  /** Rows of ranks that were repaired before; null if that was not asked for. */
  readonly repairedRanks: number | null;
}

/** Whether no check found anything. */
export function agrees({ checks }: Verification): boolean {
  return checks.every((check) => check.differences === 0);
}

/** One JSON object: `agrees, repairedRanks, checks`, each check with `check, differences, examples`. */
export function formatVerifyJson(verification: Verification): string {
  const { checks, repairedRanks } = verification;
  return formatJson({ agrees: agrees(verification), repairedRanks, checks });
}

/** A line for each check, and under it what it found. */
export function formatVerifyText({ checks, repairedRanks }: Verification): string {
  if (checks.length === 0) return `${NOTHING_COUNTED}\n`;
  const rows = repairedRanks === 1 ? 'row' : 'rows';
  const repaired = repairedRanks === null ? '' : `${formatCount(repairedRanks)} ${rows} of ranks repaired\n`;
  return repaired + checks.map(formatCheck).join('');
}

function formatCheck({ check, differences, examples }: CheckResult): string {
  if (differences === 0) return `yes  ${check}\n`;
  const more = differences - examples.length;
  const shown = [...examples.map(toVisibleText), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])];
  return `NO   ${check}\n${shown.map((line) => `     ${line}\n`).join('')}`;
}
