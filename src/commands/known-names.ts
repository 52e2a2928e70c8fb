/** What a person names has to be there: a site or a content type that nobody counted is an error, not an empty answer. */
import type { Database } from '../database/database.js';
import { UsageError } from '../errors.js';
import { toVisibleText } from '../output/text.js';
import { type ContentTypeKey, type Names, resolveContentType, selectContentTypes } from '../report/names.js';
import { findNearNames } from '../report/near-names.js';

interface Asked {
  /** null for every site. */
  readonly site: string | null;
  /** null for every content type. */
  readonly contentType: string | null;
}

const HOW_TO_LIST = 'logtally top --types lists what has been counted';

/**
 * Resolves the site and the content type of a command line, the type by its id or its name.
 *
 * @returns null if nothing has been counted yet
 * @throws UsageError if there is no such site, or no such content type in it; the hint lists near names
 */
export async function resolveAsked<Question extends Asked>(
  database: Database,
  names: Names,
  question: Question,
): Promise<Question | null> {
  const { site, contentType: text } = question;
  const types = await selectContentTypes(database);
  if (types.length === 0) return null;
  const ofSite = types.filter((type) => site === null || type.site === site);
  if (site !== null && ofSite.length === 0) throw createUnknownSiteError(site, types);
  if (text === null) return question;
  const contentType = resolveContentType(ofSite, names, text);
  if (contentType !== null) return { ...question, contentType };
  throw createUnknownTypeError(question, { text, types, ofSite, names });
}

function createUnknownSiteError(site: string, types: readonly ContentTypeKey[]): UsageError {
  const near = findNearNames(
    site,
    types.map((type) => type.site),
  );
  return new UsageError(`no site '${toVisibleText(site)}' has been counted`, { hint: toHint(near) });
}

function createUnknownTypeError(
  { site }: Asked,
  known: {
    readonly text: string;
    readonly types: readonly ContentTypeKey[];
    readonly ofSite: readonly ContentTypeKey[];
    readonly names: Names;
  },
): UsageError {
  const { text, types, ofSite, names } = known;
  const where = site === null ? '' : ` of site '${toVisibleText(site)}'`;
  const message = `no content type '${toVisibleText(text)}'${where} has been counted`;
  const others = types.filter((type) => type.name === text).map((type) => toVisibleText(type.site));
  if (others.length > 0) return new UsageError(message, { hint: `it has been of site ${others.join(', ')}` });
  const near = findNearNames(
    text,
    ofSite.flatMap((type) => [type.name, names.get(type.site, type.name) ?? type.name]),
  );
  return new UsageError(message, { hint: toHint(near) });
}

function toHint(near: readonly string[]): string {
  if (near.length === 0) return HOW_TO_LIST;
  return `did you mean ${near.map((name) => `'${toVisibleText(name)}'`).join(' or ')}? ${HOW_TO_LIST}`;
}
