/** A kind of key that requests are counted by, such as the status or the referrer, and what decides the keys of a request. */
import type { Attribution } from '../../../attribute/attribution.js';
import type { Countries, NetworkBits } from '../../../audience/audience.js';
import { ALL_FACT_FIELDS, type WantedField } from '../../../parse/parse.js';
import type { Request } from '../hit.js';
import type { KeyNumbers } from './numbers.js';
import type { VisitorKeys } from './visitor-keys.js';

/** A request, and the numbers of its texts in this log. */
export interface NumberedRequest extends Request {
  /** The number of its site and day. */
  readonly place: number;
  readonly client: number;
  readonly agent: number;
  readonly referrer: number;
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

/** One kind of key. Numbers of keys hold until they are cleared. */
export interface KeyKind {
  /** Columns that a key has. */
  readonly width: number;
  /** What is remembered, in characters: of many texts that have one key, all of them. */
  readonly characters: number;
  /** Finds the number of a request's key; `NO_KEY` if it has none. */
  find(request: NumberedRequest): number;
  /** The columns of a key, as COPY wants them. */
  getColumns(number: number): string;
  /** Forgets all numbers. */
  clear(): void;
}

/** What the kinds of a log are made with. */
export interface KindSource {
  readonly settings: KeySettings;
  readonly readClient: Attribution['readClient'];
  readonly visitorKeys: VisitorKeys;
}

/** What a kind remembers of lines to find its keys by. */
interface Remembered {
  /** What it takes, in characters. */
  readonly characters: number;
  clear(): void;
}

/** Makes a kind of the function that finds the number of a key. @param others what it remembers beside the keys */
export function toKind(
  width: number,
  keys: KeyNumbers,
  find: KeyKind['find'],
  others: readonly Remembered[] = [],
): KeyKind {
  return {
    width,
    get characters() {
      let characters = keys.characters;
      for (const other of others) characters += other.characters;
      return characters;
    },
    find,
    getColumns: (number) => keys.getColumns(number),
    clear: () => {
      keys.clear();
      for (const other of others) other.clear();
    },
  };
}
