/**
 * The filters, which say what lines are not counted: one row each. Command line, config file, `match`, the account of the
 * lines and the tests of the documents all read this table. A new filter is a new row, and a fact in `parse/lines/line-facts.ts` if
 * it looks at something new.
 */
import type { LineFacts, RequestFact } from '../parse/parse.js';
import {
  compileRemoteHosts,
  getExtension,
  parseExtensions,
  parseHosts,
  parseMethods,
  parsePathGlob,
  parseReferrerGlob,
  parseRemoteHosts,
  parseStatus,
  parseStatuses,
  STATIC_EXTENSIONS,
  toStatusCodes,
} from './filter-values.js';
import { compileHostGlobs, compilePathGlobs, compileReferrerGlobs } from './globs.js';
import type { ReadText } from './path.js';
import { createRobotTest } from './robots.js';
import { toHostName } from './site.js';

/** What a filter is set to, as written: what it lists, or whether it is on. An empty list filters nothing. */
export type FilterValue = readonly string[] | boolean;

type Texts = readonly string[];

/** What filters look at beyond the facts of a line. */
export interface Lookups {
  readonly readPath: ReadText;
  readonly readClient: ReadText;
}

/** An option of a command, as commander takes it. */
interface FlagHelp {
  /** `--status <list>` */
  readonly flag: string;
  readonly help: string;
}

/** A row of the table: what a filter is called, how it is set, and what it drops. */
export interface FilterDefinition<Name extends string = string> extends FlagHelp {
  /** In the account of the lines, and in messages. */
  readonly name: Name;
  /** In the recorded settings of a run, which later runs compare with theirs: never changed. */
  readonly setting: string;
  /** In `[filters]` of the config file. */
  readonly key: string;
  /** Reads what one text lists; throws a UsageError if it cannot. Null for a filter that is on or off. */
  readonly parse: ((text: string) => Texts) | null;
  /** A flag without a value, and `true` in the config file, for texts that the program knows. */
  readonly known?: FlagHelp & { readonly texts: Texts };
  /** Whether lines are dropped that it lists, or all others. A line without what it looks at is not listed. */
  readonly drops: 'listed' | 'unlisted';
  /** What it looks at; null if the line does not have it. */
  readonly read: (facts: LineFacts, lookups: Lookups) => string | null;
  /** Makes the test of what it looks at. */
  readonly compile: (listed: Texts) => (text: string) => boolean;
  /** How `match` is told what the filter looks at. */
  readonly request?: FlagHelp & {
    readonly fact: RequestFact;
    /** What a request has unless the option says otherwise. */
    readonly initial?: string;
    /** Brings a text into the form that lines have it in; throws a UsageError if no line can have it. */
    readonly parse?: (text: string) => string;
  };
}

const ROWS = [
  {
    name: 'status',
    setting: 'statuses',
    key: 'status',
    flag: '--status <list>',
    help: 'only these statuses: 200,304,2xx,300-399',
    parse: parseStatuses,
    drops: 'unlisted',
    read: (facts) => facts.status,
    compile: (statuses) => isIn(toStatusCodes(statuses)),
    request: {
      flag: '--status <status>',
      help: 'its status',
      fact: 'status',
      initial: '200',
      parse: parseStatus,
    },
  },
  {
    name: 'method',
    setting: 'methods',
    key: 'method',
    flag: '--method <list>',
    help: 'only these methods: GET,HEAD',
    parse: parseMethods,
    drops: 'unlisted',
    read: (facts) => facts.method,
    compile: isIn,
    request: {
      flag: '--method <method>',
      help: 'its method',
      fact: 'method',
      initial: 'GET',
      parse: (method) => method.toUpperCase(),
    },
  },
  {
    name: 'include',
    setting: 'include',
    key: 'include',
    flag: '--include <glob>',
    help: 'only paths like this: /photos/**',
    parse: parsePathGlob,
    drops: 'unlisted',
    read: (facts, { readPath }) => readPath(facts),
    compile: compilePathGlobs,
  },
  {
    name: 'exclude',
    setting: 'exclude',
    key: 'exclude',
    flag: '--exclude <glob>',
    help: 'no paths like this: /admin/** or *.pdf',
    parse: parsePathGlob,
    drops: 'listed',
    read: (facts, { readPath }) => readPath(facts),
    compile: compilePathGlobs,
  },
  {
    name: 'static',
    setting: 'staticExtensions',
    key: 'static',
    known: {
      flag: '--skip-static',
      help: `no style sheets, scripts, fonts, images: ${STATIC_EXTENSIONS.join(' ')}`,
      texts: STATIC_EXTENSIONS,
    },
    flag: '--skip-extensions <list>',
    help: 'no paths that end so: css,js',
    parse: parseExtensions,
    drops: 'listed',
    read: (facts, { readPath }) => readPath(facts),
    compile: (extensions) => {
      const isListed = isIn(extensions);
      return (path) => isListed(getExtension(path));
    },
  },
  {
    name: 'referrer',
    setting: 'referrers',
    key: 'referrer',
    flag: '--skip-referrer <glob>',
    help: 'no requests from such a host, *.spam.example, or URL, https://spam.example/**',
    parse: parseReferrerGlob,
    drops: 'listed',
    read: (facts) => facts.referrer,
    compile: compileReferrerGlobs,
    request: { flag: '--referrer <url>', help: 'its referrer', fact: 'referrer' },
  },
  {
    name: 'remote host',
    setting: 'remoteHosts',
    key: 'remote_host',
    flag: '--skip-remote-host <list>',
    help: 'no requests of these clients: addresses, networks, names, as in 10.0.0.0/8,*.crawler.example',
    parse: parseRemoteHosts,
    drops: 'listed',
    read: (facts, { readClient }) => readClient(facts),
    compile: compileRemoteHosts,
    request: { flag: '--remote-host <address>', help: 'its client', fact: 'remoteHost' },
  },
  {
    name: 'bot',
    setting: 'bots',
    key: 'bots',
    flag: '--skip-bots',
    help: 'no robots, as their user agents tell',
    parse: null,
    drops: 'listed',
    read: (facts) => facts.userAgent,
    compile: createRobotTest,
    request: { flag: '--user-agent <text>', help: 'its user agent', fact: 'userAgent' },
  },
  {
    name: 'host',
    setting: 'hosts',
    key: 'host',
    flag: '--host <list>',
    help: 'only these virtual hosts: *.example.com',
    parse: parseHosts,
    drops: 'unlisted',
    read: (facts) => facts.virtualHost,
    compile: compileHostGlobs,
    request: {
      flag: '--host <name>',
      help: "its virtual host (default: the URL's host)",
      fact: 'virtualHost',
      parse: toHostName,
    },
  },
] as const satisfies readonly FilterDefinition[];

/** What the account calls a filter. */
export type FilterName = (typeof ROWS)[number]['name'];

/** In the order in which they are asked: the first that drops a line names it in the account. */
export const FILTERS: readonly FilterDefinition<FilterName>[] = ROWS;

/** What to filter, by the filters' settings; what is missing filters nothing. */
export type FilterSpec = Readonly<Record<string, FilterValue>>;

/** Makes a spec that has every filter, off if `get` returns undefined. */
export function createFilterSpec(get: (filter: FilterDefinition) => FilterValue | undefined): FilterSpec {
  return Object.fromEntries(
    FILTERS.map((filter) => [filter.setting, get(filter) ?? (filter.parse === null ? false : [])]),
  );
}

function isIn(texts: Iterable<string>): (text: string) => boolean {
  const listed = new Set(texts);
  return (text) => listed.has(text);
}
