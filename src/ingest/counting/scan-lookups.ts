/** What the scanner looks up by bytes, so that it need not make a text of each line's day and content type. */
import { parseContentType } from '../../object-reference.js';

/** `14/Apr/2026` */
const DAY_BYTES = 11;

/** If a log has more names of content types, the lines with further ones are left to the expression. */
const MAX_TYPES = 512;
const TYPE_SLOTS = 4096;

/** Makes the reader of days. It is fast because most lines are of the same day as the line before. */
export function createDayReader(
  toDay: (text: string) => string | null,
): (bytes: Buffer, at: number) => string | null {
  const last = Buffer.alloc(DAY_BYTES);
  let day: string | null = null;
  return (bytes, at) => {
    for (let index = 0; index < DAY_BYTES; index += 1) {
      if (last[index] === bytes[at + index]) continue;
      bytes.copy(last, 0, at, at + DAY_BYTES);
      day = toDay(last.toString('latin1'));
      break;
    }
    return day;
  };
}

/** @returns a function that finds the number of a type's name, of which the hash is given; -1 if it is not certain of it */
export function createTypeFinder(
  getTypeKey: (name: string) => number,
): (bytes: Buffer, from: number, to: number, hash: number) => number {
  const slots = new Int32Array(TYPE_SLOTS);
  const types: { readonly name: Buffer; readonly key: number }[] = [];
  const learn = (bytes: Buffer, from: number, to: number, slot: number) => {
    const name = parseContentType(bytes.toString('latin1', from, to));
    if (typeof name !== 'string' || types.length === MAX_TYPES) return -1;
    const key = getTypeKey(name);
    slots[slot] = types.push({ name: Buffer.from(name, 'latin1'), key });
    return key;
  };
  return (bytes, from, to, hash) => {
    for (let slot = (hash >>> 8) % TYPE_SLOTS; ; slot = (slot + 1) % TYPE_SLOTS) {
      const type = types[(slots[slot] ?? 0) - 1];
      if (type === undefined) return learn(bytes, from, to, slot);
      if (isEqual(type.name, bytes, from, to)) return type.key;
    }
  };
}

function isEqual(name: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (name[index] !== bytes[from + index]) return false;
  }
  return true;
}
