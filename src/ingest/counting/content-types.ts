/** The content types of one batch, numbered in the order in which they come, so that a staged row has a small number instead of a name. */
export class ContentTypes {
  readonly #bySite = new Map<string, Map<string, number>>();
  #size = 0;

  get size(): number {
    return this.#size;
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
    const key = this.#size;
    this.#size += 1;
    ofSite.set(name, key);
    return key;
  }

  /** The dictionary as columns: keys, sites and names, of equal length. */
  toColumns(): { readonly keys: number[]; readonly sites: string[]; readonly names: string[] } {
    const rows = [...this.#bySite].flatMap(([site, names]) =>
      [...names].map(([name, key]) => ({ site, name, key })),
    );
    return {
      keys: rows.map((row) => row.key),
      sites: rows.map((row) => row.site),
      names: rows.map((row) => row.name),
    };
  }
}
