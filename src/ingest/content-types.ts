/** The content types of one batch, numbered as they are met, so that a staged row carries a small number instead of a name. */
export class ContentTypes {
  readonly #site: string;
  readonly #keys = new Map<string, number>();

  constructor(site: string) {
    this.#site = site;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The number of a content type, a new one where it was not met before. */
  getKey(name: string): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = this.#keys.size;
    this.#keys.set(name, key);
    return key;
  }

  /** The dictionary as columns: keys, sites and names, of equal length. */
  toColumns(): { readonly keys: number[]; readonly sites: string[]; readonly names: string[] } {
    return {
      keys: [...this.#keys.values()],
      sites: Array.from(this.#keys, () => this.#site),
      names: [...this.#keys.keys()],
    };
  }
}
