// The parsed SQL files, as far as the rules of Citus look at them: PostgreSQL's own parser makes the trees.

import { loadModule, parseSync } from 'libpg-query';

export type Tree = Readonly<Record<string, unknown>>;

await loadModule();

/** Parses a script. @returns a tree for each statement: `{ SelectStmt: { ... } }` */
export function parseScript(script: string): readonly Tree[] {
  const { stmts = [] } = parseSync(script) as { readonly stmts?: readonly { readonly stmt?: Tree }[] };
  return stmts.map(({ stmt = {} }) => stmt);
}

/** Finds the queries of the views that scripts create, by the views' names. */
export function findViews(statements: readonly Tree[]): ReadonlyMap<string, unknown> {
  return new Map(
    statements.flatMap((statement) =>
      findAll(statement, 'ViewStmt').map(({ view, query }) => [toTable(toNode(view)), query] as const),
    ),
  );
}

/** Lists the nodes of a kind in a tree, from the top down: those of `{ RangeVar: { ... } }`. */
export function findAll(tree: unknown, kind: string): readonly Tree[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(key === kind ? [value as Tree] : []),
    ...findAll(value, kind),
  ]);
}

/** The node of a kind that a tree is; null if it is another one. */
export function getNode(tree: unknown, kind: string): Tree | null {
  return toNode(toNode(tree)?.[kind]);
}

export function toNode(value: unknown): Tree | null {
  return typeof value === 'object' && value !== null ? (value as Tree) : null;
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a `String` node: the parts of a column's name, the columns of USING and of keys. */
export function toName(value: unknown): string {
  return String(getNode(value, 'String')?.['sval'] ?? '');
}

/**
 * Puts the queries of CTEs and views in the place of their names, as the planner does. A materialized CTE stays a name: its rows are
 * found first.
 *
 * @param around queries by their names
 */
export function inlineQueries(tree: unknown, around: ReadonlyMap<string, unknown> = new Map()): unknown {
  if (Array.isArray(tree)) return tree.map((part) => inlineQueries(part, around));
  const node = toNode(tree);
  if (node === null) return tree;
  const known = new Map(around);
  for (const cte of toList(toNode(node['withClause'])?.['ctes'])) {
    const { ctename, ctequery, ctematerialized } = getNode(cte, 'CommonTableExpr') ?? {};
    if (ctematerialized !== 'CTEMaterializeAlways')
      known.set(String(ctename), inlineQueries(ctequery, known));
  }
  const range = getNode(node, 'RangeVar');
  const query = range === null ? undefined : known.get(toTable(range));
  if (query !== undefined)
    return {
      RangeSubselect: { subquery: query, alias: range?.['alias'] ?? { aliasname: range?.['relname'] } },
    };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlineQueries(value, known)]));
}

/** The parts of a column's name: `['h', 'object_id']`. */
export function toColumn(value: unknown): readonly string[] {
  return toList(getNode(value, 'ColumnRef')?.['fields']).map(toName);
}

/** `logtally.object_hits`, `pg_temp.day_gain`; without a schema the name of a CTE. */
export function toTable(rangeVar: Tree | null): string {
  const schema = rangeVar?.['schemaname'];
  return `${schema === undefined ? '' : `${schema}.`}${rangeVar?.['relname']}`;
}
