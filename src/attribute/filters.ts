/** Which lines are not to be counted. All is decided before the first line; per line a filter only looks things up. */
import { isbot } from 'isbot';
import type { LineFacts } from '../parse/parse.js';
import { compileNetworks, findAddress, findNetwork } from './addresses.js';
import { compileHostGlobs, compilePathGlobs, compileReferrerGlobs } from './globs.js';
import { createPathReader } from './path.js';
import { getExtension } from './static-files.js';
import { toStatusCodes } from './statuses.js';

/** In the order in which they are asked: the first that drops a line names it in the account. */
export const FILTER_NAMES = [
  'status',
  'method',
  'include',
  'exclude',
  'static',
  'referrer',
  'remote host',
  'bot',
  'host',
] as const;

export type FilterName = (typeof FILTER_NAMES)[number];

/** What to filter, as written. An empty list filters nothing. */
export interface FilterSpec {
  /** Statuses wanted: `200`, `2xx`, `300-399`. */
  readonly statuses: readonly string[];
  /** Methods wanted, in capitals. */
  readonly methods: readonly string[];
  /** Globs of the paths wanted. */
  readonly include: readonly string[];
  /** Globs of the paths to drop. */
  readonly exclude: readonly string[];
  /** Extensions to drop, lower case and without their dot. */
  readonly staticExtensions: readonly string[];
  /** Globs of the referrers to drop. */
  readonly referrers: readonly string[];
  /** Addresses, networks and globs of names to drop. */
  readonly remoteHosts: readonly string[];
  /** Whether robots are dropped, as their user agents tell. */
  readonly bots: boolean;
  /** Virtual hosts wanted, names or globs, lower case. */
  readonly hosts: readonly string[];
}

export const NO_FILTERS: FilterSpec = {
  statuses: [],
  methods: [],
  include: [],
  exclude: [],
  staticExtensions: [],
  referrers: [],
  remoteHosts: [],
  bots: false,
  hosts: [],
};

export interface Filter {
  readonly name: FilterName;
  drops(facts: LineFacts): boolean;
}

type Drops = Filter['drops'];

/** Bound of the user agents whose answer is remembered; then all are forgotten. Real logs repeat few of them. */
const MAX_KNOWN_AGENTS = 10_000;

/**
 * Compiles the filters that a spec asks for. A line that lacks what a wanted list is about is not among those wanted;
 * one that lacks what is to be dropped is not dropped.
 *
 * @param getClientAddress the remote host that lines are dropped by
 * @throws UsageError where a glob is none
 */
export function compileFilters(
  spec: FilterSpec,
  getClientAddress: (facts: LineFacts) => string | null,
): readonly Filter[] {
  const readPath = createPathReader();
  const creators: Readonly<Record<FilterName, () => Drops | null>> = {
    status: () => unlessIn(spec.statuses, toStatusCodes(spec.statuses), (facts) => facts.status),
    method: () => unlessIn(spec.methods, new Set(spec.methods), (facts) => facts.method),
    include: () => unless(spec.include, compilePathGlobs(spec.include), readPath),
    exclude: () => whenever(spec.exclude, compilePathGlobs(spec.exclude), readPath),
    static: () => {
      const extensions = new Set(spec.staticExtensions);
      return whenever(spec.staticExtensions, (path) => extensions.has(getExtension(path)), readPath);
    },
    referrer: () => whenever(spec.referrers, compileReferrerGlobs(spec.referrers), (facts) => facts.referrer),
    'remote host': () => whenever(spec.remoteHosts, compileRemoteHosts(spec.remoteHosts), getClientAddress),
    bot: () => (spec.bots ? createBotFilter() : null),
    host: () => unless(spec.hosts, compileHostGlobs(spec.hosts), (facts) => facts.virtualHost),
  };
  return FILTER_NAMES.flatMap((name) => {
    const drops = creators[name]();
    return drops === null ? [] : [{ name, drops }];
  });
}

type Read = (facts: LineFacts) => string | null;

function unlessIn(listed: readonly string[], wanted: ReadonlySet<string>, read: Read): Drops | null {
  return unless(listed, (value) => wanted.has(value), read);
}

function unless(listed: readonly string[], isWanted: (value: string) => boolean, read: Read): Drops | null {
  if (listed.length === 0) return null;
  return (facts) => {
    const value = read(facts);
    return value === null || !isWanted(value);
  };
}

function whenever(
  listed: readonly string[],
  isUnwanted: (value: string) => boolean,
  read: Read,
): Drops | null {
  if (listed.length === 0) return null;
  return (facts) => {
    const value = read(facts);
    return value !== null && isUnwanted(value);
  };
}

function compileRemoteHosts(hosts: readonly string[]): (host: string) => boolean {
  const isInNetwork = compileNetworks(hosts);
  const isNamed = compileHostGlobs(hosts.filter((host) => findNetwork(host) === null));
  return (host) => {
    const address = findAddress(host);
    return address === null ? isNamed(host) : isInNetwork(address);
  };
}

/** Characters of a user agent that are looked at, as many as servers take of a header: no agent costs more than these do. */
const MAX_AGENT_CHARACTERS = 8_192;

/** Remembers answers: isbot's expression costs more than a microsecond for a browser. */
function createBotFilter(): Drops {
  const known = new Map<string, boolean>();
  return (facts) => {
    const userAgent = facts.userAgent?.slice(0, MAX_AGENT_CHARACTERS) ?? null;
    if (userAgent === null) return false;
    const answer = known.get(userAgent);
    if (answer !== undefined) return answer;
    if (known.size >= MAX_KNOWN_AGENTS) known.clear();
    const isRobot = isbot(userAgent);
    known.set(userAgent, isRobot);
    return isRobot;
  };
}
