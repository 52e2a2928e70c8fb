/** The views under which people ask for an operator's summaries: made by the first run that keeps one, and on the target of an export. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getText, getTextOrNull } from '../../database/values.js';
import { DatabaseError, UsageError } from '../../errors.js';
import type { OwnSummary, OwnView } from './definition.js';
import {
  createComment,
  createDrop,
  createView,
  describeView,
  isDescription,
  parseDescription,
} from './statements.js';

/** What has the name of a view: nothing, that view, one of other columns, or something else. */
type Standing = 'missing' | 'same' | 'changed' | 'other';

/**
 * Makes the view of a summary, if it is missing.
 *
 * @throws UsageError if something else has its name
 */
export async function makeView(database: Database, own: OwnSummary): Promise<void> {
  const standing = await findStanding(database, own);
  if (standing === 'missing') await create(database, own);
  if (standing === 'missing' || standing === 'same') return;
  const isOther = standing === 'other';
  const why = isOther
    ? `logtally.${own.table} is something else`
    : `the view logtally.${own.table} has other columns, or is of another summary`;
  throw new UsageError(`summary file '${own.path}': ${why}`, {
    hint: isOther
      ? 'name another table in its head'
      : `let the owner drop it (drop view logtally.${own.table}) if it is not needed, or name another table`,
  });
}

/**
 * Makes the views of one database in another one, whatever views of summaries that has by these names.
 *
 * @throws DatabaseError if something else has one of the names
 */
export async function copyViews(source: Database, target: Database): Promise<void> {
  for (const row of (await source.query(sql.findOwnViews)).rows) {
    const view = parseDescription(getText(row, 'table_name'), getText(row, 'definition'));
    if (view === null) continue;
    const standing = await findStanding(target, view);
    if (standing === 'same') continue;
    if (standing === 'other') {
      throw new DatabaseError(
        `${target.name}: logtally.${view.table} is something else than the view of the summary '${view.name}'`,
        { hint: 'let its owner rename it there, and export again' },
      );
    }
    if (standing === 'changed') await target.query(createDrop(view));
    await create(target, view);
  }
}

async function findStanding(database: Database, view: OwnView): Promise<Standing> {
  const row = (await database.query(sql.findOwnRelation, [view.table])).rows[0];
  if (row === undefined) return 'missing';
  const definition = getTextOrNull(row, 'definition');
  if (getText(row, 'kind') !== 'v' || !isDescription(definition)) return 'other';
  return definition === describeView(view) ? 'same' : 'changed';
}

async function create(database: Database, view: OwnView): Promise<void> {
  await database.query(createView(view));
  await database.query(createComment(view));
}
