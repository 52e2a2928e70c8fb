/** Finds the labels of objects: the label_query of a content type tells them, in a transaction that cannot write. */
import type { Answer, Database } from '../database/database.js';
import { explain, SQLSTATE } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import type { Names } from './names.js';
import type { ReportData, TypeReport } from './report-shape.js';

/** An object with the name of its content type and its own label; null if there is none. */
export type Named<Item> = Item & { readonly name: string | null; readonly label: string | null };

interface ObjectKey {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
}

const SHAPE =
  'it returns two columns, id and label: select id::text, title from core_photo where id::text = any($1)';

/** Seconds that a label_query may take; it is run for the few hundred objects that are shown, and the few thousand that are found. */
const LABEL_SECONDS = 15;

/** Adds names and labels to objects, in their order. */
export async function nameObjects<Item extends ObjectKey>(
  database: Database,
  names: Names,
  objects: readonly Item[],
): Promise<readonly Named<Item>[]> {
  const idsByType = new Map<string, { site: string; contentType: string; objectIds: string[] }>();
  for (const object of objects) {
    const { site, contentType, objectId } = object;
    const type = idsByType.get(toTypeKey(object)) ?? { site, contentType, objectIds: [] };
    type.objectIds.push(objectId);
    idsByType.set(toTypeKey(object), type);
  }
  const labels = new Map<string, ReadonlyMap<string, string>>();
  for (const [key, type] of idsByType) labels.set(key, await selectLabels(database, names, type));
  return objects.map((object) => ({
    ...object,
    name: names.get(object.site, object.contentType),
    label: labels.get(toTypeKey(object))?.get(object.objectId) ?? null,
  }));
}

function toTypeKey({ site, contentType }: Omit<ObjectKey, 'objectId'>): string {
  return JSON.stringify([site, contentType]);
}

/** Adds names, labels and addresses to a report; each object is asked for once, however many of its periods have it. */
export async function nameReport(database: Database, names: Names, report: ReportData): Promise<ReportData> {
  const idsByType = new Map<string, { site: string; contentType: string; objectIds: Set<string> }>();
  for (const type of [report, ...report.lastDays].flatMap(({ types }) => types)) {
    const { site, contentType } = type;
    const known = idsByType.get(toTypeKey(type)) ?? { site, contentType, objectIds: new Set<string>() };
    for (const [objectId] of [...type.objects, ...type.rest]) known.objectIds.add(objectId);
    idsByType.set(toTypeKey(type), known);
  }
  const labels = new Map<string, ReadonlyMap<string, string>>();
  for (const [key, { objectIds, ...type }] of idsByType)
    labels.set(key, await selectLabels(database, names, { ...type, objectIds: [...objectIds] }));
  const nameType = (type: TypeReport): TypeReport => {
    const { site, contentType } = type;
    const getLabel = (objectId: string) => labels.get(toTypeKey(type))?.get(objectId) ?? null;
    return {
      ...type,
      name: names.get(site, contentType),
      url: names.getUrl(site, contentType),
      objects: type.objects.map(([objectId, , ...counts]) => [objectId, getLabel(objectId), ...counts]),
      rest: type.rest.map(([objectId, , ...counts]) => [objectId, getLabel(objectId), ...counts]),
    };
  };
  const types = report.types.map(nameType);
  const lastDays = report.lastDays.map((days) => ({ ...days, types: days.types.map(nameType) }));
  return { ...report, types, lastDays };
}

/**
 * Reads the labels by object id: those of the label_query of the content type, or, if it has none, the titles that the log has told. Objects
 * without one are left out.
 *
 * @throws DatabaseError if it fails, tries to write, or returns anything but two columns
 */
async function selectLabels(
  database: Database,
  names: Names,
  { site, contentType, objectIds }: Omit<ObjectKey, 'objectId'> & { readonly objectIds: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  if (objectIds.length === 0) return new Map();
  const statement = names.getLabelQuery(site, contentType);
  if (statement === null) return selectTitles(database, { site, contentType, objectIds });
  const answer = await database.transaction('snapshot', async () => {
    await database.query(sql.setOwnSearchPath);
    // the embedded database has no clock to keep to
    if (database.kind !== 'embedded')
      await database.query(sql.setStatementTimeout, [String(LABEL_SECONDS * 1000)]);
    return database.ask(statement, [objectIds]).catch((error: unknown) => {
      throw explainError(contentType, error);
    });
  });
  if (answer.columns.length !== 2) {
    throw new DatabaseError(
      `label_query of content type '${contentType}' returns ${answer.columns.length} columns`,
      { hint: SHAPE },
    );
  }
  return toLabels(answer, new Set(objectIds));
}

/** Reads the titles that the log has told, by object id. */
async function selectTitles(
  database: Database,
  { site, contentType, objectIds }: Omit<ObjectKey, 'objectId'> & { readonly objectIds: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.transaction('reading', () =>
    database.query(sql.selectTitles, [site, contentType, objectIds]),
  );
  return new Map(rows.map((row) => [getText(row, 'object_id'), getText(row, 'title')]));
}

/** Makes a map of the labels. If an object has several, the first one counts; an empty label is none. */
function toLabels({ rows }: Answer, asked: ReadonlySet<string>): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [id, label] of rows) {
    if (typeof id !== 'string' || typeof label !== 'string' || !/\S/.test(label)) continue;
    if (asked.has(id) && !labels.has(id)) labels.set(id, label);
  }
  return labels;
}

function explainError(contentType: string, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const hints: Readonly<Record<string, string>> = {
    [SQLSTATE.readOnly]: 'it may only read',
    [SQLSTATE.queryCanceled]: `it may take ${LABEL_SECONDS} s: an index on id::text, or on what it compares with $1, helps`,
  };
  const message = `label_query of content type '${contentType}': ${error.message}`;
  return explain(error, hints[error.code ?? ''] ?? SHAPE, message);
}
