/** What the commands that show objects share: the names that people use, what they ask for, and from which days. */
import { readConfig } from '../config/config-file.js';
import type { Database } from '../database/database.js';
import { getToday } from '../days.js';
import { UsageError } from '../errors.js';
import { toVisibleText } from '../output/text.js';
import { loadNames, type Names, resolveContentType } from '../report/names.js';
import { findNearNames } from '../report/near-names.js';
import { type Period, parsePeriod } from '../report/period.js';
import { readTypes, type WantedTypes } from '../report/types.js';
import { type CommandContext, withAskedDatabase } from './context.js';
import type { NameFlags } from './options.js';

/** Like `withAskedDatabase`, for commands that call content types and objects by their names. */
export async function withNames<Result>(
  context: CommandContext,
  flags: NameFlags,
  empty: Result,
  work: (database: Database, names: Names) => Promise<Result>,
): Promise<Result> {
  const { content_type: contentTypes = [], rules } = await readConfig(flags.config, context);
  const settings = { contentTypes, rules, django: flags.django === true };
  return withAskedDatabase(context, flags, empty, async (database) =>
    work(database, await loadNames(database, settings)),
  );
}

/** @throws UsageError if they are no days */
export function resolvePeriod({ since, until }: NameFlags): Period {
  return parsePeriod({ since, until }, getToday());
}

const HOW_TO_LIST = 'logtally top --types lists what has been counted';

/**
 * Resolves the site and the content type of a command line, the type by its id or its name. One that nobody counted is an
 * error, not an empty answer.
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
  if (others.length > 0)
    throw new UsageError(message, { hint: `it was counted for site ${others.join(', ')}` });
  const called = ofSite.flatMap((type) => {
    return [type.contentType, names.get(type.site, type.contentType) ?? type.contentType];
  });
  throw createUnknownError(message, text, called);
}

/**
 * Checks that sites and content types of a command line have been counted, if anything has.
 *
 * @throws UsageError if one has not; the hint lists near names
 */
export async function checkCounted(
  database: Database,
  asked: { readonly sites: readonly string[]; readonly contentTypes: readonly string[] },
  sites: readonly string[],
): Promise<void> {
  const all = { site: null, contentType: null };
  const types = await database.transaction('reading', () => readTypes(database, all));
  const known = { site: sites, 'content type': types.map(({ contentType }) => contentType) };
  for (const [what, names] of [
    ['site', asked.sites],
    ['content type', asked.contentTypes],
  ] as const) {
    const unknown = names.find((name) => !known[what].includes(name));
    if (unknown === undefined || sites.length === 0) continue;
    throw createUnknownError(`no ${what} '${toVisibleText(unknown)}' has been counted`, unknown, known[what]);
  }
}

/** An error whose hint lists the names that are near to the one that was asked for. */
function createUnknownError(message: string, asked: string, known: readonly string[]): UsageError {
  const near = findNearNames(asked, known).map((name) => `'${toVisibleText(name)}'`);
  const question = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return new UsageError(message, { hint: `${question}${HOW_TO_LIST}` });
}
