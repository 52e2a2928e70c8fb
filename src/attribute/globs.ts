/**
 * Globs for paths, hosts and referrers, compiled with picomatch: `*` within a segment, `**` over segments, `?`, `[ab]`,
 * `{a,b}`. A leading `!` has no meaning.
 */
import picomatch from 'picomatch';
import { UsageError } from '../errors.js';

/** `flags`: a path may hold an encoded line feed, which `.` would not match. */
const OPTIONS = { dot: true, nonegate: true, strictBrackets: true, windows: false, flags: 's' } as const;
const CASELESS_OPTIONS = { ...OPTIONS, flags: 'si' } as const;

/** The host of an absolute URL, or what stands in its place in a referrer without a scheme. */
const HOST = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/;

type Test = (text: string) => boolean;

/**
 * Compiles globs for paths to one test. One without a slash, such as `*.pdf`, is tried on the last segment;
 * one without a slash that has `**` on the whole path.
 *
 * @throws UsageError where one cannot match any path
 */
export function compilePathGlobs(globs: readonly string[]): Test {
  return anyOf(
    globs.map((glob) => {
      if (/^[^/]+\//.test(glob) && /^[\w.!-]/.test(glob)) {
        throw new UsageError(`'${glob}' matches no path: paths begin with a slash`);
      }
      return compile(glob, { ...OPTIONS, basename: !glob.includes('/') && !glob.includes('**') });
    }),
  );
}

/**
 * Compiles globs for names of hosts, without regard to case; `*` also stands for several labels.
 *
 * @throws UsageError where one is no glob
 */
export function compileHostGlobs(globs: readonly string[]): Test {
  return anyOf(globs.map((glob) => compile(glob, CASELESS_OPTIONS)));
}

/**
 * Compiles globs for referrers, without regard to case. One without a slash, such as `*.spam.example`, is tried on the
 * referrer's host, any other on the whole of it.
 *
 * @throws UsageError where one is no glob
 */
export function compileReferrerGlobs(globs: readonly string[]): Test {
  return anyOf(
    globs.map((glob) => {
      const test = compile(glob, CASELESS_OPTIONS);
      return glob.includes('/') ? test : (referrer: string) => test(HOST.exec(referrer)?.[1] ?? '');
    }),
  );
}

function compile(glob: string, options: picomatch.PicomatchOptions): Test {
  if (glob === '') throw new UsageError('a glob must not be empty');
  try {
    const test = picomatch(glob, options);
    return (text) => test(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new UsageError(`'${glob}' is not a glob: ${error.message}`);
  }
}

function anyOf(tests: readonly Test[]): Test {
  return (text) => tests.some((test) => test(text));
}
