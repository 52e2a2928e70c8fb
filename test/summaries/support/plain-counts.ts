// Counts lines a second time, slowly and plainly, with one map for each summary. It must not import from src/.

import bowser from 'bowser';
import { isbot } from 'isbot';
import type { PlainLine } from './plain-lines.js';

/** What was counted: the columns of a key as JSON, and the numbers. */
export type Counted = Readonly<Record<string, string>>;

interface Sum {
  requests: number;
  bytes: number | null;
}

/** Adds requests and bytes up by key; a key of null is none. */
function sumBy(lines: readonly PlainLine[], toKey: (line: PlainLine) => readonly unknown[] | null): Counted {
  const sums = new Map<string, Sum>();
  for (const line of lines) {
    const key = JSON.stringify(toKey(line));
    if (key === 'null') continue;
    const sum = sums.get(key) ?? { requests: 0, bytes: null };
    sum.requests += 1;
    if (line.bytes !== null) sum.bytes = (sum.bytes ?? 0) + line.bytes;
    sums.set(key, sum);
  }
  return Object.fromEntries([...sums].map(([key, { requests, bytes }]) => [key, `${requests} ${bytes}`]));
}

/** The requests alone, where a summary keeps no bytes. */
function withoutBytes(counted: Counted): Counted {
  return Object.fromEntries(Object.entries(counted).map(([key, sum]) => [key, sum.split(' ')[0] ?? '']));
}

/** Counts people and their requests: a person is an address and an agent on a day. */
function countPeople(
  lines: readonly PlainLine[],
  toKey: (line: PlainLine) => readonly unknown[] | null,
): Counted {
  const people = new Map<string, { who: Set<string>; requests: number }>();
  for (const line of lines) {
    const key = JSON.stringify(toKey(line));
    if (key === 'null') continue;
    const found = people.get(key) ?? { who: new Set(), requests: 0 };
    people.set(key, found);
    if (isRobot(line.agent) || line.address === '-') continue;
    found.who.add(`${line.address} ${line.agent ?? ''}`);
    found.requests += 1;
  }
  return Object.fromEntries([...people].map(([key, { who, requests }]) => [key, `${who.size} ${requests}`]));
}

const robots = new Map<string, boolean>();
function isRobot(agent: string | null): boolean {
  if (agent === null) return false;
  if (!robots.has(agent)) robots.set(agent, isbot(agent));
  return robots.get(agent) ?? false;
}

const BROWSERS = new Set(Object.values(bowser.BROWSER_MAP).filter((name) => name !== 'Generic'));
const SYSTEMS = new Set(Object.values(bowser.OS_MAP));

/** Robot or not, browser, system: as the libraries say, each asked once for each agent. */
const agents = new Map<string, readonly unknown[]>();
function describe(agent: string | null): readonly unknown[] {
  if (agent === null || agent === '') return [false, null, null];
  const known = agents.get(agent);
  if (known !== undefined) return known;
  const parser = bowser.getParser(agent.slice(0, 512));
  const [browser, system] = [parser.getBrowserName(), parser.getOSName()];
  const isNamed = BROWSERS.has(browser) && parser.getPlatformType() !== 'bot';
  const described = isRobot(agent)
    ? [true, null, null]
    : [false, isNamed ? browser : null, SYSTEMS.has(system) ? system : null];
  agents.set(agent, described);
  return described;
}

