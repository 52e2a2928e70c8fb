/** What the recipes of all applications share: the question for an object's hits, and the role that may ask it. */
import { quoteShell } from '../quoting.js';
import type { RecipeSettings, Section } from '../recipe.js';

/** The content type of the examples. */
export const EXAMPLE_TYPE = 'core.photo';

/** The hits and the rank of one object; `?` and `%s` stand for each value in its turn, `$` numbers them. */
export function formatHitsQuestion(placeholder: '?' | '%s' | '$'): string {
  const [site, type, id] = [1, 2, 3].map((place) => (placeholder === '$' ? `$${place}` : placeholder));
  return `select hit_count, hit_count_rank from logtally.object_ranking where site = ${site} and content_type = ${type} and object_id = ${id}`;
}

/** The right to ask, which the owner of the tables grants. */
export function writeGrant({ shellCommand, database }: RecipeSettings): Section {
  const [, server = 'stats'] = database.server[0] ?? [];
  return {
    place: 'a shell, as the owner of the tables',
    why: 'Lets the role web of the application read the counts, once and after each upgrade; if the URL names another role than the owner, write the owner there. The embedded database is not for applications.',
    text: `${quoteShell(shellCommand)} init --print-grants --reader web | psql ${quoteShell(server)}\n`,
    language: 'sh',
  };
}

/** What a section says that shows counts. */
export const SHOW_PLACE = 'a view of the application';
export const SHOW_WHY =
  'Shows the hits and the rank of one object, from a URL of their own that caches may keep for ten seconds.';
