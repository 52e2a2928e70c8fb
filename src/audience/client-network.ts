/** The network of a client, which says less about a person than the address. */
import { SocketAddress } from 'node:net';
import { findAddress } from '../attribute/addresses.js';

/** How many bits of an address are kept: 0 to 32 of IPv4, 0 to 128 of IPv6. */
export interface NetworkBits {
  readonly ipv4: number;
  readonly ipv6: number;
}

const DOTTED_TAIL = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/**
 * Finds the network that an address is in: `203.0.113.0/24`, `2001:db8:1::/48`. An IPv4 address that was written as IPv6 is an
 * IPv4 address.
 *
 * @returns null if the text is not an address, such as the name of a host
 */
export function toNetwork(text: string, bits: NetworkBits): string | null {
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
  const groups = readGroups(address).map((group, index) => keepBits(group, bits - index * 16, 16));
  return new SocketAddress({ address: groups.map((group) => group.toString(16)).join(':'), family: 'ipv6' })
    .address;
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

/** Keeps the first bits of a part of an address; none if there are fewer than one to keep. */
function keepBits(part: number, bits: number, width: number): number {
  if (bits >= width) return part;
  return bits <= 0 ? 0 : (part >> (width - bits)) << (width - bits);
}