/** Where a request came from, and the host of the page; `new URL` says which one it is. */
function toOrigin({ referrer, virtualHost }: PlainLine): readonly [origin: string, host: string | null] {
  if (referrer === '') return ['none', null];
  try {
    // `new URL` would take it for a slash
    if (/^https?:\/\/[^/?#]*\\/.test(referrer)) return ['unknown', null];
    const { protocol, hostname: name } = new URL(referrer);
    const hostname = name.replace(/\.$/, '');
    if (protocol === 'android-app:') return ['other', `android-app://${hostname}`];
    if (!/^https?:$/.test(protocol)) return ['unknown', null];
    return [hostname === virtualHost ? 'own' : 'other', hostname];
  } catch {
    return ['unknown', null];
  }
}

/** The engines that the real logs have, each with its hosts and parameters. */
const ENGINES = [
  [
    'Google',
    /^(?:(?:www|m|images|news|video|scholar|encrypted)\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/,
    ['q'],
  ],
  ['Bing', /(?:^|\.)bing\.com$/, ['q']],
  ['Yahoo', /(?:^|\.)search\.yahoo\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/, ['p']],
  ['Baidu', /(?:^|\.)baidu\.com$/, ['wd', 'word']],
] as const;

/** The engines whose terms are counted here. */
export const COUNTED_ENGINES = ENGINES.map(([name]) => name);

/** Stands for terms in another encoding. */
export const NOT_UTF8 = '(not UTF-8)';

function toTerms({ referrer }: PlainLine): readonly [engine: string, terms: string] | null {
  if (!/^https?:/.test(referrer)) return null;
  const { hostname, searchParams } = new URL(referrer);
  const [engine, , parameters] = ENGINES.find(([, hosts]) => hosts.test(hostname)) ?? [];
  if (engine === undefined || parameters === undefined) return null;
  const found = parameters
    .map((name) => searchParams.get(name))
    .find((value) => value !== null && value !== '');
  const terms = (found ?? '').toLowerCase().replace(/\s+/g, ' ').trim();
  return terms === '' || /^(?:https?:\/\/|www\.)/.test(terms)
    ? null
    : [engine, terms.includes('\ufffd') ? NOT_UTF8 : terms];
}

/** The first 24 bits of an IPv4 address, and 48 of an IPv6 address; null of a name. */
function toNetwork(address: string): string | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (!address.includes(':')) return null;
  const [left = '', right] = address.split('::');
  const groups = left.split(':').filter((group) => group !== '');
  const behind = right?.split(':').filter((group) => group !== '') ?? [];
  const all = [
    ...groups,
    ...Array(right === undefined ? 0 : 8 - groups.length - behind.length).fill('0'),
    ...behind,
  ];
  const kept = all.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${`${kept.join(':')}::`.replace(/^(?:0:)*0::$/, '::').replace(/:0::$/, '::')}/48`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What a path has encoded may be a control, which no column holds. */
function showControls(path: string | null): string | null {
  const toHex = (control: string) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return path === null ? null : path.replace(/[\0-\x1f\x7f]/g, toHex);
}

/** With --by-path an object is a path of up to 512 bytes; one with spaces is encoded again. */
function toObject({ path }: PlainLine): string | null {
  if (path === null) return null;
  const text = decode(path);
  const id = /\s/.test(text) || Buffer.byteLength(text) > 512 ? encodeURI(text) : text;
  return Buffer.byteLength(id) > 512 ? null : id;
}

/** Monday is 1. */
const toWeekday = (day: string) => new Date(day).getUTCDay() || 7;

/** Each summary, by the columns of its view. */
export function countPlainly(lines: readonly PlainLine[]): Readonly<Record<string, Counted>> {
  const ofObject = (toKey: (line: PlainLine) => readonly unknown[]) => (line: PlainLine) =>
    toObject(line) === null ? null : toKey(line);
  const toTermKey = (line: PlainLine) => {
    const found = toTerms(line);
    return found === null ? null : [line.day, ...found];
  };
  return {
    status: sumBy(lines, ({ day, method, status }) => [day, method, status === null ? null : Number(status)]),
    failedPath: sumBy(lines, ({ day, status, path }) =>
      status === null || Number(status) < 400 ? null : [day, Number(status), showControls(path)],
    ),
    referrer: withoutBytes(sumBy(lines, (line) => [line.day, ...toOrigin(line)])),
    objectReferrer: withoutBytes(
      sumBy(
        lines,
        ofObject((line) => [toObject(line), line.day, ...toOrigin(line)]),
      ),
    ),
    searchTerm: withoutBytes(sumBy(lines, toTermKey)),
    agent: sumBy(lines, ({ day, agent }) => [day, ...describe(agent)]),
    visitor: countPeople(lines, ({ day }) => [day]),
    objectVisitor: countPeople(
      lines,
      ofObject((line) => [toObject(line), line.day]),
    ),
    client: sumBy(lines, ({ day, address }) => [day, toNetwork(address)]),
    hour: sumBy(lines, ({ day, hour }) => [day, toWeekday(day), hour]),
    objectBytes: sumBy(
      lines,
      ofObject((line) => [toObject(line), line.day]),
    ),
  };
}
