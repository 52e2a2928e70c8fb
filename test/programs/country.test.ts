import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openCountries } from '../../src/audience/audience.js';
import { InputError, UsageError } from '../../src/errors.js';
import { toBits, writeMmdb } from '../audience/support/mmdb.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logtally-country-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** 2001:db8::/32 */
const DOCUMENTATION = '00100000000000010000110110111000';

function writeCountries(kind = 'GeoLite2-Country'): Buffer {
  return writeMmdb({
    ipVersion: 6,
    kind,
    networks: [
      [toBits('203.0.113.0/24', 6), { country: { iso_code: 'CH' }, registered_country: { iso_code: 'US' } }],
      [toBits('198.51.100.0/25', 6), { country_code: 'DE' }],
      [toBits('198.51.100.128/25', 6), { country: 'FR' }],
      [toBits('192.0.2.0/24', 6), { country: { iso_code: 'Switzerland' } }],
      [toBits('10.0.0.0/8', 6), { registered_country: { iso_code: 'US' } }],
      [DOCUMENTATION, { country: { iso_code: 'JP' } }],
    ],
  });
}

function writeIPv4Countries(): Buffer {
  const networks = [[toBits('32.1.0.0/16', 4), { country: { iso_code: 'CH' } }]] as const;
  return writeMmdb({ ipVersion: 4, kind: 'DBIP-Country-Lite', networks });
}

describe('the country', () => {
  test.each([
    ['203.0.113.9', 'CH'],
    ['203.0.113.9:50000', 'CH'],
    ['::ffff:203.0.113.9', 'CH'],
    ['198.51.100.9', 'DE'],
    ['198.51.100.200', 'FR'],
    ['2001:db8:1::1', 'JP'],
    ['192.0.2.1', null],
    ['10.0.0.1', null],
    ['203.0.114.1', null],
    ['2001:db9::1', null],
    ['crawler.example.com', null],
    ['', null],
  ])('of "%s" is %s', async (address, country) => {
    const countries = await openCountries(await write('countries.mmdb', writeCountries()));
    expect(countries.find(address)).toBe(country);
    // the second answer comes from the records that are kept
    expect(countries.find(address)).toBe(country);
  });

  it('is found in a file of IPv4 only, which says nothing of IPv6', async () => {
    const path = await write('ipv4.mmdb', writeIPv4Countries());
    const countries = await openCountries(path);
    expect(countries.find('32.1.13.184')).toBe('CH');
    // its first bits are those of 32.1.13.184
    expect(countries.find('2001:db8::1')).toBeNull();
  });
});

describe('a file', () => {
  it('must be there', async () => {
    await expect(openCountries(join(folder, 'missing.mmdb'))).rejects.toThrow(UsageError);
    await expect(openCountries(join(folder, 'missing.mmdb'))).rejects.toThrow(
      /cannot read '.*missing\.mmdb'/,
    );
  });

  it('must be a regular file', async () => {
    await expect(openCountries(folder)).rejects.toThrow(/is not a regular file/);
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await expect(openCountries(join(folder, 'fifo'))).rejects.toThrow(/is not a regular file/);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('network,country_iso_code\n203.0.113.0/24,CH\n')],
    ['cut', writeCountries().subarray(0, -40)],
    ['without its beginning', writeIPv4Countries().subarray(20)],
  ])('must be whole and in MaxMind format, which one that is %s is not', async (name, bytes) => {
    const failure = await openCountries(await write(`${name}.mmdb`, bytes)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ hint: expect.stringContaining('GeoLite2-Country') });
  });

  it('must have countries', async () => {
    const path = await write('asn.mmdb', writeCountries('GeoLite2-ASN'));
    await expect(openCountries(path)).rejects.toThrow(/has no countries: .*'GeoLite2-ASN'/);
  });

  it('that is damaged at one place is an error where that place is read', async () => {
    const bytes = writeCountries();
    // an extended type that the format does not have
    bytes.set([0x00, 0xff], bytes.indexOf('country') - 2);
    const countries = await openCountries(await write('damaged.mmdb', bytes));
    expect(() => countries.find('203.0.113.9')).toThrow(InputError);
    expect(countries.find('198.51.100.9')).toBe('DE');
  });
});
