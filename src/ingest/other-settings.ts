/** Whether a log was counted under other settings than those of this run, which would make something else of its lines. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { AUTO_FORMAT_NAME } from '../parse/parse.js';

/** A run that counted a log under other settings. */
export interface OtherSettings {
  readonly run: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What differs, for a person: `format combined, now common`. */
  readonly differences: readonly string[];
}

/** What a run's record says of its settings. */
export type Description = Readonly<Record<string, unknown>>;

/** What decides what a line counts as, by its key in the record, with the words for it; all else makes no difference. */
const DECIDING = {
  format: 'format',
  objectFields: 'names of the object fields',
  jsonFields: '--json-field',
  year: '--year',
  maxLineBytes: '--max-line-bytes',
  rules: 'rules for objects',
  byPath: '--by-path',
  filters: 'filters',
  site: 'sites',
  clientAddress: "where the client's address is from",
} as const;

/** Characters of a value that are shown. */
const SHOWN_CHARACTERS = 60;

/** Answers which of some runs, as far as their records tell, had other settings than this one. */
export type FindOtherSettings = (runs: readonly number[]) => Promise<readonly OtherSettings[]>;

/**
 * Makes the question for one run; each other run is looked up once.
 *
 * @param now what this run's record says
 */
export function createSettingsCheck(database: Database, now: Description): FindOtherSettings {
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

/** @param before of a run whose program may have recorded less: what it did not record is not compared */
export function listDifferences(before: Description, now: Description): readonly string[] {
  return Object.entries(DECIDING).flatMap(([key, words]) => {
    const [was, is] = [leaveOutUnset(before[key]), leaveOutUnset(now[key])];
    if (was === undefined || is === undefined || toText(was) === toText(is)) return [];
    // what `auto` found may well be the format that is given
    if (key === 'format' && (was === AUTO_FORMAT_NAME || is === AUTO_FORMAT_NAME)) return [];
    return [
      isPlain(was) && isPlain(is) ? `${words} ${show(was)}, now ${show(is)}` : describeParts(words, was, is),
    ];
  });
}

/** The parts of a setting without those that are off or empty, which a program that does not know them records as nothing. */
function leaveOutUnset(value: unknown): unknown {
  if (!isObject(value)) return value;
  const isUnset = (part: unknown) => part === false || (Array.isArray(part) && part.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, part]) => !isUnset(part)));
}

/** `filters (bots, exclude)`; the whole where it has no parts. */
function describeParts(words: string, was: unknown, is: unknown): string {
  if (!isObject(was) || !isObject(is)) return words;
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const changed = [...names].filter((name) => toText(was[name]) !== toText(is[name]));
  return `${words} (${changed.join(', ')})`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object';
}

function isObject(value: unknown): value is Description {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}

/** The same text for the same value: a database keeps the keys of an object in its own order. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
