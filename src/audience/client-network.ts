/** The network of a client, which says less about a person than the address. */
import { SocketAddress } from 'node:net';
import { findAddress } from '../attribute/addresses.js';

/** How many bits of an address are kept: 0 to 32 of IPv4, 0 to 128 of IPv6. */
export interface NetworkBits {
  readonly ipv4: number;
  readonly ipv6: number;
}

const GROUPS = 8;
const GROUP_BITS = 16;
const COLON = 0x3a;
/** What a character is worth as a hexadecimal digit, by its code; -1 if it is none. */
const HEXADECIMAL = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);

const DOTTED_TAIL = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/**
 * Finds the network that an address is in: `203.0.113.0/24`, `2001:db8:1::/48`. An IPv4 address that was written as IPv6 is an
 * IPv4 address.
 *
 * @returns null if the text is not an address, such as the name of a host
 */
export function toNetwork(text: string, bits: NetworkBits): string | null {
  const groups = findPlainGroups(text);
  const network = groups === null ? null : writePlain(keepGroups(groups, bits.ipv6));
  if (network !== null) return `${network}/${bits.ipv6}`;
  const address = findAddress(text);
  if (address === null) return null;
  return address.family === 'ipv4'
    ? toNetwork4(address.text, bits.ipv4)
    : `${toNetwork6(address.text, bits.ipv6)}/${bits.ipv6}`;
}

function toNetwork4(address: string, bits: number): string {
  let network = '';
  let part = 0;
  let kept = bits;
  for (let at = 0; at <= address.length; at++) {
    const code = address.charCodeAt(at);
    if (code >= 0x30) {
      part = part * 10 + code - 0x30;
      continue;
    }
    // a dot, or the end, whose code is NaN
    network += `${network === '' ? '' : '.'}${keepBits(part, kept, 8)}`;
    part = 0;
    kept -= 8;
  }
  return `${network}/${bits}`;
}

function toNetwork6(address: string, bits: number): string {
  const groups = keepGroups(readGroups(address), bits);
  return new SocketAddress({ address: groups.map((group) => group.toString(16)).join(':'), family: 'ipv6' })
    .address;
}

/**
 * Finds the eight groups of an IPv6 address in the usual spelling: hexadecimal digits, and at most one `::`. SocketAddress, which knows
 * all spellings, takes three times as long as all the rest of a new client.
 *
 * @returns null for any other text, and for an address that begins with zeros: it may stand for one of IPv4
 */
function findPlainGroups(text: string): number[] | null {
  const groups: number[] = [];
  let group = 0;
  let digits = 0;
  let gapAt = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      if (digits > 0) groups.push(group);
      else if (gapAt !== -1 || text.charCodeAt(at - 1) !== COLON) return null;
      else gapAt = groups.length;
      group = 0;
      digits = 0;
      continue;
    }
    const digit = HEXADECIMAL[code] ?? -1;
    if (digit === -1 || digits === 4) return null;
    group = group * 16 + digit;
    digits += 1;
  }
  if (digits > 0) groups.push(group);
  else if (gapAt !== groups.length) return null;
  if (groups[0] === 0 || gapAt === 0 || (gapAt === -1) !== (groups.length === GROUPS)) return null;
  if (groups.length > GROUPS) return null;
  if (gapAt !== -1) groups.splice(gapAt, 0, ...new Array<number>(GROUPS - groups.length).fill(0));
  return groups;
}

/**
 * Writes an address in its shortest form (RFC 5952): the first of the longest rows of zeros is `::`, if it has two of them.
 *
 * @returns null if it begins with zeros, as some of those are written in another way
 */
function writePlain(groups: readonly number[]): string | null {
  if (groups[0] === 0) return null;
  let longestAt = -1;
  let longest = 1;
  for (let at = 0; at < GROUPS; at += 1) {
    let end = at;
    while (groups[end] === 0) end += 1;
    if (end - at > longest) {
      longestAt = at;
      longest = end - at;
    }
    at = end;
  }
  if (longestAt === -1) return groups.map(toDigits).join(':');
  const before = groups.slice(0, longestAt).map(toDigits).join(':');
  return `${before}::${groups
    .slice(longestAt + longest)
    .map(toDigits)
    .join(':')}`;
}

function toDigits(group: number): string {
  return group.toString(16);
}

/** The eight groups of a canonical address; `::` stands for as many zeros as are missing. */
function readGroups(address: string): number[] {
  const hexadecimal = address.replace(
    DOTTED_TAIL,
    (_, a: string, b: string, c: string, d: string) => `${toGroup(a, b)}:${toGroup(c, d)}`,
  );
  const [left = [], right = []] = hexadecimal
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** Writes two parts of an IPv4 address as a group of IPv6. */
function toGroup(high: string, low: string): string {
  return ((Number(high) << 8) | Number(low)).toString(16);
}

function keepGroups(groups: readonly number[], bits: number): number[] {
  return groups.map((group, index) => keepBits(group, bits - index * GROUP_BITS, GROUP_BITS));
}

/** Keeps the first bits of a part of an address; none if there are fewer than one to keep. */
function keepBits(part: number, bits: number, width: number): number {
  if (bits >= width) return part;
  return bits <= 0 ? 0 : (part >> (width - bits)) << (width - bits);
}
