// What Citus demands of statements that touch tables which are spread over nodes, as far as a parser sees it. Each rule returns what
// breaks it. What only a cluster shows, test/citus tests.

import { listSpreadTables } from '../../src/summaries/summaries.js';
import { findAll, getNode, type Tree, toColumn, toList, toName, toNode, toTable } from './tree.js';

const SPREAD = new Map(listSpreadTables().map(({ name, spread }) => [`logtally.${name}`, spread]));

/** Functions of the time or of chance: Citus refuses them where each node would compute them for itself. */
const VOLATILE = new Set(['now', 'random', 'clock_timestamp', 'statement_timestamp', 'gen_random_uuid']);

const AGGREGATES = new Set(['sum', 'count', 'min', 'max']);

export type Rule = (statement: Tree) => readonly string[];

/** @returns `object_id`, `reference` or `local`; local are temporary tables too, and what a CTE has */
function getSpread(table: string): string {
  return SPREAD.get(table) ?? 'local';
}

function listTables(tree: unknown): readonly string[] {
  return findAll(tree, 'RangeVar').map(toTable);
}

function readsDistributed(tree: unknown): boolean {
  return listTables(tree).some((table) => getSpread(table) === 'object_id');
}

/** Whether the rows of a table or subquery are on the nodes, not yet added up on the coordinator over several objects. */
function isOnNodes(tree: unknown): boolean {
  const node = toNode(tree);
  if (node === null) return false;
  const range = getNode(node, 'RangeVar');
  if (range !== null) return getSpread(toTable(range)) === 'object_id';
  const select = getNode(node, 'SelectStmt');
  if (select !== null && addsObjectsUp(select)) return false;
  return Object.values(node).some((part) => (Array.isArray(part) ? part.some(isOnNodes) : isOnNodes(part)));
}

function addsObjectsUp(select: Tree): boolean {
  const keys = toList(select['groupClause']).map((key) => toColumn(key).at(-1));
  if (keys.length > 0) return !keys.includes('object_id');
  return findAll(select['targetList'], 'FuncCall').some(
    (call) => call['over'] === undefined && AGGREGATES.has(toName(toList(call['funcname']).at(-1))),
  );
}

/** The column names that two sides of a join are compared by. */
function listJoinColumns(join: Tree): readonly string[] {
  const using = toList(join['usingClause']).map(toName);
  const equal = findAll(join['quals'], 'A_Expr')
    .filter(({ name }) => toList(name).map(toName).join('') === '=')
    .flatMap(({ lexpr, rexpr }) => {
      const [left, right] = [toColumn(lexpr).at(-1), toColumn(rexpr).at(-1)];
      return left !== undefined && left === right ? [left] : [];
    });
  return [...using, ...equal];
}

/** The columns that a query has, as far as they are plain columns. */
function listSelected(select: unknown): readonly string[] {
  return toList(toNode(select)?.['targetList']).map(
    (target) => toColumn(getNode(target, 'ResTarget')?.['val']).at(-1) ?? '',
  );
}

