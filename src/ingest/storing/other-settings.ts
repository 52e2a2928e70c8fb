/** Finds out whether a log was counted under settings that would have counted its lines otherwise than those of this run. */
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getText } from '../../database/values.js';
import { AUTO_FORMAT_NAME } from '../../parse/parse.js';

/** A run that counted a log under other settings. */
export interface OtherSettings {
  readonly run: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What differs, for a person: `format combined, now common`. */
  readonly differences: readonly string[];
}

/** The settings of a run, as its record keeps them. */
export type Description = Readonly<Record<string, unknown>>;

/** The settings that decide what a line counts as: their keys in the record, and the words for them. No other setting matters. */
const DECIDING = {
  format: 'format',
  objectFields: 'names of the object fields',
  jsonFields: '--json-field',
  year: '--year',
  maxLineBytes: '--max-line-bytes',
  rules: 'rules for objects',
  byPath: '--by-path',
  pathSecrets: 'names of secrets in paths',
  filters: 'filters',
  site: 'sites',
  clientAddress: "where the client's address is from",
  rankBy: 'who ranks objects',
  summaries: 'summaries',
  summaryKeys: 'settings of summaries',
} as const;

/** Characters of a value that are shown. */
const SHOWN_CHARACTERS = 60;

/** Finds which of some runs had other settings than this one, as far as their records tell. */
export type FindOtherSettings = (runs: readonly number[]) => Promise<readonly OtherSettings[]>;

/**
 * Makes the function that finds runs with other settings; it looks each run up once.
 *
 * @param settings of this run
 */
export function createSettingsCheck(database: Database, settings: Description): FindOtherSettings {
  // as a record would hold them
  const now = JSON.parse(JSON.stringify(settings)) as Description;
  const known = new Map<number, OtherSettings>();
  return async (runs) => {
    const unknown = runs.filter((run) => !known.has(run));
    if (unknown.length > 0) {
      const { rows } = await database.transaction('reading', () =>
        database.query(sql.selectRunSettings, [unknown]),
      );
      for (const row of rows) {
        const run = getNumber(row, 'run_id');
        const differences = listDifferences(JSON.parse(getText(row, 'settings')) as Description, now);
        known.set(run, { run, startedAt: getText(row, 'started_at'), differences });
      }
    }
    return runs.flatMap((run) => known.get(run) ?? []).filter(({ differences }) => differences.length > 0);
  };
}

/** @param before the settings of a run; what an older version of the program did not record is not compared */
export function listDifferences(before: Description, now: Description): readonly string[] {
  return Object.entries(DECIDING).flatMap(([key, words]) => {
    const [was, is] = [leaveOutUnset(before[key]), leaveOutUnset(now[key])];
    if (was === undefined || is === undefined || isDeepStrictEqual(was, is)) return [];
    // `auto` may have found the format that is named now
    if (key === 'format' && (was === AUTO_FORMAT_NAME || is === AUTO_FORMAT_NAME)) return [];
    const isPlain = typeof was !== 'object' && typeof is !== 'object';
    return [isPlain ? `${words} ${show(was)}, now ${show(is)}` : describeParts(words, was, is)];
  });
}

/** Drops the values of a setting that are off or empty: a version of the program that does not know them does not record them. */
function leaveOutUnset(value: unknown): unknown {
  if (!isObject(value)) return value;
  const isUnset = (inner: unknown) => inner === false || (Array.isArray(inner) && inner.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isUnset(inner)));
}

/** Names what differs: `filters (bots, exclude)`, or the whole setting if it consists of one value. */
function describeParts(words: string, was: unknown, is: unknown): string {
  if (!isObject(was) || !isObject(is)) return words;
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(was[name], is[name]));
  return `${words} (${changed.join(', ')})`;
}

function isObject(value: unknown): value is Description {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
