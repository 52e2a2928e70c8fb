/** Finds what people call objects. The label_query of their content type tells it; it runs in a transaction that can only read. */
import { type Answer, type Database, READ_ONLY_CODE } from '../database/database.js';
import { sql } from '../database/sql.js';
import { DatabaseError } from '../errors.js';
import type { Names } from './names.js';

/** An object with what people call it and its content type; null if these have no other name. */
export type Named<Item> = Item & { readonly name: string | null; readonly label: string | null };

interface ObjectKey {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
}

interface LabelQuestion {
  readonly site: string;
  readonly contentType: string;
  readonly objectIds: readonly string[];
}

const SHAPE =
  'it returns two columns, id and label: select id::text, title from core_photo where id::text = any($1)';

/** Seconds that a label_query may take; it is run for the few hundred objects that are shown. */
const LABEL_SECONDS = 15;

/** SQLSTATE query_canceled. */
const CANCELED = '57014';

/** Adds names and labels to objects, in their order. */
export async function nameObjects<Item extends ObjectKey>(
  database: Database,
  names: Names,
  objects: readonly Item[],
): Promise<readonly Named<Item>[]> {
  const groups = new Map<string, Item[]>();
  for (const object of objects) {
    const group = groups.get(toTypeKey(object));
    if (group === undefined) groups.set(toTypeKey(object), [object]);
    else group.push(object);
  }
  const labels = new Map<Item, string>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const ids = group.map((object) => object.objectId);
    const ofType = await selectLabels(database, names, { ...first, objectIds: ids });
    for (const object of group) {
      const label = ofType.get(object.objectId);
      if (label !== undefined) labels.set(object, label);
    }
  }
  return objects.map((object) => ({
    ...object,
    name: names.get(object.site, object.contentType),
    label: labels.get(object) ?? null,
  }));
}

function toTypeKey({ site, contentType }: ObjectKey): string {
  return JSON.stringify([site, contentType]);
}

/**
 * Reads the labels by object id, as far as the label_query of the content type knows them.
 *
 * @throws DatabaseError if it fails, tries to write, or returns anything but two columns
 */
export async function selectLabels(
  database: Database,
  names: Names,
  { site, contentType, objectIds }: LabelQuestion,
): Promise<ReadonlyMap<string, string>> {
  const statement = names.getLabelQuery(site, contentType);
  if (statement === null || objectIds.length === 0) return new Map();
  const answer = await database.transaction('snapshot', async () => {
    await database.query(sql.setOwnSearchPath);
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
    [READ_ONLY_CODE]: 'it may only read',
    [CANCELED]: `it may take ${LABEL_SECONDS} s: an index on id::text, or on what it compares with $1, helps`,
  };
  return new DatabaseError(`label_query of content type '${contentType}': ${error.message}`, {
    hint: hints[error.code ?? ''] ?? SHAPE,
    code: error.code,
    cause: error,
  });
}
