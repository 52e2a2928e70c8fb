/**
 * What a statement of a client is, by its first words. The database itself refuses two statements in one message of the
 * extended protocol, in which all of them are sent: so if a text is cut wrongly here it is refused, and never does more than
 * its first word says.
 */
import type { Problem } from './messages.js';

export type Statement =
  /** The database is asked. */
  | { readonly kind: 'question' }
  /** The same, and later transactions of the session begin with it too. */
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end'; readonly command: 'COMMIT' | 'ROLLBACK' }
  /** Says of transactions what they are in any case. */
  | { readonly kind: 'nothing'; readonly command: 'SET' }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** What the database is asked to do. With read rights alone, in a transaction that cannot write, none of them changes anything. */
const QUESTIONS = new Set(
  'select|with|values|table|show|explain|declare|fetch|move|close|savepoint|release'.split('|'),
);

const MODES =
  '(?:(?:,? ?)(?:isolation level (?:serializable|repeatable read|read committed|read uncommitted)|read only|(?:not )?deferrable))*';
const BEGIN = new RegExp(`^(?:begin(?: work| transaction)?|start transaction)${MODES}$`);
const SET_TRANSACTION = new RegExp(
  `^set (?:(?:local |session )?transaction|session characteristics as transaction)${MODES}$`,
);
const COMMIT = /^(?:commit|end)(?: work| transaction)?(?: and no chain)?$/;
const ROLLBACK = /^(?:rollback|abort)(?: work| transaction)?(?: and no chain)?$/;
const ROLLBACK_TO = /^rollback(?: work| transaction)? to /;

/** Settings that change how an answer is written, or which schema a name is looked up in. */
const SETTINGS =
  'search_path|datestyle|timezone|time zone|intervalstyle|bytea_output|extra_float_digits|application_name|client_min_messages';
const VALUE = `(?:'[^']*'|"[^"]*"|[\\w$.+-]+)`;
const SET = new RegExp(`^set (session |local )?(${SETTINGS})(?: ?= ?| to | )(${VALUE}(?: ?, ?${VALUE})*)$`);
const SET_UTF8 = /^set (?:session |local )?client_encoding(?: ?= ?| to )['"]?(?:utf-?8|unicode)['"]?$/;

const HINT = 'while another process has the embedded database open, sessions ask it, and change nothing';

/** Says what one statement is. */
export function classifyStatement(text: string): Statement {
  const bare = toBareText(text).replace(/;$/, '').trim().toLowerCase();
  const word = /^[a-z_][\w$\x80-\uffff]*/.exec(bare.replace(/^[( ]+/, ''))?.[0] ?? '';
  if (bare === '' || QUESTIONS.has(word)) return { kind: 'question' };
  if (BEGIN.test(bare)) return { kind: 'begin' };
  if (COMMIT.test(bare)) return { kind: 'end', command: 'COMMIT' };
  if (ROLLBACK.test(bare)) return { kind: 'end', command: 'ROLLBACK' };
  if (ROLLBACK_TO.test(bare)) return { kind: 'question' };
  if (SET_TRANSACTION.test(bare) || SET_UTF8.test(bare)) return { kind: 'nothing', command: 'SET' };
  const [, scope = '', name] = SET.exec(bare) ?? [];
  if (name !== undefined) return scope === 'local ' ? { kind: 'question' } : { kind: 'setting', name };
  const what = /^[a-z]+/.exec(word)?.[0].toUpperCase() ?? 'this statement';
  const writes = WRITING.has(word) || / read write\b/.test(bare);
  const problem = writes
    ? { code: '25006', message: `cannot execute ${what} in a read-only transaction`, hint: HINT }
    : { code: '0A000', message: `a session does not take ${what}`, hint: HINT };
  return { kind: 'refused', problem };
}

const WRITING = new Set(
  'insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|comment|vacuum|analyze|reindex|cluster|refresh|lock|import|security|reassign'.split(
    '|',
  ),
);

/** A setting that a client sends as it connects, as a statement; null if it is none that sessions take. */
export function toSettingText(name: string, value: string): string | null {
  const text = `set ${name.toLowerCase()} to '${value}'`;
  return classifyStatement(text).kind === 'setting' ? text : null;
}

/** What is no part of a statement's words, or hides them: comments, texts and names in quotes, and what stands between `$$`. */
const HIDING =
  /--[^\r\n]*|\/\*|\b[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|'[^']*(?:''[^']*)*'|"[^"]*"|\$([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$|[\w$\x80-\uffff]+|;/g;

interface Piece {
  readonly text: string;
  readonly isComment: boolean;
  readonly isEnd: boolean;
}

/** Cuts a text where comments, quoted parts and semicolons begin and end. */
function* cutPieces(text: string): Generator<Piece> {
  const hiding = new RegExp(HIDING);
  let from = 0;
  for (let found = hiding.exec(text); found !== null; found = hiding.exec(text)) {
    if (found.index > from) yield { text: text.slice(from, found.index), isComment: false, isEnd: false };
    const [begin] = found;
    if (begin === '/*') hiding.lastIndex = findCommentEnd(text, hiding.lastIndex);
    if (/^\$.*\$$/.test(begin)) {
      const end = text.indexOf(begin, hiding.lastIndex);
      hiding.lastIndex = end === -1 ? text.length : end + begin.length;
    }
    from = hiding.lastIndex;
    const isComment = begin === '/*' || begin.startsWith('--');
    yield { text: text.slice(found.index, from), isComment, isEnd: begin === ';' };
  }
  if (from < text.length) yield { text: text.slice(from), isComment: false, isEnd: false };
}

/** Comments between slashes and stars may stand in each other. */
function findCommentEnd(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 1;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}

/** A statement without comments, each white space one space. */
function toBareText(text: string): string {
  const words = [...cutPieces(text)].map((piece) => (piece.isComment ? ' ' : piece.text));
  return words
    .join('')
    .replace(/[ \t\n\r\f\v]+/g, ' ')
    .trim();
}

export interface StatementPart {
  readonly text: string;
  /** Characters of the script before it. */
  readonly position: number;
}

/** Cuts a script into its statements; empty ones are left out. */
export function splitStatements(script: string): readonly StatementPart[] {
  const parts: StatementPart[] = [];
  let text = '';
  let [position, length] = [0, 0];
  const end = () => {
    if (toBareText(text) !== '') parts.push({ text, position });
    text = '';
    position = length;
  };
  for (const piece of cutPieces(script)) {
    // a character beyond 16 bits is one for PostgreSQL and two for JavaScript
    length += piece.text.length - (piece.text.match(/[\ud800-\udbff]/g)?.length ?? 0);
    if (piece.isEnd) end();
    else text += piece.text;
  }
  end();
  return parts;
}
