/**
 * Matches globs in time linear in the text, whatever the glob and the text: all ways to match are followed at once (Thompson,
 * "Regular Expression Search Algorithm", 1968), and where they lead is remembered. A backtracking expression, which tries
 * one way after the other, takes minutes for `/**` three times over a path of 4,000 segments.
 */
import type { CharacterTest, GlobItem } from './glob-syntax.js';

/** Bound of what is remembered, in sets of places and the places in them; then all is forgotten. */
const MAX_KNOWN_PLACES = 100_000;
/** What a set counts for beside its places: it may lead to a further one by each character of ASCII. */
const PLACES_OF_SET = 64;
const ASCII = 0x80;

/** A place in a glob: what may stand there and where it leads, or without a test where else one is at the same time. */
interface Place {
  readonly test: CharacterTest | null;
  next: readonly number[];
}

/** All places that a beginning of a text can lead to. */
interface PlaceSet {
  readonly places: readonly number[];
  readonly isEnd: boolean;
  /** Where a character of ASCII leads, as far as it is known: by its code. */
  readonly next: (PlaceSet | undefined)[];
}

export class GlobMatcher {
  /** Places that were looked at so far, and characters: what a test bounds. */
  steps = 0;
  readonly #places: Place[] = [];
  readonly #end: number;
  readonly #start: readonly number[];
  #first: PlaceSet;
  #knownSets = new Map<string, PlaceSet>();
  #knownPlaces = 0;

  constructor(items: readonly GlobItem[]) {
    this.#end = this.#add({ test: null, next: [] });
    this.#start = [this.#addItems(items, this.#end)];
    this.#first = this.#toSet(this.#start);
  }

  /** How many places the glob has. */
  get size(): number {
    return this.#places.length;
  }

  test(text: string): boolean {
    let set = this.#first;
    let at = 0;
    while (at < text.length && set.places.length > 0) {
      const code = text.charCodeAt(at);
      at += 1;
      if (code < ASCII) set = set.next[code] ?? this.#step(set, code);
      else {
        const codePoint = text.codePointAt(at - 1) ?? 0;
        if (codePoint > 0xffff) at += 1;
        set = this.#step(set, codePoint);
      }
    }
    this.steps += at;
    return set.isEnd;
  }

  #step(set: PlaceSet, codePoint: number): PlaceSet {
    const reached: number[] = [];
    for (const index of set.places) {
      this.steps += 1;
      const place = this.#places[index];
      if (place?.test?.(codePoint) === true) reached.push(...place.next);
    }
    if (this.#knownPlaces > MAX_KNOWN_PLACES) this.#forget();
    const next = this.#toSet(reached);
    if (codePoint < ASCII) set.next[codePoint] = next;
    return next;
  }

  #forget(): void {
    this.#knownSets = new Map();
    this.#knownPlaces = 0;
    this.#first = this.#toSet(this.#start);
  }

  /** The places that are reached, and those that one is at then without a further character. */
  #toSet(reached: readonly number[]): PlaceSet {
    const seen = new Set<number>();
    const open = [...reached];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seen.has(index)) continue;
      this.steps += 1;
      seen.add(index);
      const place = this.#places[index];
      if (place?.test === null) open.push(...place.next);
    }
    const places = [...seen].sort((a, b) => a - b);
    const key = places.join();
    const known = this.#knownSets.get(key);
    if (known !== undefined) return known;
    const next: PlaceSet['next'] = new Array(ASCII).fill(undefined);
    const set = { places, isEnd: seen.has(this.#end), next };
    this.#knownSets.set(key, set);
    this.#knownPlaces += PLACES_OF_SET + places.length;
    return set;
  }

  #add(place: Place): number {
    return this.#places.push(place) - 1;
  }

  /** @returns the place where the items begin, which lead to `after` */
  #addItems(items: readonly GlobItem[], after: number): number {
    return items.reduceRight((next, item) => this.#addItem(item, next), after);
  }

  #addItem(item: GlobItem, after: number): number {
    if ('one' in item) return this.#add({ test: item.one, next: [after] });
    if ('branches' in item) {
      return this.#add({ test: null, next: item.branches.map((branch) => this.#addItems(branch, after)) });
    }
    const fork: Place = { test: null, next: [] };
    const start = this.#add(fork);
    fork.next = [after, this.#add({ test: item.many, next: [start] })];
    return start;
  }
}
