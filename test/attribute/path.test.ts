import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPathReader, decodeRest, findPath } from '../../src/attribute/path.js';
import { createFacts } from './facts.js';

test.each([
  ['/photos/1/', '/photos/1/'],
  ['/photos/1/?size=large', '/photos/1/'],
  ['/photos?a=/b#c', '/photos'],
  ['/photos#top', '/photos'],
  ['?a=1', '/'],
  ['', '/'],
  ['http://www.example.com/photos/1', '/photos/1'],
  ['HTTP://www.example.com', '/'],
  ['http://www.example.com?a=1', '/'],
  ['//photos//1', '//photos//1'],
])('the path of the target "%s" is "%s"', (target, path) => {
  expect(findPath(target)).toBe(path);
});

test.each([null, '*', 'www.example.com:443', 'photos/1', 'mailto:a@example.com'])(
  'the target %s has no path',
  (target) => {
    expect(findPath(target)).toBeNull();
  },
);

test.each(['/caf%C3%A9', '/caf%c3%a9', '/café', '/%63af%C3%A9'])(
  '"%s" is one spelling of /café',
  (target) => {
    expect(findPath(target)).toBe('/café');
  },
);

test.each(['/a%2Fb', '/a%2fb', '/100%25', '/%2525'])('what "%s" encodes stays apart', (target) => {
  expect(findPath(target)).toBe(target);
});

test.each(['/a%', '/a%zz', '/%FF', '/caf%C3%A9/%C3', '/%41%'])(
  '"%s", which is not valid percent-encoded UTF-8, stays as it is',
  (target) => {
    expect(findPath(target)).toBe(target);
    expect(decodeRest(target)).toBe(target);
  },
);

test('a path is percent-decoded once in all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const path = findPath(`/${encodeURIComponent(text)}`);
      expect(path === null ? null : decodeRest(path)).toBe(`/${text}`);
    }),
  );
  expect(decodeRest(findPath('/%2525') ?? '')).toBe('/%25');
});

test('a reader follows from line to line', () => {
  const readPath = createPathReader();
  const paths = ['/a?b', '/a?b', null, '/c', '*', '/a?b'].map((target) => readPath(createFacts({ target })));
  expect(paths).toEqual(['/a', '/a', null, '/c', null, '/a']);
});
