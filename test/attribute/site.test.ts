import { expect, test } from 'vitest';
import { createSiteReader } from '../../src/attribute/site.js';
import { createFacts } from './facts.js';

const MAP = { 'www.example.com': 'shop', 'blog.example.com': 'blog' };

test('a fixed site is the site of every line', () => {
  const readSite = createSiteReader({ label: 'mine', from: 'fixed', map: {} });
  expect(readSite(createFacts({ virtualHost: 'www.example.com' }))).toBe('mine');
});

test.each([
  ['www.example.com', 'www.example.com'],
  ['[2001:db8::1]', '[2001:db8::1]'],
  ['__proto__', '__proto__'],
  [null, 'mine'],
  ['', 'mine'],
  ['a b', 'mine'],
  ['a\u0000b', 'mine'],
  ['a'.repeat(256), 'mine'],
])('from virtual hosts, %j is of the site %j', (virtualHost, site) => {
  const readSite = createSiteReader({ label: 'mine', from: 'vhost', map: {} });
  expect(readSite(createFacts({ virtualHost }))).toBe(site);
});

test.each([
  ['www.example.com', 'shop', 'shop'],
  ['blog.example.com', 'blog', 'blog'],
  ['example.com', 'mine', 'example.com'],
  ['constructor', 'mine', 'constructor'],
  [null, 'mine', 'mine'],
])('from a map, %s is of the site %s, or %s where virtual hosts are sites', (virtualHost, fixed, vhost) => {
  const facts = createFacts({ virtualHost });
  expect(createSiteReader({ label: 'mine', from: 'fixed', map: MAP })(facts)).toBe(fixed);
  expect(createSiteReader({ label: 'mine', from: 'vhost', map: MAP })(facts)).toBe(vhost);
});
