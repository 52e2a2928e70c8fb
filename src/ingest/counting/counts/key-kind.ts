/** A kind of key that requests are counted by, such as the status or the referrer, and what decides the keys of a request. */
import type { Attribution } from '../../../attribute/attribution.js';
import type { Countries, NetworkBits } from '../../../audience/audience.js';
import { ALL_FACT_FIELDS, type LineFacts, type WantedField } from '../../../parse/parse.js';
import { type Held, KeyNumbers, NO_KEY } from './numbers/numbers.js';
import type { VisitorKeys } from './visitor-keys.js';

/** The facts that keys follow from. Each may have to be decoded, so it is read only if its number is new. */
export type KeyFacts = Omit<LineFacts, 'user' | 'bytes' | 'time'>;

/** What requests can be numbered by; a kind says which numbers it needs. */
export type NumberedField = 'client' | 'agent' | 'referrer' | 'method' | 'hour';

/** A request, and the numbers of its texts in this log. */
export interface NumberedRequest extends Readonly<Record<NumberedField, number>> {
  readonly facts: KeyFacts;
  readonly site: string;
  /** `2026-04-14` */
  readonly day: string;
  /** The number of its site and day. */
  readonly place: number;
  /** -1 if the line does not tell it. */
  readonly status: number;
  /** -1 if the line does not tell it. */
  readonly hour: number;
}

/** What decides the keys of a request. */
export interface KeySettings {
  /** The names of the summaries: `statuses`. */
  readonly summaries: readonly string[];
  /** Hosts whose pages are the site's own, beside the virtual host of the line. */
  readonly ownHosts: readonly string[];
  /** Bits of an address that tell its network. */
  readonly networkBits: NetworkBits;
  /** Null if no file tells the country of an address. */
  readonly countries: Countries | null;
  /** The further field of the format that tells a visitor's id; null if address and agent tell visitors apart. */
  readonly visitorIdField: string | null;
  /** The further field of the format that tells the title of a line's object; null if none does. */
  readonly titleField: string | null;
  /** Names of parameters, headers and fields whose values are secrets. */
  readonly secretNames: readonly string[];
}

/** The fields of a line that some summaries need. */
export function listKeyFields({ visitorIdField, titleField }: KeySettings): Iterable<WantedField> {
  const further = [visitorIdField, titleField].filter((field) => field !== null);
  return [...ALL_FACT_FIELDS, ...further.map((field) => `extra:${field}` as const)];
}

/** How a kind of key is found. */
interface KeyRule {
  /** Columns that a key has. */
  readonly width: number;
  readonly needs: readonly NumberedField[];
  /** Finds the number that the key follows from, such as that of the referrer; `NO_KEY` if the request has no key. Asked for each request. */
  readonly findOrigin: (request: NumberedRequest) => number;
  /** Makes the columns of a key. Asked once for each number; null if it is no key. */
  readonly toKey: (request: NumberedRequest) => string | null;
  /** The numbers that `findOrigin` gives. */
  readonly origins?: readonly Numbers[];
}

/** Numbers that are remembered of a log until they are cleared. */
interface Numbers {
  readonly held: Held;
  clear(): void;
}

/** One kind of key. Numbers of keys hold until they are cleared. */
export interface KeyKind extends Pick<KeyRule, 'width' | 'needs'> {
  readonly keys: KeyNumbers;
  /** What it remembers. */
  listHeld(): readonly Held[];
  /** Finds the number of a request's key; `NO_KEY` if it has none. */
  find(request: NumberedRequest): number;
  /** Forgets all numbers. */
  clear(): void;
}

/** What the kinds of a log are made with. */
export interface KindSource {
  readonly settings: KeySettings;
  readonly readClient: Attribution['readClient'];
  readonly visitorKeys: VisitorKeys;
}

/** Makes a kind of a rule. What follows from a number is remembered. */
export function toKind({ width, needs, findOrigin, toKey, origins = [] }: KeyRule): KeyKind {
  const keys = new KeyNumbers();
  const all = [keys, ...origins];
  return {
    width,
    needs,
    keys,
    find: (request) => {
      const origin = findOrigin(request);
      if (origin === NO_KEY) return NO_KEY;
      return keys.find(origin) ?? keys.learn(origin, toKey(request));
    },
    listHeld: () => all.map(({ held }) => held),
    clear: () => {
      for (const numbers of all) numbers.clear();
    },
  };
}
