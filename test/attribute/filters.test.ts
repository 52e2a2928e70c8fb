import { describe, expect, test } from 'vitest';
import { compileFilters } from '../../src/attribute/attribution.js';
import {
  parseHosts,
  parseMethods,
  parseRemoteHosts,
  parseStatuses,
  STATIC_EXTENSIONS,
  toStatusCodes,
} from '../../src/attribute/filter-values.js';
import { FILTERS, type FilterSpec } from '../../src/attribute/filters.js';
import { createFacts } from './facts.js';

function compile(spec: FilterSpec) {
  return compileFilters(spec, (facts) => facts.remoteHost);
}

/** The name of the filter that drops a line, or null. */
function findFilter(spec: FilterSpec, facts: Parameters<typeof createFacts>[0]): string | null {
  const line = createFacts(facts);
  return compile(spec).find((filter) => filter.drops(line))?.name ?? null;
}

test('what is not asked for filters nothing', () => {
  expect(compile({})).toEqual([]);
});

test('filters are asked in a fixed order', () => {
  const all = compile({
    hosts: ['a'],
    bots: true,
    remoteHosts: ['a'],
    referrers: ['a'],
    staticExtensions: ['a'],
    exclude: ['a'],
    include: ['a'],
    methods: ['A'],
    statuses: ['200'],
  });
  expect(all.map((filter) => filter.name)).toEqual(FILTERS.map((filter) => filter.name));
});

test.each([
  ['200', null],
  ['204', null],
  ['304', null],
  ['399', null],
  ['206', null],
  ['199', 'status'],
  ['301', 'status'],
  ['404', 'status'],
  [null, 'status'],
] as const)('of the statuses 2xx,304,390-399 a line with %s is dropped by: %s', (status, name) => {
  expect(findFilter({ statuses: parseStatuses('2xx, 304,390-399') }, { status })).toBe(name);
});

test('statuses are every code that they stand for', () => {
  expect(toStatusCodes(['000', '2XX'.toLowerCase()]).size).toBe(101);
  expect([...toStatusCodes(['099-101'])]).toEqual(['099', '100', '101']);
});

test.each([
  ['GET', null],
  ['HEAD', null],
  ['POST', 'method'],
  ['get', 'method'],
  [null, 'method'],
] as const)('of the methods get,HEAD a line with %s is dropped by: %s', (method, name) => {
  expect(findFilter({ methods: parseMethods('get,HEAD') }, { method })).toBe(name);
});

describe('a glob for paths', () => {
  test.each([
    ['/photos/*', '/photos/1', true],
    ['/photos/*', '/photos/1/?a=/b/c', true],
    ['/photos/*', '/photos/1/2', false],
    ['/photos/**', '/photos/1/2', true],
    ['/photos/**', '/photos', true],
    ['/photos/**', '/photosets', false],
    ['/photos/**', '/Photos/1', false],
    ['/photos/**', '/photos/a%0Ab/c', true],
    ['/photos/**', '/photos/.hidden', true],
    ['**', '/', true],
    ['*.pdf', '/a/b.pdf', true],
    ['*.pdf', '/a.pdf/b', false],
    ['/{a,b}/*', '/b/1', true],
    ['/caf\u00e9/*', '/caf%C3%A9/1', true],
    ['/a%20b', '/a%20b', false],
    ['/a b', '/a%20b', true],
    ['/a*', '/a%2Fb', true],
    ['/!a', '/!a', true],
    ['!*.pdf', '/a.html', false],
  ])('%s matches %s: %s', (glob, target, matches) => {
    expect(findFilter({ exclude: [glob] }, { target })).toBe(matches ? 'exclude' : null);
    expect(findFilter({ include: [glob] }, { target })).toBe(matches ? null : 'include');
  });

  test('of several needs one to match', () => {
    expect(findFilter({ include: ['/a', '/b'] }, { target: '/b' })).toBeNull();
    expect(findFilter({ exclude: ['/a', '/b'] }, { target: '/b' })).toBe('exclude');
  });

  test('does not match a request without a path', () => {
    expect(findFilter({ include: ['**'] }, { target: null })).toBe('include');
    expect(findFilter({ exclude: ['**'] }, { target: '*' })).toBeNull();
  });
});

