/** Who asked, where the server only saw a proxy. */
import type { FieldKey, LineFacts } from '../parse/parse.js';
import { compileNetworks, findAddress } from './addresses.js';

export const CLIENT_ADDRESS_SOURCES = ['remote-host', 'x-forwarded-for'] as const;

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
 * proxy. What stands further left is whatever the client claims. The remote host is the client where the line has no
 * such header, where all its addresses are trusted, and where the entry in question is not an address.
 */
export function createClientAddress(settings: ClientAddressSettings): (facts: LineFacts) => string | null {
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
