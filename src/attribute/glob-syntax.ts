/**
 * Reads a glob: `*` within a segment, `**` over none, one or several segments, `?`, `[a-z]`, `[!a]`, `{a,b}`, and a backslash
 * before a character that means itself. What looks like more is refused, not guessed at.
 */
import { UsageError } from '../errors.js';

/** Whether a character, by its code point, may stand at a place. */
export type CharacterTest = (codePoint: number) => boolean;

export type GlobItem =
  | { readonly one: CharacterTest }
  /** Any number of such characters, also none. */
  | { readonly many: CharacterTest }
  | { readonly branches: readonly (readonly GlobItem[])[] };

const SLASH = 0x2f;
const isAny: CharacterTest = () => true;
const isNoSlash: CharacterTest = (codePoint) => codePoint !== SLASH;
const ANY_TEXT: GlobItem = { many: isAny };
const ANY_CHARACTER: GlobItem = { one: isNoSlash };
const ANY_OF_SEGMENT: GlobItem = { many: isNoSlash };
const A_SLASH: GlobItem = { one: (codePoint) => codePoint === SLASH };
const NOTHING: readonly GlobItem[] = [];

/** @throws UsageError if the text is no glob */
export function parseGlob(glob: string): readonly GlobItem[] {
  const parser = new GlobParser(glob);
  const items = parser.readSequence(false);
  // a path that ends in a slash is the same file or folder
  return /(?<!\\)(?:\*|\])$/.test(glob) ? [...items, { branches: [NOTHING, [A_SLASH]] }] : items;
}

class GlobParser {
  readonly #glob: string;
  readonly #characters: readonly string[];
  readonly #hasSlash: boolean;
  #at = 0;
  #openBraces = 0;

  constructor(glob: string) {
    this.#glob = glob;
    this.#characters = [...glob.replace(/\/\*\*(?:\/\*\*)+(?=\/|$)/g, '/**')];
    this.#hasSlash = glob.includes('/');
  }

  /** @param isBranch reads one branch of a brace, up to its end, else up to the end of the glob */
  readSequence(isBranch: boolean): readonly GlobItem[] {
    const items: GlobItem[] = [];
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (isBranch && (next === ',' || next === '}')) return items;
      items.push(...this.#readItems(next));
    }
    if (isBranch) throw this.#refuse(`its '{' is not closed`);
    return items;
  }

  #readItems(next: string): readonly GlobItem[] {
    if ('?*+@!'.includes(next) && this.#peek(1) === '(') {
      throw this.#refuse(
        `'${next}(' has no meaning here`,
        'write {a,b} for alternatives, and \\( for a parenthesis',
      );
    }
    if (next === '*') return this.#readStars();
    this.#at += 1;
    if (next === '/' && this.#peek() === '*') return this.#readSlashAndStars();
    if (next === '?') return [ANY_CHARACTER];
    if (next === '[') return [{ one: this.#readClass() }];
    if (next === ']') throw this.#refuse(`its ']' was not opened`, 'write \\] for a bracket');
    if (next === '{') return this.#readBraces();
    if (next === '\\' && this.#peek() !== undefined) return [toItem(this.#take())];
    return [toItem(next)];
  }

  /** `/**` at the end also stands for nothing, and `/**` before a slash for the slash alone. */
  #readSlashAndStars(): readonly GlobItem[] {
    const isGlobstar = this.#peek() === '*' && this.#peek(1) === '*' && this.#peek(2) !== '*';
    if (isGlobstar && this.#isEnd(this.#peek(2))) {
      this.#at += 2;
      return [{ branches: [NOTHING, [A_SLASH, ANY_TEXT]] }];
    }
    return [A_SLASH];
  }

  /** Stars, from the first on: a whole segment of two is over segments, as are two in a glob without a slash. */
  #readStars(): readonly GlobItem[] {
    const before = this.#characters[this.#at - 1];
    const from = this.#at;
    while (this.#peek() === '*') this.#at += 1;
    const count = this.#at - from;
    const isWhole =
      (before === undefined || before === '/') && (this.#peek() === '/' || this.#isEnd(this.#peek()));
    if (count === 2 && isWhole && this.#peek() === '/') {
      this.#at += 1;
      return [{ branches: [NOTHING, [ANY_TEXT, A_SLASH]] }];
    }
    if ((count === 2 && isWhole) || (count > 1 && !this.#hasSlash)) return [ANY_TEXT];
    return isWhole ? [ANY_CHARACTER, ANY_OF_SEGMENT] : [ANY_OF_SEGMENT];
  }

  #readBraces(): readonly GlobItem[] {
    const from = this.#at;
    this.#openBraces += 1;
    const branches = [this.readSequence(true)];
    while (this.#take() === ',') branches.push(this.readSequence(true));
    this.#openBraces -= 1;
    const inside = this.#characters.slice(from, this.#at - 1).join('');
    if (branches.length > 1) return [{ branches }];
    if (/^[^,]+\.\.[^,]+$/.test(inside)) {
      throw this.#refuse(`'{${inside}}' has no meaning here`, 'write {1,2,3} or [1-3]');
    }
    return [toItem('{'), ...(branches[0] ?? []), toItem('}')];
  }

  #readClass(): CharacterTest {
    const isNegated = this.#peek() === '!' || this.#peek() === '^';
    if (isNegated) this.#at += 1;
    const ranges: [number, number][] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      const first = this.#takeOfClass();
      const isRange = this.#peek() === '-' && this.#peek(1) !== ']';
      if (isRange) this.#at += 1;
      const last = isRange ? this.#takeOfClass() : first;
      if (last < first) throw this.#refuse('a range of its brackets is empty');
      ranges.push([first, last]);
    }
    this.#at += 1;
    return (codePoint) =>
      codePoint !== SLASH && ranges.some(([from, to]) => codePoint >= from && codePoint <= to) !== isNegated;
  }

  #takeOfClass(): number {
    const character = this.#take();
    return toCodePoint(character === '\\' && this.#peek() !== undefined ? this.#take() : character);
  }

  #isEnd(next: string | undefined): boolean {
    return next === undefined || (this.#openBraces > 0 && (next === ',' || next === '}'));
  }

  #peek(ahead = 0): string | undefined {
    return this.#characters[this.#at + ahead];
  }

  #take(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw this.#refuse(`its '[' is not closed`, 'write \\[ for a bracket');
    this.#at += 1;
    return character;
  }

  #refuse(why: string, hint?: string): UsageError {
    const message = `'${this.#glob}' is not a glob: ${why}`;
    return new UsageError(message, hint === undefined ? {} : { hint });
  }
}

function toItem(character: string): GlobItem {
  const wanted = toCodePoint(character);
  return { one: (codePoint) => codePoint === wanted };
}

function toCodePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
