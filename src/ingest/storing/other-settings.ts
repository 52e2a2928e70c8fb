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
  /** Whether lines would be counted otherwise, and not only kept in other summaries. */
  readonly isOfLines: boolean;
}

/** What a run counted of a log, and the names of the summaries beside the hits that it was counted in. */
interface Counting {
  readonly run: number;
  readonly summaries: readonly string[];
}

/** The settings of a run, as its record keeps them. */
export type Description = Readonly<Record<string, unknown>>;

/** The settings that decide what a line counts as: their keys in the record, and the words for them. */
const OF_LINES = {
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
} as const;

/** The settings that decide, beside the names of the summaries, what is kept of a line beside its hit. No other setting matters. */
const OF_SUMMARIES = {
  summaryKeys: 'settings of summaries',
  ownStatements: 'statements of own summaries',
} as const;

/** Characters of a value that are shown. */
const SHOWN_CHARACTERS = 60;

/** Finds which runs had other settings than this one, as far as their records tell. A batch knows its summaries by itself. */
export type FindOtherSettings = (countings: readonly Counting[]) => Promise<readonly OtherSettings[]>;

/**
 * Makes the function that finds runs with other settings; it looks each run up once.
 *
 * @param settings of this run
 */
export function createSettingsCheck(database: Database, settings: Description): FindOtherSettings {
  // as a record would hold them
  const now = JSON.parse(JSON.stringify(settings)) as Description;
  const summariesNow = readSummaries(now);
  const runs = new Map<number, { readonly startedAt: string; readonly settings: Description }>();
  const known = new Map<string, OtherSettings>();
  const compare = ({ run, summaries }: Counting): readonly OtherSettings[] => {
    const key = `${run} ${summaries.toSorted().join()}`;
    const found = known.get(key);
    if (found !== undefined) return [found];
    const recorded = runs.get(run);
    if (recorded === undefined) return [];
    const ofLines = listDifferences(recorded.settings, now, OF_LINES);
    const differences = [
      ...ofLines,
      ...describeSummaries(summaries, summariesNow),
      ...listDifferences(recorded.settings, now, OF_SUMMARIES),
    ];
    const other = { run, startedAt: recorded.startedAt, differences, isOfLines: ofLines.length > 0 };
    known.set(key, other);
    return [other];
  };
  return async (countings) => {
    const unknown = [...new Set(countings.map(({ run }) => run))].filter((run) => !runs.has(run));
    if (unknown.length > 0) {
      const { rows } = await database.transaction('reading', () =>
        database.query(sql.selectRunSettings, [unknown]),
      );
      for (const row of rows)
        runs.set(getNumber(row, 'run_id'), {
          startedAt: getText(row, 'started_at'),
          settings: JSON.parse(getText(row, 'settings')) as Description,
        });
    }
    return [...new Set(countings.flatMap(compare))].filter(({ differences }) => differences.length > 0);
  };
}

/** The names of summaries, as a record has them: `statuses, hours`, or `none`. */
function readSummaries({ summaries }: Description): readonly string[] {
  return typeof summaries === 'string' && summaries !== 'none' ? summaries.split(', ') : [];
}

/** `summaries now with hours and without agents`; nothing if they are the same. */
function describeSummaries(before: readonly string[], now: readonly string[]): readonly string[] {
  const parts = [
    ['with', now.filter((name) => !before.includes(name))] as const,
    ['without', before.filter((name) => !now.includes(name))] as const,
  ].filter(([, names]) => names.length > 0);
  if (parts.length === 0) return [];
  return [`summaries now ${parts.map(([word, names]) => `${word} ${names.join(', ')}`).join(' and ')}`];
}

/** @param before the settings of a run; what an older version of the program did not record is not compared */
export function listDifferences(
  before: Description,
  now: Description,
  deciding: Readonly<Record<string, string>> = { ...OF_LINES, ...OF_SUMMARIES },
): readonly string[] {
  return Object.entries(deciding).flatMap(([key, words]) => {
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
