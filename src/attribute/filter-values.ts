/**
 * Reads what flags and the config file say about filters, and makes tests of it. Each `parse...` function takes one text and
 * returns what it lists.
 */
import { UsageError } from '../errors.js';
import { compileNetworks, findAddress, findNetwork } from './addresses.js';
import { compileHostGlobs, compilePathGlobs, compileReferrerGlobs } from './globs.js';
import { toHostName } from './site.js';

/** A token (RFC 9110, 5.6.2) in capitals. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
const EXTENSION = /^[^\s./]+$/;
/** `200`, `2xx` or `300-399`. */
const STATUS = /^(?:(\d)xx|(\d{3})(?:-(\d{3}))?)$/;
const HOST = /^[^\s/]+$/;

/** Extensions of the files that pages are made of: style sheets, scripts, fonts, images and source maps; lower case. */
export const STATIC_EXTENSIONS: readonly string[] =
  'avif bmp css cur eot gif ico jpeg jpg js map mjs otf png svg ttf webmanifest webp woff woff2'.split(' ');

function splitList(text: string): readonly string[] {
  return text.split(',').map((each) => each.trim());
}

/** @throws UsageError if one of the methods, separated by commas, is none */
export function parseMethods(text: string): readonly string[] {
  return splitList(text.toUpperCase()).map((method) => {
    if (METHOD.test(method)) return method;
    throw new UsageError(`'${method}' is not a method`, { hint: 'methods look like GET or GET,HEAD' });
  });
}

/** @throws UsageError if one of the extensions, separated by commas, is none */
export function parseExtensions(text: string): readonly string[] {
  return splitList(text.toLowerCase()).map((each) => {
    const extension = each.replace(/^\./, '');
    if (EXTENSION.test(extension)) return extension;
    throw new UsageError(`'${each}' is not an extension`, { hint: 'extensions look like css or css,js' });
  });
}

/**
 * Reads virtual hosts, names or globs separated by commas.
 *
 * @returns each in lower case and without its port, as lines have them
 * @throws UsageError if one of them cannot be a host
 */
export function parseHosts(text: string): readonly string[] {
  return splitList(text).map((each) => {
    const host = toHostName(each);
    if (!HOST.test(host)) throw new UsageError(`'${each}' is not a host`);
    compileHostGlobs([host]);
    return host;
  });
}

/** @throws UsageError if one of the remote hosts, separated by commas, is no address, network, name or glob of names */
export function parseRemoteHosts(text: string): readonly string[] {
  return splitList(text).map((host) => {
    if (findNetwork(host) !== null) return host;
    if (!HOST.test(host)) {
      throw new UsageError(`'${host}' is not a remote host`, {
        hint: 'they look like 203.0.113.9, 10.0.0.0/8, 2001:db8::/32 or *.crawler.example',
      });
    }
    compileHostGlobs([host]);
    return host;
  });
}

/** Makes the test that tells whether a client is one of some remote hosts; a name matches no address. */
export function compileRemoteHosts(hosts: readonly string[]): (host: string) => boolean {
  const isInNetwork = compileNetworks(hosts);
  const isNamed = compileHostGlobs(hosts.filter((host) => findNetwork(host) === null));
  return (host) => {
    const address = findAddress(host);
    return address === null ? isNamed(host) : isInNetwork(address);
  };
}

/**
 * Makes the test of clients as they are stored: addresses, names, and networks in place of addresses. A network is one of the
 * hosts if all of it is.
 */
export function compileStoredClients(hosts: readonly string[]): (client: string) => boolean {
  const isHost = compileRemoteHosts(hosts);
  const networks = hosts.flatMap((host) => {
    const network = findNetwork(host);
    return network === null ? [] : [{ ...network, has: compileNetworks([host]) }];
  });
  return (client) => {
    const stored = client.includes('/') ? findNetwork(client) : null;
    if (stored === null) return isHost(client);
    return networks.some(({ prefix, has }) => prefix <= stored.prefix && has(stored.address));
  };
}

/** Finds whether a stored network has one of some hosts in it, but others as well. */
export function isWiderThanSome(client: string, hosts: readonly string[]): boolean {
  const stored = client.includes('/') ? findNetwork(client) : null;
  if (stored === null) return false;
  const has = compileNetworks([client]);
  return hosts.some((host) => {
    const network = findNetwork(host);
    return network !== null && network.prefix > stored.prefix && has(network.address);
  });
}

/** @throws UsageError if the text is not a glob that could match a path */
export function parsePathGlob(text: string): readonly string[] {
  compilePathGlobs([text]);
  return [text];
}

/** @throws UsageError if the text is not a glob */
export function parseReferrerGlob(text: string): readonly string[] {
  compileReferrerGlobs([text]);
  return [text];
}

/** @throws UsageError if one of the statuses, separated by commas, is none */
export function parseStatuses(text: string): readonly string[] {
  return splitList(text.toLowerCase()).map((status) => {
    const [first, last] = findRange(status);
    if (first > last) throw new UsageError(`the statuses '${status}' end before they begin`);
    return status;
  });
}

/** @throws UsageError if the text is not the status of a request, three digits */
export function parseStatus(text: string): string {
  if (/^\d{3}$/.test(text)) return text;
  throw new UsageError(`'${text}' is not a status`);
}

/** Every single code that statuses stand for, as three digits. */
export function toStatusCodes(statuses: readonly string[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const [first, last] of statuses.map(findRange)) {
    for (let code = first; code <= last; code += 1) codes.add(String(code).padStart(3, '0'));
  }
  return codes;
}

function findRange(status: string): readonly [number, number] {
  const [, hundreds, first, last] = STATUS.exec(status) ?? [];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  if (first !== undefined) return [Number(first), Number(last ?? first)];
  throw new UsageError(`'${status}' is not a status`, { hint: 'statuses look like 200, 2xx or 300-399' });
}

/** The extension of a path's last segment, lower case and without its dot, or '' if it has none. */
export function getExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}
