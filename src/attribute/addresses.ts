/**
 * Addresses of clients and proxies, IPv4 and IPv6, single or as networks in CIDR notation, and which of them is a line's client
 * if the server saw only a proxy.
 */
import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';
import { UsageError } from '../errors.js';
import type { FieldKey, LineFacts } from '../parse/parse.js';

/** An address, without port and zone. */
export interface Address {
  /** In its shortest form; an IPv4 address that was written as IPv6 is an IPv4 address. */
  readonly text: string;
  readonly family: 'ipv4' | 'ipv6';
}

interface Network {
  readonly address: Address;
  /** Bits of the address that count. */
  readonly prefix: number;
}

/** What proxies write: `203.0.113.9:50000`, `[2001:db8::1]:443`, `[2001:db8::1]`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
const MAPPED_BITS = 96;

/** @returns null if the text is not an address, with or without a port or zone */
export function findAddress(text: string): Address | null {
  if (isIPv4(text)) return { text, family: 'ipv4' };
  const [, ipv4, ipv6] = WITH_PORT.exec(text) ?? [];
  const bare = (ipv4 ?? ipv6 ?? text).replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 0) return null;
  if (version === 4) return { text: bare, family: 'ipv4' };
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  const mapped = MAPPED.exec(canonical)?.[1];
  return mapped === undefined ? { text: canonical, family: 'ipv6' } : { text: mapped, family: 'ipv4' };
}

/** @returns null if the text is neither an address nor a network such as `10.0.0.0/8` */
export function findNetwork(text: string): Network | null {
  const [bare = '', bits, ...rest] = text.split('/');
  const address = isIP(bare) === 0 ? null : findAddress(bare);
  if (address === null || rest.length > 0) return null;
  const maximum = address.family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { address, prefix: maximum };
  const prefix = Number(bits) - (address.family === 'ipv4' && !isIPv4(bare) ? MAPPED_BITS : 0);
  return /^\d{1,3}$/.test(bits) && prefix >= 0 && prefix <= maximum ? { address, prefix } : null;
}

/** @throws UsageError if one of the addresses and networks, separated by commas, is neither */
export function parseNetworks(text: string): readonly string[] {
  return text.split(',').map((each) => {
    const network = each.trim();
    if (findNetwork(network) !== null) return network;
    throw new UsageError(`'${network}' is neither an address nor a network`, {
      hint: 'they look like 10.0.0.1, 10.0.0.0/8, 2001:db8::1 or 2001:db8::/32',
    });
  });
}

/** Compiles addresses and networks to one test; what is neither is left out. */
export function compileNetworks(texts: readonly string[]): (address: Address) => boolean {
  const list = new BlockList();
  for (const network of texts.map(findNetwork)) {
    if (network !== null) list.addSubnet(network.address.text, network.prefix, network.address.family);
  }
  return ({ text, family }) => list.check(text, family);
}

/** What can say which client a request is of. */
export const CLIENT_ADDRESS_SOURCES = ['remote-host', 'x-forwarded-for'] as const;

/** Reads the client of a line; null if the line does not have it. */
export type ReadClient = (facts: Pick<LineFacts, 'remoteHost' | 'getExtra'>) => string | null;

/** How the client of a request is found. */
export interface ClientAddressSettings {
  readonly from: (typeof CLIENT_ADDRESS_SOURCES)[number];
  /** Addresses and networks whose word is taken for the address before theirs. */
  readonly trustedProxies: readonly string[];
}

/** What Apache's directive and nginx's variable call the header. */
const HEADER_NAMES = ['X-Forwarded-For', 'http_x_forwarded_for'] as const;

/** The fields of a format that the header may be in. */
export const FORWARDED_FIELDS: readonly FieldKey[] = HEADER_NAMES.map((name): FieldKey => `extra:${name}`);

/**
 * Makes the function that finds a line's client: the right-most address of X-Forwarded-For that is not of a trusted
 * proxy. What stands further left is whatever the client claims. The remote host is the client if the line has no
 * such header, if all its addresses are trusted, or if the entry in question is not an address.
 */
export function createClientAddress(settings: ClientAddressSettings): ReadClient {
  if (settings.from === 'remote-host') return (facts) => facts.remoteHost;
  const isTrusted = compileNetworks(settings.trustedProxies);
  return (facts) => {
    const header = facts.getExtra(HEADER_NAMES[0]) ?? facts.getExtra(HEADER_NAMES[1]) ?? '';
    for (const entry of header.split(',').reverse()) {
      const address = findAddress(entry.trim());
      if (address === null) break;
      if (!isTrusted(address)) return address.text;
    }
    return facts.remoteHost;
  };
}
