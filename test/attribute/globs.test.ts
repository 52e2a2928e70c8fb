// Globs are matched by code of our own: their meaning is held against a plain expression, their cost against a bound of steps.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GlobMatcher } from '../../src/attribute/glob-matcher.js';
import { parseGlob } from '../../src/attribute/glob-syntax.js';
import { compileHostGlobs, compilePathGlobs } from '../../src/attribute/globs.js';
import { UsageError } from '../../src/errors.js';
import { countRuns } from '../support/random-runs.js';

const RUNS = countRuns(1000);

/** Pieces of a glob, each with the expression of what it stands for. */
const SEGMENT_PIECES = [
  ['a', 'a'],
  ['b', 'b'],
  ['.', '\\.'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
  ['[ab]', '[ab]'],
  ['[!a]', '[^/a]'],
  ['[a-c]', '[a-c]'],
  ['{a,b*}', '(?:a|b[^/]*)'],
  ['{,a{b,c}}', '(?:|a(?:b|c))'],
  ['\\*', '\\*'],
] as const;

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...SEGMENT_PIECES), { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant('**' as const) },
);

/** A glob of whole segments, and its expression. */
const glob = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => {
  let text = '';
  let expression = '';
  segments.forEach((pieces) => {
    if (pieces === '**') {
      text += '/**';
      expression += '(?:/.*)?';
      return;
    }
    const written = pieces.map(([piece]) => piece).join('');
    text += `/${written}`;
    expression += written === '*' ? '/[^/]+' : `/${pieces.map(([, source]) => source).join('')}`;
  });
  // `a**` within a segment is `a*`, and two stars that make a segment are another thing
  const isPlain = segments.every(
    (each) =>
      each === '**' ||
      !each
        .map(([piece]) => piece)
        .join('')
        .includes('**'),
  );
  if (/(?:\*|\])$/.test(text) && !text.endsWith('\\*')) expression += '/?';
  return { text, expression, isPlain };
});

const path = fc
  .array(fc.constantFrom('/', '/', 'a', 'b', 'c', '.', '*', '\u{1f600}'), { maxLength: 10 })
  .map((characters) => `/${characters.join('')}`);

describe('a glob', () => {
  test('matches what an expression made of its pieces matches', () => {
    fc.assert(
      fc.property(
        glob,
        fc.array(path, { minLength: 5, maxLength: 5 }),
        ({ text, expression, isPlain }, paths) => {
          fc.pre(isPlain);
          const wanted = new RegExp(`^${expression}$`, 'su');
          const isMatch = compilePathGlobs([text]);
          for (const each of paths)
            expect([text, each, isMatch(each)]).toEqual([text, each, wanted.test(each)]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['/**/x', '/x', true],
    ['/**/x', '/a/b/x', true],
    ['/**/x', '/ax', false],
    ['/a/**/b/**/c', '/a/b/c', true],
    ['/a/**/**', '/a', true],
    ['/a,b/**', '/a,b/c', true],
    ['**photo**', '/a/photo/b', true],
    ['**.pdf', '/a/b.pdf', true],
    ['/a**', '/ab', true],
    ['/a**', '/ab/c', false],
    ['/photos/*', '/photos/', false],
    ['/photos/*', '/photos/1/', true],
    ['/[]a]', '/]', true],
    ['/[^a]', '/b', true],
    ['/[\\]]', '/]', true],
    ['/a[!b]c', '/a/c', false],
    ['/{a}', '/{a}', true],
    ['/Foo_(bar)|+', '/Foo_(bar)|+', true],
    ['/"a"', '/"a"', true],
    ['/?', '/\u{1f600}', true],
  ])('%s matches %s: %s', (text, each, matches) => {
    expect(compilePathGlobs([text])(each)).toBe(matches);
  });

  test.each(['/{a', '/[a', '/a]', '/@(a|b)', '/!(a)', '/+(a)', '/{1..3}', '/[b-a]', ''])(
    'is refused: %j',
    (text) => {
      expect(() => compilePathGlobs([text])).toThrow(UsageError);
    },
  );

  test('for hosts disregards case', () => {
    expect(compileHostGlobs(['*.Example.com'])('WWW.example.COM')).toBe(true);
  });
});

/** What a backtracking expression fails at: stars, each of which may take any part of a text that nearly matches. */
const hostileGlob = fc
  .array(fc.constantFrom('/**/', '/**', '*', '**', 'x', 'x/', 'y', '?', '[xy]', '{x,xx*,**}', '{x/**/x,*}'), {
    minLength: 1,
    maxLength: 12,
  })
  .map((pieces) => `/${pieces.join('')}`);

const hostileText = fc
  .tuple(
    fc.constantFrom('x/', 'x', 'xx/', '/', 'xy', 'x/y'),
    fc.integer({ min: 1, max: 300 }),
    fc.constantFrom('', 'y', 'z'),
  )
  .map(([part, times, end]) => `/${part.repeat(times)}${end}`);

describe('the work of a glob', () => {
  const countSteps = (text: string, each: string) => {
    const matcher = new GlobMatcher(parseGlob(text));
    const before = matcher.steps;
    matcher.test(each);
    return { steps: matcher.steps - before, size: matcher.size };
  };

  test('is bounded by the length of the glob times the length of the text, whatever they are', () => {
    fc.assert(
      fc.property(hostileGlob, hostileText, (text, each) => {
        const { steps, size } = countSteps(text, each);
        expect(size).toBeLessThanOrEqual(4 * text.length + 8);
        expect(steps).toBeLessThanOrEqual((each.length + 1) * (2 * size + 1));
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['/**/x/**/x/**/y', `/${'x/'.repeat(4000)}`],
    ['*thumb*small*.jpg', 'thumb'.repeat(2000) + 'small'.repeat(2000)],
    [`/${'*a'.repeat(30)}b`, `/${'a'.repeat(8000)}`],
  ])('of %s grows as the text does', (text, each) => {
    const { steps, size } = countSteps(text, each);
    expect(steps).toBeLessThan(each.length * 2 + size * size * 20);
  });

  test('is bounded in what it remembers, and forgets nothing that counts', () => {
    const isMatch = compilePathGlobs(['/*a?????????????????b*']);
    const random = fc.sample(
      fc.string({ unit: fc.constantFrom('a', 'c'), minLength: 200, maxLength: 200 }),
      200,
    );
    for (const each of random) {
      expect(isMatch(`/${each}`)).toBe(false);
      expect(isMatch(`/${each}a${'c'.repeat(17)}b`)).toBe(true);
    }
  });
});
