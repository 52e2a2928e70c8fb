import { expect, test } from 'vitest';
import { createClientAddress } from '../../src/attribute/addresses.js';
import { createFacts } from './facts.js';

const getClient = createClientAddress({
  from: 'x-forwarded-for',
  trustedProxies: ['10.0.0.0/8', '2001:db8:ffff::/48'],
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['198.51.100.7, 203.0.113.9', '203.0.113.9'],
  ['198.51.100.7, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['198.51.100.7,203.0.113.9,10.0.0.2,2001:db8:ffff::1', '203.0.113.9'],
  ['203.0.113.9:50000, ::ffff:10.0.0.2', '203.0.113.9'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['10.0.0.1, 10.0.0.2', '192.0.2.1'],
  ['203.0.113.9, unknown', '192.0.2.1'],
  ['203.0.113.9, unknown, 10.0.0.2', '192.0.2.1'],
  ['', '192.0.2.1'],
])('of X-Forwarded-For "%s" the client is %s', (header, client) => {
  for (const name of ['X-Forwarded-For', 'http_x_forwarded_for']) {
    expect(getClient(createFacts({ remoteHost: '192.0.2.1', extras: { [name]: header } }))).toBe(client);
  }
});

test('the remote host is the client where there is no such header', () => {
  expect(getClient(createFacts({ remoteHost: '192.0.2.1' }))).toBe('192.0.2.1');
  expect(getClient(createFacts())).toBeNull();
});

test('the header is not believed unless it is asked for', () => {
  const getRemoteHost = createClientAddress({ from: 'remote-host', trustedProxies: [] });
  const facts = createFacts({ remoteHost: 'a.example', extras: { 'X-Forwarded-For': '203.0.113.9' } });
  expect(getRemoteHost(facts)).toBe('a.example');
});
