/** Reads an unfinished command line: what is given, and what the word at its end is going to be. */
import type { Argument, Command, Option } from 'commander';

/** A command line behind the name of the command, up to the cursor. */
export interface CommandLine {
  /** The options that are given: texts by their names, as commander calls them, and true for those without one. */
  readonly given: Readonly<Record<string, string | true>>;
  /** What the word at the end is: the value of an option, an option, or an argument; null if nothing can be there. */
  readonly place: Option | Argument | 'options' | null;
  /** The beginning of the value that is asked for. */
  readonly begun: string;
  /** Characters of the last word that stand before it: those of `--site=`. */
  readonly before: number;
}

/** @param words the last of them is the one that is asked for, maybe empty */
export function readCommandLine(command: Command, words: readonly string[]): CommandLine {
  const given: Record<string, string | true> = {};
  const last = words.at(-1) ?? '';
  let waiting: Option | null = null;
  let operands = 0;
  let hasEnded = false;
  for (const word of words.slice(0, -1)) {
    if (waiting !== null) {
      given[waiting.attributeName()] = word;
      waiting = null;
    } else if (word === '--' && !hasEnded) hasEnded = true;
    else if (hasEnded || !isOption(word)) operands += 1;
    else {
      const [option, value] = findOption(command, word);
      if (option === null) continue;
      if (value !== null) given[option.attributeName()] = value;
      else if (option.required) waiting = option;
      else given[option.attributeName()] = true;
    }
  }
  if (waiting !== null) return { given, place: waiting, begun: last, before: 0 };
  if (!hasEnded && last.startsWith('--') && last.includes('=')) {
    const [option, value] = findOption(command, last);
    const begun = value ?? '';
    return { given, place: option, begun, before: last.length - begun.length };
  }
  const argument = findArgument(command, operands);
  const isFlag = !hasEnded && (last.startsWith('-') || argument === null);
  return { given, place: isFlag ? 'options' : argument, begun: last, before: 0 };
}

/** A lone `-` is standard input. */
function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function findOption(command: Command, word: string): [option: Option | null, value: string | null] {
  const [, flag = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const option = command.options.find(({ long, short }) => flag === long || flag === short);
  return [option ?? null, value ?? null];
}

function findArgument(command: Command, position: number): Argument | null {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[position] ?? (last?.variadic ? last : null);
}

/**
 * Puts the words together that bash has cut at = and :, and takes their quotes away.
 *
 * @param pieces such as `--site`, `=`, `www`
 */
export function joinPieces(pieces: readonly string[]): readonly string[] {
  const words: string[] = [];
  let isOpen = false;
  for (const piece of pieces) {
    const isCut = /^[=:]+$/.test(piece);
    if (words.length > 0 && (isCut || isOpen)) words.push(`${words.pop()}${piece}`);
    else words.push(piece);
    isOpen = isCut;
  }
  return words.map(unquote);
}

/** What a shell makes of a word, but for expansions. */
export function unquote(word: string): string {
  return word.replace(
    /'([^']*)'?|"((?:[^"\\]|\\.)*)"?|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
