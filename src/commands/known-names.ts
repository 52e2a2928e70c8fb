/** What a person names has to be there: a site or a content type that nobody counted is an error, not an empty answer. */
import type { Database } from '../database/database.js';
import { UsageError } from '../errors.js';
import { toVisibleText } from '../output/text.js';
import { type Names, resolveContentType } from '../report/names.js';
import { findNearNames } from '../report/near-names.js';
import { readTypes, type WantedTypes } from '../report/types.js';

const HOW_TO_LIST = 'logtally top --types lists what has been counted';

/**
 * Resolves the site and the content type of a command line, the type by its id or its name.
 *
 * @returns null if nothing has been counted yet
 * @throws UsageError if there is no such site, or no such content type in it; the hint lists near names
 */
export async function resolveAsked<Question extends WantedTypes>(
  database: Database,
  names: Names,
  question: Question,
): Promise<Question | null> {
  const { site, contentType: text } = question;
  const all = { site: null, contentType: null };
  const types = await database.transaction('reading', () => readTypes(database, all));
  if (types.length === 0) return null;
  const ofSite = types.filter((type) => site === null || type.site === site);
  if (site !== null && ofSite.length === 0) {
    const sites = types.map((type) => type.site);
    throw createUnknownError(`no site '${toVisibleText(site)}' has been counted`, site, sites);
  }
  if (text === null) return question;
  const contentType = resolveContentType(ofSite, names, text);
  if (contentType !== null) return { ...question, contentType };
  const where = site === null ? '' : ` of site '${toVisibleText(site)}'`;
  const message = `no content type '${toVisibleText(text)}'${where} has been counted`;
  const others = types.filter((type) => type.contentType === text).map((type) => toVisibleText(type.site));
  if (others.length > 0) throw new UsageError(message, { hint: `it has been of site ${others.join(', ')}` });
  const called = ofSite.flatMap((type) => {
    return [type.contentType, names.get(type.site, type.contentType) ?? type.contentType];
  });
  throw createUnknownError(message, text, called);
}

/** An error whose hint lists the names that are near to the one that was asked for. */
function createUnknownError(message: string, asked: string, known: readonly string[]): UsageError {
  const near = findNearNames(asked, known).map((name) => `'${toVisibleText(name)}'`);
  const question = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return new UsageError(message, { hint: `${question}${HOW_TO_LIST}` });
}