export const RULES: Readonly<Record<string, Rule>> = {
  'no lateral join of a distributed table': (statement) =>
    findAll(statement, 'RangeSubselect')
      .filter((part) => part['lateral'] === true && readsDistributed(part['subquery']))
      .map((part) => listTables(part).join(', ')),

  'no correlated subquery of a distributed table': (statement) =>
    findAll(statement, 'SubLink')
      .filter((part) => readsDistributed(part['subselect']))
      .flatMap((part) => {
        const own = new Set(
          findAll(part['subselect'], 'RangeVar').flatMap((table) => [
            String(table['relname']),
            String(toNode(table['alias'])?.['aliasname']),
          ]),
        );
        const subqueries = findAll(part['subselect'], 'alias').map((alias) => String(alias?.['aliasname']));
        return findAll(part['subselect'], 'ColumnRef')
          .map(({ fields }) => toList(fields).map(toName))
          .filter(
            ([table = '', column]) => column !== undefined && !own.has(table) && !subqueries.includes(table),
          )
          .map((column) => column.join('.'));
      }),

  'an EXISTS of a distributed table asks for one row of something': (statement) =>
    findAll(statement, 'SubLink')
      .filter((part) => part['subLinkType'] === 'EXISTS_SUBLINK' && readsDistributed(part['subselect']))
      .map((part) => getNode(part['subselect'], 'SelectStmt'))
      .filter((select) => select?.['limitCount'] === undefined || toList(select['targetList']).length === 0)
      .map((select) => listTables(select).join(', ')),

  'distributed tables are joined by object_id': (statement) =>
    findAll(statement, 'JoinExpr')
      .filter(({ larg, rarg }) => isOnNodes(larg) && isOnNodes(rarg))
      .filter((join) => !listJoinColumns(join).includes('object_id'))
      .map((join) => listTables(join).join(', ')),

  'an outer join of other rows with a distributed table has its rows from a materialized CTE': (statement) =>
    findAll(statement, 'JoinExpr')
      .filter(({ jointype }) => jointype !== undefined && jointype !== 'JOIN_INNER')
      .filter(({ larg, rarg }) => isOnNodes(larg) !== isOnNodes(rarg))
      .flatMap(({ jointype, larg, rarg }) => {
        const [distributed, other] = isOnNodes(larg) ? [larg, rarg] : [rarg, larg];
        const isOuter = (jointype === 'JOIN_LEFT') === (distributed === larg) && jointype !== 'JOIN_FULL';
        const isSmall = listTables(other).every((table) => getSpread(table) === 'reference');
        return isOuter && isSmall ? [] : [listTables([larg, rarg]).join(', ')];
      }),

  'a union of distributed tables has object_id, or sums, in each part': (statement) =>
    findAll(statement, 'SelectStmt')
      .filter(({ op }) => op === 'SETOP_UNION')
      .flatMap(({ larg, rarg }) => [larg, rarg])
      .filter((part) => toNode(part)?.['op'] !== 'SETOP_UNION')
      .map((part) => ({ SelectStmt: part }))
      // joined with values of the statement, it has few rows
      .filter((part) => findAll(part, 'RangeFunction').length === 0)
      .filter((part) => isOnNodes(part) && !listSelected(part.SelectStmt).includes('object_id'))
      .map((part) => listTables(part).join(', ')),

  'no direct join of a distributed table with a table of the coordinator': (statement) =>
    findAll(statement, 'JoinExpr').flatMap(({ larg, rarg }) => {
      const sides = [larg, rarg].flatMap((side) =>
        getNode(side, 'RangeVar') === null ? [] : listTables(side),
      );
      const isMixed =
        [larg, rarg].some(isOnNodes) &&
        sides.some((table) => /^logtally\./.test(table) && getSpread(table) === 'local');
      return isMixed ? [listTables([larg, rarg]).join(', ')] : [];
    }),

  'object_id is never updated': (statement) =>
    [
      ...findAll(statement, 'UpdateStmt').map((update) => ({
        table: update['relation'],
        set: update['targetList'],
      })),
      ...findAll(statement, 'InsertStmt').map((insert) => ({
        table: insert['relation'],
        set: toNode(insert['onConflictClause'])?.['targetList'],
      })),
    ]
      .filter(({ table }) => getSpread(toTable(toNode(table))) === 'object_id')
      .flatMap(({ set }) => toList(set).map((target) => String(getNode(target, 'ResTarget')?.['name'])))
      .filter((column) => column === 'object_id'),

  'no update of a spread table computes with the time or with chance': (statement) =>
    ['UpdateStmt', 'InsertStmt']
      .flatMap((kind) => findAll(statement, kind))
      .filter(({ relation }) => getSpread(toTable(toNode(relation))) !== 'local')
      .flatMap((change) => [
        change['targetList'],
        toNode(change['onConflictClause'])?.['targetList'],
        change['selectStmt'],
      ])
      .flatMap((part) => [
        ...findAll(part, 'SQLValueFunction').map(({ op }) => String(op)),
        ...findAll(part, 'FuncCall')
          .map(({ funcname }) => toName(toList(funcname).at(-1)))
          .filter((name) => VOLATILE.has(name)),
      ]),

  'no spread table is updated or deleted from by a join, if each node has all of it': (statement) =>
    [...findAll(statement, 'UpdateStmt'), ...findAll(statement, 'DeleteStmt')]
      .filter(({ relation }) => getSpread(toTable(toNode(relation))) === 'reference')
      .filter((change) => toList(change['fromClause'] ?? change['usingClause']).length > 0)
      .map(({ relation }) => toTable(toNode(relation))),

  'no MERGE': (statement) => findAll(statement, 'MergeStmt').map(({ relation }) => toTable(toNode(relation))),

  'no trigger on a spread table': (statement) =>
    findAll(statement, 'CreateTrigStmt')
      .map(({ relation }) => toTable(toNode(relation)))
      .filter((table) => getSpread(table) !== 'local'),

  'no foreign key to or from a spread table': (statement) =>
    findAll(statement, 'CreateStmt').flatMap((create) => {
      const from = toTable(toNode(create['relation']));
      return findAll(create, 'Constraint')
        .filter(({ contype }) => contype === 'CONSTR_FOREIGN')
        .map(({ pktable }) => toTable(toNode(pktable)))
        .filter((to) => getSpread(from) !== 'local' || getSpread(to) !== 'local')
        .map((to) => `${from} to ${to}`);
    }),

  'each key of a distributed table has object_id in it': (statement) => [
    ...findAll(statement, 'CreateStmt')
      .filter(({ relation }) => getSpread(toTable(toNode(relation))) === 'object_id')
      .flatMap((create) =>
        findAll(create, 'Constraint')
          .filter(({ contype }) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE')
          .filter(({ keys }) => !toList(keys).map(toName).includes('object_id'))
          .map(() => toTable(toNode(create['relation']))),
      ),
    ...findAll(statement, 'IndexStmt')
      .filter(
        (index) => index['unique'] === true && getSpread(toTable(toNode(index['relation']))) === 'object_id',
      )
      .filter((index) => !findAll(index, 'IndexElem').some(({ name }) => name === 'object_id'))
      .map((index) => String(index['idxname'])),
  ],

  'each table with an object_id is distributed by it': (statement) =>
    findAll(statement, 'CreateStmt')
      .filter((create) => findAll(create, 'ColumnDef').some(({ colname }) => colname === 'object_id'))
      .map((create) => toTable(toNode(create['relation'])))
      .filter((table) => /^logtally\./.test(table) && getSpread(table) !== 'object_id'),
};
