/** Finds the names of content types: in the config file, else in a table of a Django application. */
import type { ObjectRule } from '../attribute/rules.js';
import type { ContentTypeEntry } from '../config/config-schema.js';
import type { Database } from '../database/database.js';
import { explain, SQLSTATE } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';
import { DatabaseError, UsageError } from '../errors.js';
import { findPathUrl } from './path-url.js';
import type { ContentType } from './types.js';

export interface NameSettings {
  /** The entries of the config file, which come before Django's names. */
  readonly contentTypes: readonly ContentTypeEntry[];
  /** The rules of the config file: the path of a type that has no URL follows from its rule. */
  readonly rules: readonly ObjectRule[];
  /** Whether numbers are named by the table django_content_type of the same database. */
  readonly django: boolean;
}

export interface Names {
  /** Null if the content type has no name but its own. */
  get(site: string, contentType: string): string | null;
  /** The statement that returns the labels of its objects; null if there is none. */
  getLabelQuery(site: string, contentType: string): string | null;
  /** Where the site shows its objects: `https://www.example.com/photos/{id}/`; null if nobody said. */
  getUrl(site: string, contentType: string): string | null;
}

const NUMBER = /^\d+$/;

/** @throws DatabaseError if Django's table is asked for and cannot be read */
export async function loadNames(database: Database, settings: NameSettings): Promise<Names> {
  const django = settings.django ? await selectDjangoNames(database) : new Map<string, string>();
  // an entry for the site comes before one without a site
  const find = (key: 'name' | 'label_query' | 'url', site: string, contentType: string): string | null => {
    const ofType = settings.contentTypes.filter(
      ({ id, [key]: value }) => id === contentType && value !== undefined,
    );
    const entry = ofType.find((each) => each.site === site) ?? ofType.find((each) => each.site === undefined);
    return entry?.[key] ?? null;
  };
  return {
    get(site, contentType) {
      const own = find('name', site, contentType);
      return own === null && NUMBER.test(contentType) ? (django.get(contentType) ?? null) : own;
    },
    getLabelQuery: (site, contentType) => find('label_query', site, contentType),
    getUrl: (site, contentType) =>
      find('url', site, contentType) ?? findPathUrl(site, contentType, settings.rules),
  };
}

async function selectDjangoNames(database: Database): Promise<ReadonlyMap<string, string>> {
  return database.transaction('snapshot', async () => {
    await database.query(sql.setOwnSearchPath);
    const { rows } = await database.query(sql.selectDjangoTypes).catch((error: unknown) => {
      throw explainDjangoError(database, error);
    });
    return new Map(rows.map((row) => [getText(row, 'id'), getText(row, 'name')]));
  });
}

function explainDjangoError(database: Database, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === SQLSTATE.undefinedTable) {
    return explain(
      error,
      "logtally has to count into the application's own database, and the role's search_path to find the table",
      `--django: ${database.name} has no table django_content_type`,
    );
  }
  if (error.code !== SQLSTATE.insufficientPrivilege) return error;
  return explain(
    error,
    'its owner grants it: grant select on django_content_type to ...',
    '--django: the role may not read the table django_content_type',
  );
}

/**
 * Finds the content type that a person means: its own name comes before the name that people call it.
 *
 * @returns null if no content type has the name
 * @throws UsageError if several have it
 */
export function resolveContentType(types: readonly ContentType[], names: Names, text: string): string | null {
  if (types.some((type) => type.contentType === text)) return text;
  const called = types.filter((type) => names.get(type.site, type.contentType) === text);
  const ownNames = [...new Set(called.map((type) => type.contentType))];
  if (ownNames.length < 2) return ownNames[0] ?? null;
  throw new UsageError(`several content types are called '${text}'`, {
    hint: `choose one by its own name: ${ownNames.join(', ')}`,
  });
}
