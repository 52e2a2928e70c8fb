/**
 * A summary of an operator: one SQL file whose head says its name, its table, its keys, what is added up, and which columns of the requests
 * it reads. This file reads such a text.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../../errors.js';
import { SUMMARY_NAMES } from '../count-parts.js';

/** The columns of a request that a summary may read, in the order of the rows for COPY. */
export const REQUEST_COLUMNS = [
  ...(['site', 'day', 'requested_at', 'client', 'user_name', 'session', 'method', 'path', 'query'] as const),
  ...(['status', 'bytes', 'referrer', 'user_agent', 'extra', 'content_type', 'object_id'] as const),
] as const;

export type RequestColumn = (typeof REQUEST_COLUMNS)[number];

/** A column of a summary's table. */
export interface OwnColumn {
  readonly name: string;
  /** One of the types that keys or sums may have. */
  readonly type: string;
}

/** What the rows of a summary are called. */
export interface OwnView {
  readonly name: string;
  /** The view in the schema `logtally` that people ask. */
  readonly table: string;
  /** `day` comes first. */
  readonly keys: readonly OwnColumn[];
  /** What is added up of the requests of one key. */
  readonly sums: readonly OwnColumn[];
}

export interface OwnSummary extends OwnView {
  readonly reads: readonly RequestColumn[];
  /** One statement that returns the keys and then the sums, without its semicolon. */
  readonly statement: string;
  /** The line of the file in which the statement begins. */
  readonly firstLine: number;
  /** The path of its file, for messages. */
  readonly path: string;
}

/** Names become identifiers in SQL as they stand. */
const NAME = /^[a-z][a-z0-9_]{0,50}$/;

const KEY_TYPES = ['date', 'text', 'int', 'bigint', 'boolean', 'timestamptz'];
/** Only these are exact whatever the order in which they are added up. */
const SUM_TYPES = ['bigint', 'numeric'];

const HEAD_LINE = /^--\s*(summary|table|keys|sums|reads)\s*:\s*(.*?)\s*$/;

const HINT =
  'a file begins with: -- summary: NAME, -- table: NAME, -- keys: day date, ..., -- sums: requests bigint, ..., -- reads: day, ...; see docs/own-summary.md';

/**
 * Reads the text of a file.
 *
 * @throws UsageError naming the file and what is wrong with its head
 */
export function parseOwnSummary(text: string, path: string): OwnSummary {
  const fail = (message: string): never => {
    throw new UsageError(`summary file '${path}': ${message}`, { hint: HINT });
  };
  const head = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value = ''] = HEAD_LINE.exec(line.trim()) ?? [];
    if (key === undefined) continue;
    if (head.has(key)) fail(`its head says '${key}' twice`);
    head.set(key, value);
  }
  const get = (key: string): string => head.get(key) || fail(`its head does not say '${key}'`);
  const toName = (what: string, name: string): string =>
    NAME.test(name)
      ? name
      : fail(`'${name}' is no name of a ${what}: lower-case letters, digits and _, up to 51`);
  const toColumns = (key: string, types: readonly string[]): readonly OwnColumn[] =>
    get(key)
      .split(',')
      .map((each) => {
        const [name = '', type = '', ...rest] = each.trim().split(/\s+/);
        if (rest.length > 0 || !types.includes(type))
          fail(`'${each.trim()}' under '${key}' is not a name and one of the types ${types.join(', ')}`);
        return { name: toName('column', name), type };
      });
  const name = toName('summary', get('summary'));
  if (SUMMARY_NAMES.includes(name)) fail(`'${name}' is the name of a summary that the program has`);
  const keys = toColumns('keys', KEY_TYPES);
  const sums = toColumns('sums', SUM_TYPES);
  if (keys[0]?.name !== 'day' || keys[0].type !== 'date') fail(`the first of its keys must be 'day date'`);
  const names = [...keys, ...sums].map((column) => column.name);
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined) fail(`two of its columns are named '${twice}'`);
  const reads = get('reads')
    .split(',')
    .map((each) => each.trim())
    .map(
      (each) =>
        REQUEST_COLUMNS.find((column) => column === each) ?? fail(`a request has no column '${each}'`),
    );
  const statement = text.trim().replace(/;\s*$/, '');
  if (stripComments(statement) === '') fail('it holds no statement');
  return {
    name,
    table: toName('table', get('table')),
    keys,
    sums,
    reads: [...new Set(reads)],
    statement,
    firstLine: text.slice(0, text.search(/\S/)).split('\n').length,
    path,
  };
}

/** What a run's record says of a statement, so that a later run finds that it has changed. Lines of comments are no part of it. */
export function digestStatement({ statement }: OwnSummary): string {
  const text = statement.replace(/^\s*--.*$/gm, '').trim();
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}

const DIGEST_DIGITS = 16;

/** Whether a text is a name that a file could have given. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Reads columns as `describeView` writes them. @returns null if they are none that a file could have */
export function parseColumns(text: string, what: 'keys' | 'sums'): readonly OwnColumn[] | null {
  const types = what === 'keys' ? KEY_TYPES : SUM_TYPES;
  const columns: OwnColumn[] = [];
  for (const each of text.split(', ')) {
    const [name = '', type = '', ...rest] = each.split(' ');
    if (rest.length > 0 || !NAME.test(name) || !types.includes(type)) return null;
    columns.push({ name, type });
  }
  return columns;
}

/** Whether there is anything but comments: those that begin with `--`. */
function stripComments(statement: string): string {
  return statement.replace(/--.*$/gm, '').trim();
}
