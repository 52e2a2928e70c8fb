/** The URL of a content type whose objects were counted by their path, on a site that is called as its host is. */
import { type ObjectRule, PATH_CONTENT_TYPE } from '../attribute/rules.js';

/** A name with a dot, and nothing that could end it. */
const HOST_NAME = /^(?=.{4,253}$)[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+$/i;

/** A path template with one part, `/photos/:id/` or `/docs/*page`, and nothing that is optional or escaped. */
const ONE_PART = /^(\/[^:*{}\\]*)([:*])([A-Za-z_]\w*)([^:*{}\\]*)$/;

/**
 * Finds it: objects of type `path` are their paths, and those of another type have the path of its rule, if it has one rule only.
 *
 * @returns `https://www.example.com/photos/{id}/`; null if site and rule do not tell
 */
export function findPathUrl(site: string, contentType: string, rules: readonly ObjectRule[]): string | null {
  if (!HOST_NAME.test(site)) return null;
  const [rule, other] = rules.filter((each) => each.contentType === contentType);
  if (rule === undefined) return contentType === PATH_CONTENT_TYPE ? `https://${site}/{+id}` : null;
  // the rule of one host among several says nothing about this one
  if (other !== undefined || rule.hosts.length > 0 || !('part' in rule.objectId)) return null;
  const [, before = '', kind, part, after = ''] = ONE_PART.exec(rule.path) ?? [];
  if (part !== rule.objectId.part) return null;
  return `https://${site}${encodeURI(before)}${kind === '*' ? '{+id}' : '{id}'}${encodeURI(after)}`;
}
