/** Globs for paths, hosts and referrers; `glob-syntax.ts` says what they consist of. A leading `!` has no meaning. */
import { UsageError } from '../errors.js';
import { GlobMatcher } from './glob-matcher.js';
import { parseGlob } from './glob-syntax.js';

/** The host of an absolute URL, or what stands in its place in a referrer without a scheme. */
const HOST = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/;

type Test = (text: string) => boolean;

/**
 * Compiles globs for paths to one test. One without a slash, such as `*.pdf`, is tried on the last segment;
 * one without a slash that has `**` on the whole path.
 *
 * @throws UsageError if one cannot match any path
 */
export function compilePathGlobs(globs: readonly string[]): Test {
  return anyOf(globs, (glob) => {
    if (/^[^/]+\//.test(glob) && /^[\w.!-]/.test(glob)) {
      throw new UsageError(`'${glob}' matches no path: paths begin with a slash`);
    }
    const test = compile(glob);
    const isForLastSegment = !glob.includes('/') && !glob.includes('**');
    return isForLastSegment ? (path: string) => test(findLastSegment(path)) : test;
  });
}

/**
 * Compiles globs for names of hosts, without regard to case; `*` also stands for several labels.
 *
 * @throws UsageError if one is no glob
 */
export function compileHostGlobs(globs: readonly string[]): Test {
  return anyOf(globs, compileCaseless);
}

/**
 * Compiles globs for referrers, without regard to case. One without a slash, such as `*.spam.example`, is tried on the
 * referrer's host, any other on the whole of it.
 *
 * @throws UsageError if one is no glob
 */
export function compileReferrerGlobs(globs: readonly string[]): Test {
  return anyOf(globs, (glob) => {
    const test = compileCaseless(glob);
    return glob.includes('/') ? test : (referrer: string) => test(HOST.exec(referrer)?.[1] ?? '');
  });
}

function compile(glob: string): Test {
  if (glob === '') throw new UsageError('a glob must not be empty');
  const matcher = new GlobMatcher(parseGlob(glob));
  return (text) => matcher.test(text);
}

function compileCaseless(glob: string): Test {
  const test = compile(glob.toLowerCase());
  return (text) => test(text.toLowerCase());
}

/** `b.pdf` of `/a/b.pdf` and of `/a/b.pdf/`. */
function findLastSegment(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

function anyOf(globs: readonly string[], compileOne: (glob: string) => Test): Test {
  const tests = globs.map(compileOne);
  return (text) => tests.some((test) => test(text));
}
