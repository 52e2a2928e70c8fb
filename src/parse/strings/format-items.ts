/**
 * What the format strings of all servers come down to: text and directives, in their order. Here each directive gets
 * the field that it fills; `field-kinds.ts` then decides how far its text reaches.
 */
import { UsageError } from '../../errors.js';
import type { FieldKey, FieldName, Piece, TimePieces } from '../lines/layout.js';
import { splitTexts } from '../times/strftime.js';
import {
  createToken,
  type Directive,
  type FormatItem,
  type PlacedItem,
  type TimeDirective,
} from './directive.js';
import { chooseKinds } from './field-kinds.js';
import { chooseTimes, type GivenTime, lacksYear } from './format-times.js';

/** The fields that the request line holds already. */
const PARTS_OF_REQUEST = ['method', 'target', 'query', 'protocol'] as const;

/**
 * Turns the items of a format string into the pieces of its lines.
 *
 * @throws UsageError if the format has no time, or two of its directives cannot be told apart
 */
export function toPieces(items: readonly FormatItem[], given: GivenTime): readonly Piece[] {
  const timed = chooseTimes(settlePorts(items), given);
  const pieces = chooseKinds(toOneLine(mergeTexts(placeFields(timed))));
  return given.year !== null && lacksYear(timed) ? [{ year: given.year }, ...pieces] : pieces;
}

/** `%v:%p` is host and port; any other port may be `-` and is no more than a token. */
function settlePorts(items: readonly FormatItem[]): readonly FormatItem[] {
  return items.map((item, index) => {
    if (!('shape' in item) || item.shape !== 'port') return item;
    const [host, colon] = [items[index - 2], items[index - 1]];
    const isAfterHost = host !== undefined && 'shape' in host && host.shape === 'host';
    if (!isAfterHost || colon === undefined || !('text' in colon) || colon.text !== ':')
      return { ...item, shape: 'token' };
    return { ...item, name: item.written.startsWith('%') ? 'port' : item.name };
  });
}

function placeFields(items: readonly FormatItem[]): readonly PlacedItem[] {
  const directives = items.filter((item) => 'shape' in item);
  const winners = chooseWinners(directives);
  const names = new Set<string>();
  const toExtra = (directive: Directive): FieldKey => {
    const name = findFreeName(directive, names);
    names.add(name);
    return `extra:${name}`;
  };
  return items.flatMap((item): readonly PlacedItem[] => {
    if ('text' in item) return [item];
    if ('time' in item) return placeTime(item, toExtra);
    const { field } = item;
    const isWinner = field !== null && winners.get(field) === item;
    return [{ directive: item, field: isWinner ? field : toExtra(item) }];
  });
}

/** The directive that fills each field: the best, and of equals the first. */
function chooseWinners(directives: readonly Directive[]): ReadonlyMap<FieldName, Directive> {
  const winners = new Map<FieldName, Directive>();
  for (const directive of directives) {
    if (directive.field === null) continue;
    const best = winners.get(directive.field);
    if (best === undefined || directive.rank < best.rank) winners.set(directive.field, directive);
  }
  // a request line says all of it, and nginx's $request_uri holds the query: neither must be there twice
  if (winners.has('request')) for (const field of PARTS_OF_REQUEST) winners.delete(field);
  if (winners.get('target')?.written.includes('request_uri')) winners.delete('query');
  return winners;
}

/** Its own name, else as written, else as written with a number. */
function findFreeName({ name, written }: Directive, taken: ReadonlySet<string>): string {
  let free = taken.has(name) ? written : name;
  for (let count = 2; taken.has(free); count += 1) free = `${written}#${count}`;
  return free;
}

/** The words in a time, such as the day of the week, are further fields; text at its ends is text of the format. */
function placeTime(item: TimeDirective, toExtra: (directive: Directive) => FieldKey): readonly PlacedItem[] {
  const placed: PlacedItem[] = [];
  let run: TimePieces[number][] = [];
  const endRun = () => {
    const { head, body, tail } = splitTexts(run);
    placed.push({ text: head });
    if (body.length > 0) placed.push({ written: item.written, time: body });
    placed.push({ text: tail });
    run = [];
  };
  for (const part of item.time) {
    if (typeof part === 'string' || 'part' in part) run.push(part);
    else {
      endRun();
      const word = createToken(item.written, part.word);
      placed.push({ directive: word, field: toExtra(word) });
    }
  }
  endRun();
  return placed;
}

function mergeTexts(items: readonly PlacedItem[]): readonly PlacedItem[] {
  const merged: PlacedItem[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    if (last !== undefined && 'text' in last && 'text' in item)
      merged[merged.length - 1] = { text: last.text + item.text };
    else if (!('text' in item) || item.text !== '') merged.push(item);
  }
  return merged;
}

/** The line end of the record itself is not part of its line. */
function toOneLine(items: readonly PlacedItem[]): readonly PlacedItem[] {
  const last = items.at(-1);
  const text = last !== undefined && 'text' in last ? last.text.replace(/[\r\n]+$/, '') : null;
  const line = text === null ? items : [...items.slice(0, -1), ...(text === '' ? [] : [{ text }])];
  if (!line.some((item) => 'text' in item && /[\r\n]/.test(item.text))) return line;
  throw new UsageError('--format: the format has several lines', {
    hint: 'give one format, whose records are one line each',
  });
}
