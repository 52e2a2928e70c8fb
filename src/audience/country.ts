/** The countries of addresses, from an operator's file in MaxMind's format (MMDB), such as GeoLite2-Country or DB-IP's. */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { CountryResponse, Reader } from 'mmdb-lib';
import { findAddress } from '../attribute/addresses.js';
import { InputError, toMessage, UsageError } from '../errors.js';

export interface Countries {
  /**
   * The country of an address, in two letters (ISO 3166-1): `CH`. Null if the file has none, or if the text is no address.
   *
   * @throws InputError if the file is damaged at this place
   */
  find(address: string): string | null;
}

/** Bound of a file, which is held in memory, in bytes. Files of cities have 70 MB to 150 MB. */
const MAX_FILE_BYTES = 512 * 1_024 * 1_024;

/** Bound of the decoded records that are kept; then all are forgotten. A file of countries has a few hundred. */
const MAX_RECORDS = 4_096;

/** Stands between the tree and the data. In a file that lacks a piece it is elsewhere. */
const SEPARATOR = Buffer.alloc(16);

/** Files of these kinds have no countries. */
const OTHER_KINDS = /\b(?:ASN|ISP|Domain|Connection-Type|Anonymous-IP)\b/i;

const HINT = 'a file of countries or cities in MaxMind format is needed, such as GeoLite2-Country.mmdb';

const ISO_CODE = /^[A-Z]{2}$/;

/** @throws UsageError if the file is missing, too big, damaged or of another kind */
export async function openCountries(path: string): Promise<Countries> {
  const reader = await openReader(path);
  return {
    find(text) {
      const address = findAddress(text);
      if (address === null || (address.family === 'ipv6' && reader.metadata.ipVersion === 4)) return null;
      try {
        return findCode(reader.get(address.text));
      } catch (error) {
        throw new InputError(`'${path}' is damaged: ${toMessage(error)}`, { hint: HINT, cause: error });
      }
    },
  };
}

async function openReader(path: string): Promise<Reader<CountryResponse>> {
  const bytes = await readBytes(path);
  const reader = await parse(bytes, path);
  const { databaseType, ipVersion, searchTreeSize } = reader.metadata;
  const separator = bytes.subarray(searchTreeSize, searchTreeSize + SEPARATOR.length);
  const isWhole = SEPARATOR.equals(separator) && (ipVersion === 4 || ipVersion === 6);
  if (!isWhole) throw new UsageError(`'${path}' is damaged`, { hint: HINT });
  if (OTHER_KINDS.test(databaseType))
    throw new UsageError(`'${path}' has no countries: it is a file of the kind '${databaseType}'`, {
      hint: HINT,
    });
  return reader;
}

async function readBytes(path: string): Promise<Buffer> {
  let stats: Stats;
  let bytes: Buffer;
  try {
    stats = await stat(path);
    // a FIFO is not opened: nothing ends the wait for its writer
    bytes = stats.isFile() && stats.size <= MAX_FILE_BYTES ? await readFile(path) : Buffer.alloc(0);
  } catch (error) {
    throw new UsageError(`cannot read '${path}': ${toMessage(error)}`, { hint: HINT, cause: error });
  }
  if (!stats.isFile()) throw new UsageError(`'${path}' is not a regular file`, { hint: HINT });
  if (stats.size > MAX_FILE_BYTES)
    throw new UsageError(`'${path}' is larger than ${MAX_FILE_BYTES} bytes`, { hint: HINT });
  return bytes;
}

async function parse(bytes: Buffer, path: string): Promise<Reader<CountryResponse>> {
  // loaded only if there is such a file
  const { Reader } = await import('mmdb-lib');
  try {
    return new Reader<CountryResponse>(bytes, { cache: createCache() });
  } catch (error) {
    throw new UsageError(`'${path}' is not in MaxMind format, or damaged`, { hint: HINT, cause: error });
  }
}

/** What mmdb-lib keeps by the place in the file. */
type RecordCache = NonNullable<NonNullable<ConstructorParameters<typeof Reader>[1]>['cache']>;

function createCache(): RecordCache {
  const records = new Map<string | number, unknown>();
  return {
    get: (place) => records.get(place),
    set(place, record) {
      if (records.size >= MAX_RECORDS) records.clear();
      records.set(place, record);
    },
  };
}

/** MaxMind and DB-IP have the code in `country.iso_code`, others in `country_code` or `country`. */
function findCode(record: unknown): string | null {
  const country = readField(record, 'country');
  const codes = [readField(country, 'iso_code'), readField(record, 'country_code'), country];
  const isCode = (code: unknown): code is string => typeof code === 'string' && ISO_CODE.test(code);
  return codes.find(isCode) ?? null;
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
