/** Removes the requests of old months as a whole. No run is waited for: one that is undone later finds fewer of its requests. */
import { sql } from '../../database/sql.js';
import { getNumber, getText } from '../../database/values.js';
import type { PruneStep } from './prune-step.js';

export const DROP_REQUESTS: PruneStep = {
  limit: 'keep_request_days',
  isPromised: true,
  tellsWaiting: false,
  async findMonths(database, { before }) {
    const { rows } = await database.query(sql.findRequestMonths);
    return rows.filter((row) => getText(row, 'last_day') < before).map((row) => getText(row, 'first_day'));
  },
  findState: async () => 'due',
  async pruneMonth(database, { first }) {
    const { rows } = await database.query(sql.dropRequestMonth, [first]);
    return { removed: { request: getNumber(rows[0], 'request_count') } };
  },
};
