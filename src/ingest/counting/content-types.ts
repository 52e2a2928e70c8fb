/** The content types of one batch, in the order in which they come. A staged row has the place of its type in these lists. */
export class ContentTypes {
  readonly sites: string[] = [];
  readonly names: string[] = [];
  readonly #bySite = new Map<string, Map<string, number>>();

  /** The number of a content type of a site, its place in the lists; a new one if it comes for the first time. */
  getKey(site: string, name: string): number {
    let ofSite = this.#bySite.get(site);
    if (ofSite === undefined) {
      ofSite = new Map();
      this.#bySite.set(site, ofSite);
    }
    const known = ofSite.get(name);
    if (known !== undefined) return known;
    this.sites.push(site);
    const key = this.names.push(name) - 1;
    ofSite.set(name, key);
    return key;
  }
}
