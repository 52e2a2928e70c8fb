import { describe, expect, test } from 'vitest';
import { compileRules, type ObjectRule } from '../../src/attribute/rules.js';
import { maskRequestTarget } from '../../src/audience/audience.js';
import { UsageError } from '../../src/errors.js';
import { createFacts } from './facts.js';

const PHOTO: ObjectRule = {
  line: 1,
  contentType: 'photo',
  path: '/photos/:id/',
  objectId: { part: 'id' },
  methods: [],
  statuses: [],
  hosts: [],
  isCaseSensitive: true,
  ignoresTrailingSlash: true,
  lowersObjectId: false,
};

type Facts = Parameters<typeof createFacts>[0];

/** The object that a request counts as by one rule. */
function findId(rule: Partial<ObjectRule>, facts: Facts | string): string | null {
  const [compiled] = compileRules([{ ...PHOTO, ...rule }], null);
  const line = createFacts(typeof facts === 'string' ? { target: facts } : facts);
  const found = compiled?.find(line) ?? 'path';
  return typeof found === 'string' ? null : found.objectId;
}

describe('a rule', () => {
  test('gives the object its type, and the named part of the path as id', () => {
    const [rule] = compileRules([PHOTO], null);
    const object = rule?.find(createFacts({ target: '/photos/1234/?size=large' }));
    expect(object).toEqual({ contentType: 'photo', objectId: '1234' });
  });

  test.each([
    '/photos/1/',
    '/photos/1',
    'http://www.example.com/photos/1/',
    '/photos/1?a=b',
    '/photos/1/#x',
    '/%70hotos/%31/',
  ])('matches %s', (target) => {
    expect(findId({}, target)).toBe('1');
    expect(findId({ path: '/photos/:id' }, target)).toBe('1');
  });

  test.each([
    '/photos/',
    '/photos',
    '/photos//',
    '/photos/1/2',
    '/photos/1//',
    '/x/photos/1',
    '/Photos/1',
    '*',
  ])('does not match %s', (target) => {
    expect(findId({}, target)).toBeNull();
  });

  test('can tell paths with and without a slash at the end apart', () => {
    const exact = { ignoresTrailingSlash: false };
    expect(findId(exact, '/photos/1/')).toBe('1');
    expect(findId(exact, '/photos/1')).toBeNull();
    expect(findId({ ...exact, path: '/photos/:id' }, '/photos/1/')).toBeNull();
    expect(findId({ ...exact, path: '/photos/:id' }, '/photos/1')).toBe('1');
  });

  test('can disregard case, and write ids in lower case', () => {
    expect(findId({ isCaseSensitive: false }, '/PHOTOS/Ab/')).toBe('Ab');
    expect(findId({ lowersObjectId: true }, '/photos/%C3%84b/')).toBe('äb');
    expect(findId({ lowersObjectId: true }, '/PHOTOS/Ab/')).toBeNull();
  });

  test.each([
    ['/docs/*id', '/docs/a/b/', 'a/b'],
    ['/docs/*id', '/docs/', null],
    ['/blog{/:year}/:id', '/blog/2026/hello/', 'hello'],
    ['/blog{/:year}/:id', '/blog/hello', 'hello'],
    ['/blog{/:id/}', '/blog/', null],
    ['/blog{/:id/}', '/blog/7', '7'],
    ['/photo-:id.html', '/photo-a.b.html', 'a.b'],
    ['/größe/:id', '/gr%C3%B6%c3%9fe/1', '1'],
    ['/gr%C3%B6%C3%9Fe/:id', '/größe/1', '1'],
    ['/my files/:id', '/my%20files/1', '1'],
    ['/what\\?/:id', '/what%3F/1', '1'],
  ])('with the template %s gives %s the id %s', (path, target, id) => {
    expect(findId({ path }, target)).toBe(id);
  });

  test('can have a fixed id, also for the root', () => {
    expect(findId({ path: '/', objectId: { fixed: 'home' } }, '/?utm=1')).toBe('home');
    expect(findId({ path: '/', objectId: { fixed: 'home' } }, '/x')).toBeNull();
    expect(findId({ path: '{/:lang}/', objectId: { fixed: 'home' } }, '/de/')).toBe('home');
    expect(findId({ path: '{/:lang}/', objectId: { fixed: 'home' } }, '/')).toBe('home');
  });

  test('takes the part that it names', () => {
    expect(findId({ path: '/:id/:slug', objectId: { part: 'slug' } }, '/7/hello')).toBe('hello');
  });

  test('matches the methods, statuses and hosts that it names, where the line has them', () => {
    const target = '/photos/1';
    const methods = ['GET', 'HEAD'];
    expect(findId({ methods }, { target, method: 'HEAD' })).toBe('1');
    expect(findId({ methods }, { target, method: 'POST' })).toBeNull();
    expect(findId({ methods }, { target, method: null })).toBeNull();
    expect(findId({ statuses: ['2xx', '304'] }, { target, status: '206' })).toBe('1');
    expect(findId({ statuses: ['2xx', '304'] }, { target, status: '302' })).toBeNull();
    expect(findId({ statuses: ['2xx'] }, { target, status: null })).toBeNull();
    expect(findId({ hosts: ['*.example.com'] }, { target, virtualHost: 'www.example.com' })).toBe('1');
    expect(findId({ hosts: ['*.example.com'] }, { target, virtualHost: 'www.example.org' })).toBeNull();
    expect(findId({ hosts: ['www.example.com'] }, { target, virtualHost: null })).toBeNull();
  });

  test.each([
    [{ method: 'POST' }, 'method'],
    [{ status: '404' }, 'status'],
    [{ virtualHost: 'b' }, 'host'],
    [{ target: '/x' }, 'path'],
    [{ target: null }, 'path'],
    [{ target: '/photos/a%20b' }, 'object id'],
    [{}, { contentType: 'photo', objectId: '1' }],
  ])('explains that %o differs in: %o', (facts, mismatch) => {
    const rule = { ...PHOTO, methods: ['GET'], statuses: ['200'], hosts: ['a'] };
    const [compiled] = compileRules([rule], null);
    const line = createFacts({ target: '/photos/1', virtualHost: 'a', ...facts });
    expect(compiled?.find(line)).toEqual(mismatch);
  });

  test.each(['photos/:id', '/photos/:', '/photos/(\\d+)', '/a?', '/{a', ''])(
    'refuses the template "%s"',
    (path) => {
      expect(() => compileRules([{ ...PHOTO, path }], null)).toThrow(UsageError);
    },
  );
});