test.each([
  ['/a/site.css?v=2', 'static'],
  ['/a/LOGO.PNG', 'static'],
  ['/fonts/x.woff2', 'static'],
  ['/a.css/page', null],
  ['/css', null],
  ['/report.pdf', null],
  ['/.css', 'static'],
  ['/', null],
  [null, null],
])('of the static files %s is dropped by: %s', (target, name) => {
  expect(findFilter({ staticExtensions: STATIC_EXTENSIONS }, { target })).toBe(name);
});

test.each([
  ['*.spam.example', 'https://www.spam.example/x/y?z', true],
  ['*.spam.example', 'https://WWW.SPAM.example:8080', true],
  ['spam.example', 'spam.example/x', true],
  ['spam.example', 'https://example.org/?q=spam.example', false],
  ['spam.example', 'https://user@spam.example/', true],
  ['https://spam.example/**', 'https://spam.example/a/b', true],
  ['https://spam.example/a/*', 'https://spam.example/b/c', false],
  ['*', null, false],
])('the referrer glob %s matches %s: %s', (glob, referrer, matches) => {
  expect(findFilter({ referrers: [glob] }, { referrer })).toBe(matches ? 'referrer' : null);
});

test.each([
  ['203.0.113.9', '203.0.113.9', true],
  ['203.0.113.9', '203.0.113.90', false],
  ['10.1.2.3/8', '10.200.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['10.0.0.0/8', '::ffff:0a00:1', true],
  ['::ffff:10.0.0.0/104', '10.9.9.9', true],
  ['::ffff:10.0.0.0/104', '11.9.9.9', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:DB8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['fe80::1', 'fe80::1%eth0', true],
  ['*.crawler.example', 'a.B.crawler.example', true],
  ['*.crawler.example', '203.0.113.9', false],
  ['203.0.113.*', '203.0.113.9', false],
  ['10.0.0.0/8', 'host.example', false],
  ['10.0.0.0/8', null, false],
])('the remote host %s includes %s: %s', (text, remoteHost, matches) => {
  expect(findFilter({ remoteHosts: parseRemoteHosts(text) }, { remoteHost })).toBe(
    matches ? 'remote host' : null,
  );
});

test('the remote host that is filtered is the client that was found', () => {
  const spec = { remoteHosts: ['203.0.113.9'] };
  const [filter] = compileFilters(spec, (facts) => facts.getExtra('client'));
  expect(filter?.drops(createFacts({ remoteHost: '203.0.113.9' }))).toBe(false);
  expect(filter?.drops(createFacts({ extras: { client: '203.0.113.9' } }))).toBe(true);
});

test.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot'],
  ['curl/8.5.0', 'bot'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', null],
  [null, null],
])('the user agent %s is dropped by: %s', (userAgent, name) => {
  expect(findFilter({ bots: true }, { userAgent })).toBe(name);
});

test('more user agents than are remembered are told apart all the same', () => {
  const [filter] = compile({ bots: true });
  const drops = (userAgent: string) => filter?.drops(createFacts({ userAgent }));
  for (let count = 0; count < 10_001; count += 1) drops(`Mozilla/5.0 Firefox/${count}.0`);
  for (let again = 0; again < 2; again += 1) {
    expect(drops('Googlebot/2.1')).toBe(true);
    expect(drops('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')).toBe(false);
  }
});

test.each([
  ['www.example.com', null],
  ['example.com', 'host'],
  ['blog.example.org', null],
  [null, 'host'],
])('of the hosts WWW.example.com:443,*.example.org a line with %s is dropped by: %s', (virtualHost, name) => {
  expect(findFilter({ hosts: parseHosts('WWW.example.com:443, *.example.org') }, { virtualHost })).toBe(name);
});
