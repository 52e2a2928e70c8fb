/** Adds the names of content types and the labels of objects to the lists of a summary. */
import type { Database } from '../../database/database.js';
import { nameObjects } from '../labels.js';
import type { Names } from '../names.js';
import type { SummaryAnswer, SummaryList } from './summary-shape.js';

/** Adds them to the lists of objects; others stay as they are. */
export async function nameSummary<Answer extends SummaryAnswer>(
  database: Database,
  names: Names,
  answer: Answer,
): Promise<Answer> {
  const lists: SummaryList[] = [];
  for (const list of answer.lists) {
    lists.push(list.name === 'object' ? await nameList(database, names, list) : list);
  }
  return { ...answer, lists };
}

/** Adds them to several summaries. */
export async function nameSummaries<Answer extends SummaryAnswer>(
  database: Database,
  names: Names,
  answers: readonly Answer[],
): Promise<readonly Answer[]> {
  const named: Answer[] = [];
  for (const answer of answers) named.push(await nameSummary(database, names, answer));
  return named;
}

async function nameList(database: Database, names: Names, list: SummaryList): Promise<SummaryList> {
  const objects = list.rows.map(([site, contentType, objectId, , , ...values]) => ({
    ...{ site: String(site), contentType: String(contentType), objectId: String(objectId), values },
  }));
  const named = await nameObjects(database, names, objects);
  return {
    ...list,
    rows: named.map(({ site, contentType, objectId, name, label, values }) => [
      ...[site, contentType, objectId, name, label],
      ...values,
    ]),
  };
}