describe('an object id from a path', () => {
  test.each([
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['%C3%A9', 'é'],
    ['%FF', '%FF'],
    ['a%', 'a%'],
    ['x+y', 'x+y'],
    [`${'é'.repeat(256)}`, 'é'.repeat(256)],
  ])('is decoded once: %s', (part, id) => {
    expect(findId({}, `/photos/${part}/`)).toBe(id);
  });

  test.each([
    'a%20b',
    'a%09b',
    'a%C2%A0b',
    'a%00b',
    '%7F',
    '%C2%85',
    '-',
    '%2D',
    'é'.repeat(257),
    'a'.repeat(513),
  ])('that could not stand in a log, such as %s, is no match', (part) => {
    expect(findId({}, `/photos/${part}/`)).toBeNull();
  });

  test('that only becomes too long in lower case is no match', () => {
    expect(findId({}, `/photos/${'İ'.repeat(256)}`)).toBe('İ'.repeat(256));
    expect(findId({ lowersObjectId: true }, `/photos/${'İ'.repeat(256)}`)).toBeNull();
  });
});

describe('of several rules', () => {
  const rules = compileRules(
    [PHOTO, { ...PHOTO, contentType: 'page', path: '/*id', objectId: { part: 'id' } }],
    maskRequestTarget,
  );
  const find = (target: string | null) => {
    const line = createFacts({ target });
    return rules.map((rule) => rule.find(line)).find((found) => typeof found !== 'string') ?? null;
  };

  test('the first that matches decides', () => {
    expect(find('/photos/1')).toEqual({ contentType: 'photo', objectId: '1' });
    expect(find('/photos/1/2')).toEqual({ contentType: 'page', objectId: 'photos/1/2' });
  });

  test('the path comes last, and is asked only where it is wanted', () => {
    expect(find('/')).toEqual({ contentType: 'path', objectId: '/' });
    expect(rules.map((rule) => rule.source?.contentType ?? null)).toEqual(['photo', 'page', null]);
    expect(compileRules([], null)).toEqual([]);
  });
});

describe('by path', () => {
  const [rule] = compileRules([], maskRequestTarget);

  test.each([
    ['/a/b/', '/a/b/'],
    ['/a/b', '/a/b'],
    ['/a?b=c', '/a'],
    ['http://www.example.com', '/'],
    ['?x', '/'],
    ['/caf%c3%a9', '/café'],
    ['/a%2Fb%2525', '/a/b%25'],
    ['/%zz', '/%zz'],
    ['/a%20b', '/a%20b'],
    ['/caf%C3%A9%20b', '/caf%C3%A9%20b'],
  ])('the id of %s is %s', (target, objectId) => {
    expect(rule?.find(createFacts({ target }))).toEqual({ contentType: 'path', objectId });
  });

  test.each([null, '*', 'www.example.com:443', `/${'a'.repeat(512)}`])('%s is no object', (target) => {
    expect(rule?.find(createFacts({ target }))).toBeTypeOf('string');
  });
});
