/** Objects from URLs, for lines without ids: compiled once, then asked line by line. The first that matches decides. */

import { toObjectId } from '../object-reference.js';
import type { LineFacts } from '../parse/parse.js';
import { toStatusCodes } from './filter-values.js';
import { compileHostGlobs } from './globs.js';
import { createPathReader, decodeRest, findPath, type ReadText } from './path.js';
import { compileTemplate } from './path-template.js';

/** A rule as the config file has it. Empty lists ask for nothing. */
export interface ObjectRule {
  /** Of its `[[object]]` in the config file, counted from 1. */
  readonly line: number;
  readonly contentType: string;
  /** A template such as `/photos/:id/`. */
  readonly path: string;
  /** The part of the path that is the id, or an id that is always the same. */
  readonly objectId: { readonly part: string } | { readonly fixed: string };
  readonly methods: readonly string[];
  /** As written: `200`, `2xx`, `300-399`. */
  readonly statuses: readonly string[];
  /** Names or globs of virtual hosts, lower case. */
  readonly hosts: readonly string[];
  readonly isCaseSensitive: boolean;
  readonly ignoresTrailingSlash: boolean;
  readonly lowersObjectId: boolean;
}

export interface ObjectReference {
  readonly contentType: string;
  readonly objectId: string;
}

/** What keeps a rule from matching a request. */
export type Mismatch = 'method' | 'status' | 'host' | 'path' | 'object id';

export interface Rule {
  /** Null for the one that counts every path. */
  readonly source: ObjectRule | null;
  /** The object of a request, or the first thing that keeps the rule from matching. */
  find(facts: LineFacts): ObjectReference | Mismatch;
}

/** The part of a path template that is the object id, unless the rule names another. */
export const DEFAULT_PART = 'id';

/** The content type of objects that are counted by their path alone. */
export const PATH_CONTENT_TYPE = 'path';

/** White space, which parts the words of a log, is refused by `toObjectId`; a NUL no database could take. */
const CONTROL = /\p{Cc}/u;

/**
 * Compiles rules, in their order.
 *
 * @param maskTarget hides the secrets of a target, if what no rule matches is counted as an object of type `path`, with its path as
 *   id; else null
 * @throws UsageError if a template is none
 */
export function compileRules(
  rules: readonly ObjectRule[],
  maskTarget: ((target: string) => string) | null,
): readonly Rule[] {
  const readPath = createPathReader();
  const compiled: Rule[] = rules.map((rule) => ({ source: rule, find: createFinder(rule, readPath) }));
  if (maskTarget === null) return compiled;
  return [...compiled, { source: null, find: createPathFinder(readPath, maskTarget) }];
}

function createFinder(rule: ObjectRule, readPath: ReadText): Rule['find'] {
  const methods = rule.methods.length === 0 ? null : new Set(rule.methods);
  const statuses = rule.statuses.length === 0 ? null : toStatusCodes(rule.statuses);
  const isHost = rule.hosts.length === 0 ? null : compileHostGlobs(rule.hosts);
  const findParts = compileTemplate(rule.path, rule);
  const { contentType, objectId, lowersObjectId } = rule;
  return (facts) => {
    if (methods !== null && !methods.has(facts.method ?? '')) return 'method';
    if (statuses !== null && !statuses.has(facts.status ?? '')) return 'status';
    if (isHost !== null && !isHost(facts.virtualHost ?? '')) return 'host';
    const path = readPath(facts);
    const parts = path === null ? null : findParts(path);
    if (parts === null) return 'path';
    if ('fixed' in objectId) return { contentType, objectId: objectId.fixed };
    const text = decodeRest(parts[objectId.part] ?? '');
    return toReference(contentType, lowersObjectId ? text.toLowerCase() : text);
  };
}

function createPathFinder(readPath: ReadText, maskTarget: (target: string) => string): Rule['find'] {
  return (facts) => {
    const { target } = facts;
    const masked = target === null ? null : maskTarget(target);
    const path = masked === target ? readPath(facts) : findPath(masked);
    if (path === null) return 'path';
    const text = decodeRest(path);
    const decoded = toReference(PATH_CONTENT_TYPE, text);
    // an id has no spaces: such a path keeps them encoded, rather than not being counted
    return typeof decoded === 'string' ? toReference(PATH_CONTENT_TYPE, encodeURI(text)) : decoded;
  };
}

function toReference(contentType: string, text: string): ObjectReference | Mismatch {
  return isObjectId(text) ? { contentType, objectId: text } : 'object id';
}

/** Whether an id from a path, or a fixed one, could also stand in a log: one visible word of up to 512 bytes, not `-`. */
export function isObjectId(text: string): boolean {
  return text !== '-' && toObjectId(text) !== null && !CONTROL.test(text);
}
