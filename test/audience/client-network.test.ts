import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toNetwork } from '../../src/audience/audience.js';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['255.255.255.255', '255.255.255.0/24'],
  ['203.0.113.77:50000', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['::FFFF:cb00:714d', '203.0.113.0/24'],
  ['2001:DB8:1:2::3', '2001:db8:1::/48'],
  ['[2001:db8:1::]:443', '2001:db8:1::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
  ['::1', '::/48'],
])('%s is in the network %s', (address, network) => {
  expect(toNetwork(address, { ipv4: 24, ipv6: 48 })).toBe(network);
});

test.each([
  '',
  '-',
  'localhost',
  'crawler.example.com',
  '203.0.113',
  '203.0.113.256',
  '01.2.3.4',
  '2001:db8',
])('"%s" is no address', (text) => {
  expect(toNetwork(text, { ipv4: 24, ipv6: 48 })).toBeNull();
});

test('no bits are the whole of the addresses, and all bits the address itself', () => {
  expect(toNetwork('203.0.113.77', { ipv4: 0, ipv6: 0 })).toBe('0.0.0.0/0');
  expect(toNetwork('203.0.113.77', { ipv4: 32, ipv6: 128 })).toBe('203.0.113.77/32');
  expect(toNetwork('2001:db8::1', { ipv4: 0, ipv6: 0 })).toBe('::/0');
  expect(toNetwork('2001:db8::1', { ipv4: 32, ipv6: 128 })).toBe('2001:db8::1/128');
  expect(toNetwork('::192.0.2.1', { ipv4: 32, ipv6: 120 })).toBe('::192.0.2.0/120');
});

test('an address is in its network, whose address is the same for all addresses in it', () => {
  const anyIPv6 = fc.ipV6().filter((address) => isIPv6(address) && !address.includes('.'));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), anyIPv6), fc.nat(32), fc.nat(128), (address, ipv4, ipv6) => {
      const network = toNetwork(address, { ipv4, ipv6 }) ?? '';
      const [base = '', bits = ''] = network.split('/');
      const family = base.includes(':') ? 'ipv6' : 'ipv4';
      const list = new BlockList();
      list.addSubnet(base, Number(bits), family);
      expect(list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')).toBe(true);
      expect(toNetwork(base, { ipv4, ipv6 })).toBe(network);
    }),
    { numRuns: 500 },
  );
});

test('an address is in the same network in whatever spelling it is written', () => {
  // brackets and a zone are spellings that the operating system reads
  const group = fc.oneof(
    fc.constantFrom('0', '00', '0000', 'ffff', '1'),
    fc.nat(0xffff).map((it) => it.toString(16)),
  );
  const spelled = fc
    .tuple(fc.array(group, { maxLength: 9 }), fc.array(group, { maxLength: 8 }), fc.boolean(), fc.boolean())
    .map(([left, right, isGapped, isUpper]) => {
      const text = isGapped ? `${left.join(':')}::${right.join(':')}` : left.join(':');
      return isUpper ? text.toUpperCase() : text;
    });
  const odd = fc.string({ unit: fc.constantFrom(...'01fF:.g'), maxLength: 20 });
  fc.assert(
    fc.property(fc.oneof(spelled, odd, fc.ipV6()), fc.nat(32), fc.nat(128), (address, ipv4, ipv6) => {
      const network = toNetwork(address, { ipv4, ipv6 });
      if (isIPv6(address)) expect(network).toBe(toNetwork(`[${address}]`, { ipv4, ipv6 }));
      else if (address.includes(':') && !/^[\d.]+:\d+$/.test(address)) expect(network).toBeNull();
    }),
    { numRuns: 20_000 },
  );
});
