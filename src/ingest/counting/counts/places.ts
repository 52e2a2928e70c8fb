/** The sites and objects of a log, each on a day, by number: what keys are counted for. */
import { escapeCopyText } from '../../../database/copy.js';
import { type ByteSource, ByteTexts } from './numbers/byte-texts.js';
import type { LogSources } from './sources.js';

/** An object of a line. */
export interface CountedObject {
  readonly contentType: string;
  readonly objectId: string;
}

/** A site or a content type of it on a day, with its bytes as COPY wants them. */
interface Place {
  /** The number of its source, and a tab. */
  readonly before: Buffer;
  /** The day. */
  readonly day: Buffer;
}

export class Places {
  /** Ids of objects as COPY wants them; the group of each is the number of its type. */
  readonly objects = new ByteTexts();
  readonly #sources: LogSources;
  readonly #sites: Place[] = [];
  readonly #days = new Map<string, Map<string, number>>();
  readonly #types: Place[] = [];
  /** The types of a site and day, by its number. */
  readonly #typesOfSite: Map<string, number>[] = [];
  readonly #months = new Set<string>();
  #last = { site: '', day: '', place: -1 };

  constructor(sources: LogSources) {
    this.#sources = sources;
  }

  /** Sites and types, each on a day. */
  get size(): number {
    return this.#sites.length + this.#types.length;
  }

  /** The first days of the months that places were asked for: `2026-04-01`. */
  get months(): readonly string[] {
    return [...this.#months];
  }

  /** The number of a site on a day. */
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
      place = this.#sites.push(toPlace(this.#sources.find(site, null), day)) - 1;
      this.#typesOfSite.push(new Map());
      sites.set(site, place);
    }
    this.#last = { site, day, place };
    return place;
  }

  /** The number of an object of the site that `findSite` was asked for last. */
  findObject({ contentType, objectId }: CountedObject): number {
    return this.objects.findText(escapeCopyText(objectId), this.#findType(contentType));
  }

  /** The same of an id that stands in a line as COPY wants it. */
  findLoggedObject(contentType: string, source: ByteSource, from: number, to: number): number {
    return this.objects.find(source, from, to, this.#findType(contentType));
  }

  #findType(contentType: string): number {
    const { site, day, place } = this.#last;
    const types = this.#typesOfSite[place];
    const known = types?.get(contentType);
    if (known !== undefined) return known;
    const type = this.#types.push(toPlace(this.#sources.find(site, contentType), day)) - 1;
    types?.set(contentType, type);
    return type;
  }

  getSite(place: number): Place {
    return getPlace(this.#sites, place);
  }

  /** The content type of an object. */
  getType(object: number): Place {
    return getPlace(this.#types, this.objects.getGroup(object));
  }

  /** Forgets all numbers. */
  clear(): void {
    this.objects.clear();
    this.#sites.length = 0;
    this.#types.length = 0;
    this.#typesOfSite.length = 0;
    this.#days.clear();
    this.#last = { site: '', day: '', place: -1 };
  }
}

function toPlace(source: bigint, day: string): Place {
  return { before: Buffer.from(`${source}\t`), day: Buffer.from(day) };
}

function getPlace(places: readonly Place[], number: number): Place {
  const place = places[number];
  if (place === undefined) throw new Error(`there is no place ${number}`);
  return place;
}
