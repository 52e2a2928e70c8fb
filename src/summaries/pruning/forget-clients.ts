/** Forgets the networks of clients on old days; their countries stay. Each run keeps its requests, so it can be undone all the same. */
import { sql } from '../../database/sql.js';
import { findCountMonths } from './fold-counts.js';
import { ADDS, type PruneStep, REMOVES, runStatements } from './prune-step.js';

export const FORGET_CLIENTS: PruneStep = {
  limit: 'keep_client_days',
  isPromised: true,
  tellsWaiting: true,
  findMonths: (database, { before }) => findCountMonths(database, before, 'networks'),
  async findState(database, { first, last, isWholeMonth }) {
    if (isWholeMonth) return 'due';
    const { rows } = await database.query(sql.hasNetworks, [first, last]);
    return rows[0]?.['has_networks'] === true ? 'due' : 'clean';
  },
  pruneMonth: (database, { first, last, isWholeMonth }) =>
    runStatements(database, [
      [sql.foldNetworks, [first, last], ['site_count', ADDS]],
      [sql.deleteNetworks, [first, last], ['site_count', REMOVES]],
      ...(isWholeMonth ? [[sql.markCountMonth, [first, 'networks']] as const] : []),
    ]),
};
