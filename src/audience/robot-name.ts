/** Names of robots: from the list of crawler-user-agents, or as a robot calls itself. */
import { createRequire } from 'node:module';
import { isbotMatch } from 'isbot';
import { cutText } from './percent.js';

/** A robot that has no name. */
const NAMELESS = 'other robot';

/** A pattern that is the address of a page or of a person says where a robot is described, not what it is called. */
const ADDRESS = /\/.|@|^(?:https?|www)\b/;

/** Loaded when the first robot is seen: a browser needs none of the 1,500 expressions. */
let patterns: readonly RegExp[] | null = null;

/** What stands before and after a word of a user agent. `!` is part of Yahoo's names, `.` of `Mail.RU_Bot`. */
const WORD_START = /[^\s;,()[\]{}+"'<>=/:]*$/;
const WORD_REST = /^[^\s;,()[\]{}+"'<>=/:]*/;

/** A browser says these of itself, and every robot that claims to be like one: they name nobody. */
const COMMON_WORDS = /^(?:mozilla|compatible|applewebkit|khtml|like|gecko|version|https?|www\..*|\W*)$/i;

/** What a name may consist of: a letter somewhere, and no control character anywhere. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]*\p{L}[^\p{C}\p{Zl}\p{Zp}]*$/u;

/**
 * Finds the name of a robot.
 *
 * @param userAgent a text that isbot calls a robot's, cut to what a list may cost
 * @returns `Googlebot`; `other robot` if the text has no name
 */
export function findRobotName(userAgent: string, maxCharacters: number): string {
  const name = findListed(userAgent) ?? findOwnName(userAgent);
  if (name === null || !NAME.test(name)) return NAMELESS;
  return cutText(name, maxCharacters);
}

function loadPatterns(): readonly RegExp[] {
  const crawlers: typeof import('crawler-user-agents').default = createRequire(import.meta.url)(
    'crawler-user-agents',
  );
  return crawlers.map(({ pattern }) => new RegExp(pattern));
}

/** What the first pattern matches is the name, such as `Googlebot` of `Googlebot/`. */
function findListed(userAgent: string): string | null {
  patterns ??= loadPatterns();
  for (const pattern of patterns) {
    const match = pattern.exec(userAgent)?.[0];
    if (match === undefined) continue;
    const name = trim(match);
    if (name !== '' && !ADDRESS.test(name)) return name;
  }
  return null;
}

/** The word in which isbot sees a robot, or else the first word. */
function findOwnName(userAgent: string): string | null {
  const match = isbotMatch(userAgent);
  const at = match === null ? -1 : userAgent.indexOf(match) + match.search(/\w/);
  return [readWord(userAgent, Math.max(at, 0)), readWord(userAgent, 0)].find(isOwnName) ?? null;
}

function readWord(text: string, at: number): string {
  return trim((WORD_START.exec(text.slice(0, at))?.[0] ?? '') + (WORD_REST.exec(text.slice(at))?.[0] ?? ''));
}

/** A host's or a file's name tells where a robot is described. */
function isOwnName(word: string): boolean {
  return !COMMON_WORDS.test(word) && !/\.(?:com|net|org|html?|php)$/i.test(word);
}

function trim(text: string): string {
  return text.replace(/^[\s/(-]+|[\s/(;-]+$/g, '');
}
