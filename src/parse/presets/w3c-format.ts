/**
 * W3C extended logs, whose `#Fields` line says what follows: IIS (spaces) and CloudFront (tabs). Times are in UTC
 * (https://www.w3.org/TR/WD-logfile.html). A further `#Fields` line changes the fields from there on. Lines before the first
 * one cannot be read, so a caller that begins in the middle of a log has to hand over the last `#Fields` line before it.
 */
import { decodePlain, readHexByte } from '../lines/escapes.js';
import type { FieldKey, FieldName } from '../lines/layout.js';
import type { Extra, LineReader, LineValues, Wanted } from '../lines/line-reader.js';
import { createNamedFields, MAX_EXTRAS, type NamedFields } from '../lines/named-fields.js';
import { UNEXPECTED } from '../lines/reject.js';

/** Of several names of one field the first is read, the others are further fields. */
const NAMES: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  // in CloudFront cs(Host) is the distribution's own name
  virtualHost: ['x-host-header', 'cs-host', 'cs(host)'],
  remoteHost: ['c-ip', 'c-dns'],
  user: ['cs-username', 'cs(username)'],
  method: ['cs-method'],
  target: ['cs-uri', 'cs-uri-stem'],
  query: ['cs-uri-query'],
  protocol: ['cs-version', 'cs-protocol-version'],
  status: ['sc-status'],
  bytes: ['sc-bytes', 'bytes'],
  referrer: ['cs(referer)', 'cs-referer'],
  userAgent: ['cs(user-agent)', 'cs-user-agent'],
  contentType: ['sc(x-content-type-id)', 'sc(x-jl6-cid)', 'x-content-type-id'],
  objectId: ['sc(x-object-id)', 'sc(x-jl6-oid)', 'x-object-id'],
};

const FORWARDED_FOR: ReadonlySet<string> = new Set(['x-forwarded-for', 'cs(x-forwarded-for)']);

const FIELDS_DIRECTIVE = /^#Fields:(.*)$/is;

/** A value in quotes, a quote in it doubled, or a word. */
const QUOTED_OR_WORD = /"(?:[^"]|"")*"(?= |$)|[^ ]+/g;

/** The columns that the last `#Fields` line named. */
interface Columns {
  readonly names: readonly string[];
  /** The position of each column in the values; -1 if it is not wanted. */
  readonly positions: readonly number[];
  readonly extras: readonly Extra[];
  readonly dayAt: number;
  readonly clockAt: number;
  /** Seconds since 1970, instead of a date and a time. */
  readonly epochAt: number;
  readonly valueCount: number;
}

/** Makes the reader of one input. The first 100 further fields of a `#Fields` line are delivered. */
export function createW3cReader(wanted: Wanted): LineReader {
  const named = createNamedFields(wanted, ['extra:X-Forwarded-For']);
  let columns: Columns | null = null;
  return {
    read(line) {
      if (columns === null) return UNEXPECTED;
      const { names } = columns;
      const texts = splitLine(line, names.length);
      const missing = names[texts.length];
      if (missing !== undefined) return { reject: 'line ends early', field: missing };
      if (texts.length > names.length) return { reject: 'trailing text', field: null };
      const values = toValues(texts, columns, named, line.includes('\t'));
      return named.check(values) ?? values;
    },
    getPosition: named.getPosition,
    getExtras: () => columns?.extras ?? named.extras,
    hasFixedFields: false,
    readDay: named.readDay,
    readTime: named.readTime,
    decode: decodePlain,
    readDirective(line) {
      const names = FIELDS_DIRECTIVE.exec(line)?.[1]?.trim();
      if (names !== undefined) columns = toColumns(names === '' ? [] : names.split(/[\t ]+/), named);
    },
  };
}

function toColumns(names: readonly string[], named: NamedFields): Columns {
  const lower = names.map((name) => name.toLowerCase());
  const fieldOfName = new Map<string, FieldKey>();
  for (const [field, candidates] of Object.entries(NAMES) as [FieldName, readonly string[]][]) {
    const name = candidates.find((candidate) => lower.includes(candidate));
    if (name !== undefined) fieldOfName.set(name, field);
  }
  const dayAt = lower.indexOf('date');
  const clockAt = lower.indexOf('time');
  const epochAt = lower.indexOf('timestamp');
  const extras: Extra[] = [...named.extras];
  let valueCount = named.firstFree;
  const positions = names.map((name, at) => {
    const text = lower[at] ?? '';
    if (at === dayAt || at === clockAt || at === epochAt) return -1;
    const field = fieldOfName.get(text);
    // a name that comes again is a further field
    if (field !== undefined && lower.indexOf(text) === at) return named.getPosition(field);
    const own = named.getPosition(FORWARDED_FOR.has(text) ? 'extra:X-Forwarded-For' : `extra:${name}`);
    if (own !== -1 || !named.wantsAllExtras || extras.length >= MAX_EXTRAS) return own;
    extras.push({ name, position: valueCount });
    valueCount += 1;
    return valueCount - 1;
  });
  return { names, positions, extras, dayAt, clockAt, epochAt, valueCount };
}

function splitLine(line: string, columns: number): readonly string[] {
  if (line.includes('\t')) return line.split('\t').map(unquote);
  const texts = line.trimEnd().split(' ');
  if (texts.length === columns || !line.includes('"')) return texts;
  return (line.match(QUOTED_OR_WORD) ?? []).map(unquote);
}

function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replaceAll('""', '"');
}

/** The fields that CloudFront encodes, beside the path and query, and those in which IIS replaces spaces. */
const TABBED_TEXTS: readonly FieldKey[] = ['userAgent', 'extra:X-Forwarded-For'];
const SPACED_TEXTS: readonly FieldKey[] = ['userAgent', 'referrer'];

function toValues(
  texts: readonly string[],
  columns: Columns,
  named: NamedFields,
  isTabbed: boolean,
): LineValues {
  const values = new Array<string | undefined>(columns.valueCount).fill(undefined);
  for (const [at, text] of texts.entries()) {
    const position = columns.positions[at] ?? -1;
    if (position !== -1) values[position] = text;
  }
  const { dayAt, clockAt, epochAt } = columns;
  const isEpoch = dayAt === -1 && epochAt !== -1;
  values[named.getPosition('time')] = isEpoch
    ? texts[epochAt]
    : `${texts[dayAt] ?? ''}T${texts[clockAt] ?? ''}Z`;
  // IIS writes the spaces of a header as plus signs
  const decode = isTabbed ? decodePercents : (text: string) => text.replaceAll('+', ' ');
  for (const field of isTabbed ? TABBED_TEXTS : SPACED_TEXTS) {
    const position = named.getPosition(field);
    const text = values[position];
    if (text !== undefined) values[position] = decode(text);
  }
  // `cs-uri` has its query already
  if (values[named.getPosition('target')]?.includes('?')) values[named.getPosition('query')] = undefined;
  return values;
}

/** CloudFront encodes the bytes of a header, in older logs twice: `%20` and `%2520` are a space. */
function decodePercents(text: string): string {
  return text.replace(/%(?:25)?([0-9A-Fa-f]{2})/g, (_, hex: string) => readHexByte(hex));
}
