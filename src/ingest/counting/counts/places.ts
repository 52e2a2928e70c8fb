/** The sites and objects of a log, each on a day, by number: what keys are counted for. */
import { toColumns } from './numbers.js';
import type { LogSources } from './sources.js';

/** An object of a line. */
export interface CountedObject {
  readonly contentType: string;
  readonly objectId: string;
}

export class Places {
  readonly #sources: LogSources;
  /** The source and the day, and of an object its id, as COPY wants them. */
  readonly #columns: string[] = [];
  readonly #days = new Map<string, Map<string, number>>();
  /** The objects of a site and day, by its number, then by content type. */
  readonly #objects: Map<string, ObjectPlaces>[] = [];
  readonly #months = new Set<string>();
  #last = { site: '', day: '', place: -1 };

  constructor(sources: LogSources) {
    this.#sources = sources;
  }

  get size(): number {
    return this.#columns.length;
  }

  /** The first days of the months that places were asked for: `2026-04-01`. */
  get months(): readonly string[] {
    return [...this.#months];
  }

  findSite(site: string, day: string): number {
    if (day === this.#last.day && site === this.#last.site) return this.#last.place;
    let sites = this.#days.get(day);
    if (sites === undefined) {
      sites = new Map();
      this.#days.set(day, sites);
      this.#months.add(`${day.slice(0, 'yyyy-mm'.length)}-01`);
    }
    let place = sites.get(site);
    if (place === undefined) {
      place = this.#columns.push(`${this.#sources.find(site, null)}\t${day}`) - 1;
      sites.set(site, place);
    }
    this.#last = { site, day, place };
    return place;
  }

  /** Finds an object of the site that `findSite` was asked for last. */
  findObject(site: number, { contentType, objectId }: CountedObject): number {
    let types = this.#objects[site];
    if (types === undefined) {
      types = new Map();
      this.#objects[site] = types;
    }
    let ofType = types.get(contentType);
    if (ofType === undefined) {
      ofType = { source: this.#sources.find(this.#last.site, contentType), places: new Map() };
      types.set(contentType, ofType);
    }
    const known = ofType.places.get(objectId);
    if (known !== undefined) return known;
    const place = this.#columns.push(`${ofType.source}\t${toColumns([objectId])}\t${this.#last.day}`) - 1;
    ofType.places.set(objectId, place);
    return place;
  }

  getColumns(place: number): string {
    return this.#columns[place] ?? '';
  }

  clear(): void {
    this.#columns.length = 0;
    this.#days.clear();
    this.#objects.length = 0;
    this.#last = { site: '', day: '', place: -1 };
  }
}

/** The numbers of a content type's objects on a day. */
interface ObjectPlaces {
  readonly source: bigint;
  readonly places: Map<string, number>;
}
