/**
 * Counts the requests of one log in the summaries beside the hits. Each part of a summary adds up in memory by place and key; when the
 * memory is full, and at the end, what was added up becomes rows for COPY. The database adds up the rows of one key.
 */
import type { Attribution } from '../../../attribute/attribution.js';
import type { CopyPiece } from '../../../database/copy.js';
import { NO_FACTS } from '../../../parse/parse.js';
import type { CountPart } from '../../../summaries/count-parts.js';
import { OBJECT_COUNT_TARGET, SITE_COUNT_TARGET } from '../../../summaries/counts.js';
import type { Request } from '../hit.js';
import type { KeyKind } from './key-kind.js';
import { NO_KEY, TextNumbers } from './numbers.js';
import { type CountedObject, Places } from './places.js';
import type { LogSources } from './sources.js';
import { Tally } from './tally.js';

/** What is added up is written when some part has so many keys, or its texts so many characters: some 60 MB in all. */
const MAX_ENTRIES = 131_072;
const MAX_CHARACTERS = 8_388_608;

/** Rows become pieces of about so many characters. */
const PIECE_CHARACTERS = 131_072;

/** Columns for keys in the rows of sites and of objects. */
const SITE_KEYS = 4;
const OBJECT_KEYS = 3;

interface CountedPart {
  readonly part: CountPart;
  readonly tally: Tally;
  readonly kind: KeyKind;
}

/** A kind of key, and the parts that are counted by it. */
interface CountedKind {
  readonly kind: KeyKind;
  readonly ofSite: readonly Tally[];
  readonly ofObjects: readonly Tally[];
}

export class RequestCounts {
  /** Rows that were written so far, by their table. */
  readonly #rowCounts = new Map<string, number>();
  /** Requests in the rows of each part, by its number. */
  readonly requests = new Map<number, number>();
  readonly #readClient: Attribution['readClient'];
  readonly #kinds: readonly CountedKind[];
  readonly #parts: readonly CountedPart[];
  readonly #clients = new TextNumbers();
  readonly #agents = new TextNumbers();
  readonly #referrers = new TextNumbers();
  readonly #numbered = { facts: NO_FACTS, site: '', day: '', place: 0, client: 0, agent: 0, referrer: 0 };
  readonly #hasObjectParts: boolean;
  readonly #places: Places;
  #rows: CopyPiece[] = [];

  /** @param kinds each with the parts that it is the key of */
  constructor(
    kinds: ReadonlyMap<KeyKind, readonly CountPart[]>,
    readClient: Attribution['readClient'],
    sources: LogSources,
  ) {
    this.#readClient = readClient;
    this.#parts = [...kinds].flatMap(([kind, parts]) =>
      parts.map((part) => ({ part, kind, tally: new Tally() })),
    );
    this.#kinds = [...new Set(this.#parts.map(({ kind }) => kind))].map((kind) => {
      const list = (hasObjects: boolean) =>
        this.#parts
          .filter((each) => each.kind === kind && each.part.hasObjects === hasObjects)
          .map(({ tally }) => tally);
      return { kind, ofSite: list(false), ofObjects: list(true) };
    });
    this.#hasObjectParts = this.#parts.some(({ part }) => part.hasObjects);
    this.#places = new Places(sources);
  }

  /** The first days of the months of the rows: `2026-04-01`. */
  get months(): readonly string[] {
    return this.#places.months;
  }

  /** Rows of a table that were written so far. */
  countRows(target: string): number {
    return this.#rowCounts.get(target) ?? 0;
  }

  /** Counts a request. @param object null if it names none */
  add(request: Request, object: CountedObject | null): void {
    const { facts } = request;
    const place = this.#places.findSite(request.site, request.day);
    // one for all, as an object for each line would keep the garbage collector busy
    const numbered = this.#numbered;
    numbered.facts = facts;
    numbered.site = request.site;
    numbered.day = request.day;
    numbered.place = place;
    numbered.client = this.#clients.find(this.#readClient(facts));
    numbered.agent = this.#agents.find(facts.userAgent);
    numbered.referrer = this.#referrers.find(facts.referrer);
    const isCounted = object !== null && this.#hasObjectParts;
    const objectPlace = isCounted ? this.#places.findObject(place, object) : -1;
    const bytes = facts.bytes;
    for (const { kind, ofSite, ofObjects } of this.#kinds) {
      if (ofSite.length === 0 && !isCounted) continue;
      const key = kind.find(numbered);
      if (key === NO_KEY) continue;
      for (const tally of ofSite) tally.add(place, key, bytes);
      if (isCounted) for (const tally of ofObjects) tally.add(objectPlace, key, bytes);
    }
    if (this.#isFull()) this.#write();
  }

  #isFull(): boolean {
    for (const { tally, kind } of this.#parts)
      if (tally.size >= MAX_ENTRIES || kind.characters >= MAX_CHARACTERS) return true;
    return (
      this.#clients.characters + this.#agents.characters + this.#referrers.characters >= MAX_CHARACTERS ||
      this.#places.size >= MAX_ENTRIES
    );
  }

  /** Takes the rows that were written; each is returned once. */
  take(): readonly CopyPiece[] {
    return this.#rows.splice(0);
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    this.#write();
    return this.take();
  }

  #write(): void {
    for (const part of this.#parts) this.#writePart(part);
    for (const { tally } of this.#parts) tally.clear();
    for (const { kind } of this.#kinds) kind.clear();
    for (const texts of [this.#clients, this.#agents, this.#referrers]) texts.clear();
    this.#places.clear();
  }

  #writePart({ part, tally, kind }: CountedPart): void {
    const { number, hasObjects, hasBytes } = part;
    const target = hasObjects ? OBJECT_COUNT_TARGET : SITE_COUNT_TARGET;
    const missing = '\t\\N'.repeat((hasObjects ? OBJECT_KEYS : SITE_KEYS) - kind.width);
    const separator = kind.width === 0 ? '' : '\t';
    let requests = 0;
    let text = '';
    for (let entry = 0; entry < tally.size; entry += 1) {
      const place = this.#places.getColumns(tally.getPlace(entry));
      const key = kind.getColumns(tally.getKey(entry));
      const bytes = (hasBytes ? tally.getBytes(entry) : null) ?? '\\N';
      requests += tally.getRequests(entry);
      text += `${number}\t${place}${separator}${key}${missing}\t${tally.getRequests(entry)}\t${bytes}\n`;
      if (text.length < PIECE_CHARACTERS) continue;
      this.#rows.push({ target, text: Buffer.from(text) });
      text = '';
    }
    if (text !== '') this.#rows.push({ target, text: Buffer.from(text) });
    this.#rowCounts.set(target, this.countRows(target) + tally.size);
    this.requests.set(number, (this.requests.get(number) ?? 0) + requests);
  }
}
