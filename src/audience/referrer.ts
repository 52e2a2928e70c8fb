/**
 * Referrers: the host and page that a request came from. The query and the fragment are left out, since they hold secrets. The
 * path stays as it was sent, since `new URL` would take the backslash of a byte shown as `\xhh` for a slash.
 */
import { compileHostGlobs } from '../attribute/globs.js';
import { toVisibleText } from '../visible-text.js';
import { cutText } from './percent.js';

export interface Referrer {
  /** Lower case, without port: `www.example.com`, `[2001:db8::1]`; of an app `android-app://com.example.mail`. */
  readonly host: string;
  /** The path as the client wrote it, percent-encoded; `/` if there is none. */
  readonly page: string;
}

/** Bound of a page, in characters; a longer one is cut. */
export const MAX_PAGE_CHARACTERS = 1_024;

/** Bound of a host's name (RFC 1035, 2.3.4); a longer one is no host. */
const MAX_HOST_CHARACTERS = 253;

/** Scheme and authority (RFC 3986, 3.2). An authority of more characters is none. */
const HTTP = /^https?:\/\/([^/?#\\]{1,1024})(?:[/?#]|$)/i;
const APP = /^android-app:\/\/([\w.]{1,100})(?:[/?#]|$)/i;

/** What ends a path. Java servers put the number of a session there. */
const PAGE_END = /[?#]|;jsessionid=/i;

/** Hosts that `new URL` leaves as they are: ASCII, no port, and no number at the end, which would be an IPv4 address. */
const PLAIN_HOST = /^(?:[a-z0-9_-]+\.)*[a-z_-][a-z0-9_-]*$/;
const PUNYCODE = 'xn--';
const NOT_PLAIN = /[^!-~]/;

/**
 * Splits a referrer.
 *
 * @returns null for what is no URL of http, https or an Android app; a backslash before the page, which no browser writes, makes it none
 */
export function splitReferrer(referrer: string): Referrer | null {
  const authority = HTTP.exec(referrer)?.[1];
  if (authority === undefined) return splitApp(referrer);
  const host = findHost(authority);
  if (host === null) return null;
  return { host, page: readPage(referrer, referrer.indexOf('/') + 2 + authority.length) };
}

/** An app has a package instead of a host (Android's intents), and no pages. */
function splitApp(referrer: string): Referrer | null {
  const [, name] = APP.exec(referrer) ?? [];
  return name === undefined ? null : { host: `android-app://${name.toLowerCase()}`, page: '/' };
}

/** `new URL` decides what is a host. Plain ones need not ask it, which halves the 0.8 µs of a referrer. */
function findHost(authority: string): string | null {
  const name = authority.toLowerCase();
  const host = PLAIN_HOST.test(name) && !name.includes(PUNYCODE) ? name : askUrl(authority);
  return host === '' || host.length > MAX_HOST_CHARACTERS ? null : host;
}

/** `URL.canParse` is not asked: in Node.js 20 it refuses `http://ü/` once it is called often. */
function askUrl(authority: string): string {
  try {
    return new URL(`http://${authority}/`).hostname.replace(/\.$/, '');
  } catch {
    return '';
  }
}

function readPage(text: string, start: number): string {
  const rest = text.slice(start, start + MAX_PAGE_CHARACTERS + 1);
  const end = rest.search(PAGE_END);
  const page = end === -1 ? rest : rest.slice(0, end);
  if (page === '') return '/';
  return cutText(NOT_PLAIN.test(page) ? toVisibleText(page) : page, MAX_PAGE_CHARACTERS);
}

/**
 * Makes the test of whether a host is the site's own. A listed host is its own with and without `www.`; a glob such as
 * `*.example.com` is all hosts below it.
 *
 * @throws UsageError if one is no glob
 */
export function createOwnHosts(hosts: readonly string[]): (host: string) => boolean {
  const isGlob = (host: string) => host.includes('*');
  const names = new Set(hosts.filter((host) => !isGlob(host)).map(toBareHost));
  const isInGlob = compileHostGlobs(hosts.filter(isGlob));
  return (host) => names.has(toBareHost(host)) || isInGlob(host);
}

function toBareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.$/, '');
}
