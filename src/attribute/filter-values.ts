/** Reads what flags and the config file say about filters. Each function takes one text and returns what it lists. */
import { UsageError } from '../errors.js';
import { compileNetworks, findAddress, findNetwork } from './addresses.js';
import { compileHostGlobs, compilePathGlobs, compileReferrerGlobs } from './globs.js';
import { toHostName } from './site.js';

/** A token (RFC 9110, 5.6.2) in capitals. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;
const EXTENSION = /^[^\s./]+$/;
const HOST = /^[^\s/]+$/;

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

/**
 * Reads remote hosts separated by commas: addresses, networks, names or globs of names.
 *
 * @throws UsageError if one of them is none of these
 */
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
