/**
 * Counts the requests of one log in the summaries beside the hits. Each part of a summary adds up in memory by place and key; when the
 * memory is full, and at the end, what was added up becomes rows for COPY. The database adds up the rows of one key.
 */
import type { Attribution } from '../../../attribute/attribution.js';
import type { CopyPiece } from '../../../database/copy.js';
import type { CountPart } from '../../../summaries/count-parts.js';
import type { Request } from '../hit.js';
import type { ScannedLine } from '../scanned-line.js';
import { type CountedPart, CountRows } from './count-rows.js';
import type { KeyKind, NumberedRequest } from './key-kind.js';
import { NO_KEY } from './numbers/numbers.js';
import { Tally } from './numbers/tally.js';
import { type CountedObject, Places } from './places.js';
import { RequestNumbers } from './request-numbers.js';
import type { LogSources } from './sources.js';

/** What was added up is written when some part has so many keys, or so many objects were requested: some 40 MB in all. */
const MAX_ENTRIES = 130_000;

/** All texts are forgotten then if there are so many numbers of one kind, or so many bytes of their texts. */
const MAX_NUMBERS = 260_000;
const MAX_TEXT_BYTES = 16_000_000;

/** Both are looked at once in so many requests. */
const CHECKED_REQUESTS = 512;

/** The place of a request that names no object, or of which none is counted. */
const NO_OBJECT = -1;

/** A kind of key, and the parts that are counted by it. */
interface CountedKind {
  readonly kind: KeyKind;
  readonly ofSite: readonly Tally[];
  readonly ofObjects: readonly Tally[];
}

export class RequestCounts {
  readonly #kinds: readonly CountedKind[];
  readonly #parts: readonly CountedPart[];
  readonly #numbers: RequestNumbers;
  readonly #hasObjectParts: boolean;
  readonly #places: Places;
  readonly #rows = new CountRows();
  /** Requests since the bounds were looked at. */
  #unchecked = 0;

  /** @param kinds each with the parts that it is the key of */
  constructor(
    kinds: ReadonlyMap<KeyKind, readonly CountPart[]>,
    readClient: Attribution['readClient'],
    sources: LogSources,
  ) {
    this.#parts = [...kinds].flatMap(([kind, parts]) =>
      parts.map((part) => ({ part, kind, tally: new Tally(part.hasBytes) })),
    );
    this.#kinds = [...kinds.keys()].map((kind) => {
      const list = (hasObjects: boolean) =>
        this.#parts
          .filter((each) => each.kind === kind && each.part.hasObjects === hasObjects)
          .map(({ tally }) => tally);
      return { kind, ofSite: list(false), ofObjects: list(true) };
    });
    const needs = new Set([...kinds.keys()].flatMap((kind) => kind.needs));
    this.#numbers = new RequestNumbers(needs, readClient);
    this.#hasObjectParts = this.#parts.some(({ part }) => part.hasObjects);
    this.#places = new Places(sources);
  }

  /** Requests in the rows of each part, by its number. Asked when all rows were taken. */
  get requests(): ReadonlyMap<number, number> {
    return this.#rows.requests;
  }

  /** The first days of the months of the rows: `2026-04-01`. */
  get months(): readonly string[] {
    return this.#places.months;
  }

  /** Rows of a table that were written so far. */
  countRows(target: string): number {
    return this.#rows.countRows(target);
  }

  /** Counts a request of a line that was parsed. @param object null if it names none */
  add(request: Request, object: CountedObject | null): void {
    const place = this.#places.findSite(request.site, request.day);
    const isCounted = object !== null && this.#hasObjectParts;
    const objectPlace = isCounted ? this.#places.findObject(object) : NO_OBJECT;
    this.#count(this.#numbers.ofParsed(request, place), objectPlace, request.facts.bytes);
  }

  /** Counts a request of a line that was scanned. */
  addScanned(line: ScannedLine): void {
    const { site, contentType } = line;
    const place = this.#places.findSite(site, line.day);
    const isCounted = contentType !== null && this.#hasObjectParts;
    const objectPlace = isCounted
      ? this.#places.findLoggedObject(contentType, line.source, line.idAt, line.idEnd)
      : NO_OBJECT;
    this.#count(this.#numbers.ofScanned(line, place), objectPlace, line.readBytes());
  }

  /** Counts a request by each kind of key. */
  #count(request: NumberedRequest, object: number, bytes: number | null): void {
    for (const { kind, ofSite, ofObjects } of this.#kinds) {
      if (ofSite.length === 0 && object === NO_OBJECT) continue;
      const key = kind.find(request);
      if (key === NO_KEY) continue;
      for (const tally of ofSite) tally.add(request.place, key, bytes);
      if (object !== NO_OBJECT) for (const tally of ofObjects) tally.add(object, key, bytes);
    }
    this.#unchecked += 1;
    if (this.#unchecked >= CHECKED_REQUESTS) this.#keepBounds();
  }

  #keepBounds(): void {
    this.#unchecked = 0;
    const remembersMuch = this.#remembersMuch();
    const hasMany =
      this.#places.objects.size >= MAX_ENTRIES || this.#parts.some(({ tally }) => tally.size >= MAX_ENTRIES);
    if (remembersMuch || hasMany) this.#write();
    if (remembersMuch) this.#forget();
  }

  #remembersMuch(): boolean {
    const { size, objects } = this.#places;
    const held = [
      ...this.#kinds.flatMap(({ kind }) => kind.listHeld()),
      ...this.#numbers.listHeld(),
      { size, bytes: objects.length },
    ];
    return held.some((each) => each.size >= MAX_NUMBERS || each.bytes >= MAX_TEXT_BYTES);
  }

  /** Takes the rows that were written; each is returned once. */
  take(): readonly CopyPiece[] {
    return this.#rows.take();
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    this.#write();
    return this.take();
  }

  /** Writes the rows of all that was added up. Texts are remembered, as most of them come again. */
  #write(): void {
    for (const part of this.#parts) {
      this.#rows.writePart(part, this.#places);
      part.tally.clear();
    }
    this.#places.objects.clear();
  }

  #forget(): void {
    for (const { kind } of this.#kinds) kind.clear();
    this.#numbers.clear();
    this.#places.clear();
  }
}
