/** The content types of one log, in the order in which they come. A staged row has the number of its type. */
export class ContentTypes {
  readonly sites: string[] = [];
  readonly names: string[] = [];
  readonly #firstKey: number;
  readonly #bySite = new Map<string, Map<string, number>>();

  /** @param firstKey the number of the first type: the logs before it in the same transaction have the smaller ones */
  constructor(firstKey: number) {
    this.#firstKey = firstKey;
  }

  /** The site of the content type that has a number. */
  getSite(key: number): string {
    return this.sites[key - this.#firstKey] ?? '';
  }

  /** The name of the content type that has a number. */
  getName(key: number): string {
    return this.names[key - this.#firstKey] ?? '';
  }

  /** The number of a content type of a site; a new one if it comes for the first time. */
  getKey(site: string, name: string): number {
    let ofSite = this.#bySite.get(site);
    if (ofSite === undefined) {
      ofSite = new Map();
      this.#bySite.set(site, ofSite);
    }
    const known = ofSite.get(name);
    if (known !== undefined) return known;
    this.sites.push(site);
    const key = this.#firstKey + this.names.push(name) - 1;
    ofSite.set(name, key);
    return key;
  }
}
