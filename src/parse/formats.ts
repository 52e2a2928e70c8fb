/**
 * The presets: one row a format. Help, detection, documents and tests all read this table;
 * a new format is a new row here and a folder of cases in `test/parse/cases`.
 */
import { UsageError } from '../errors.js';
import type { Piece } from './layout.js';

export interface LogFormat {
  readonly name: string;
  /** What a person calls it, for help and messages. */
  readonly summary: string;
  /** One line in the format, as a server writes it. */
  readonly example: string;
  readonly pieces: readonly Piece[];
}

/** Apache: `%h %l %u %t "%r" %>s %b` */
const COMMON: readonly Piece[] = [
  { field: 'remoteHost', kind: 'token' },
  { text: ' ' },
  { field: 'ident', kind: 'token' },
  { text: ' ' },
  { field: 'user', kind: 'words' },
  { text: ' [' },
  { field: 'time', kind: 'time' },
  { text: '] "' },
  { field: 'request', kind: 'quoted' },
  { text: '" ' },
  { field: 'status', kind: 'status' },
  { text: ' ' },
  { field: 'bytes', kind: 'size' },
];

/** Apache: common and `"%{Referer}i" "%{User-agent}i"`; nginx writes its `combined` alike. */
const COMBINED: readonly Piece[] = [
  ...COMMON,
  { text: ' "' },
  { field: 'referrer', kind: 'quoted' },
  { text: '" "' },
  { field: 'userAgent', kind: 'quoted' },
  { text: '"' },
];

/** Apache: `%{X-Content-Type-ID}o %{X-Object-ID}o`; both may be missing, so that older lines still parse. */
const OBJECT_FIELDS: Piece = {
  optional: [
    { text: ' ' },
    { field: 'contentType', kind: 'token' },
    { text: ' ' },
    { field: 'objectId', kind: 'token' },
  ],
};

const EXAMPLE_COMMON = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/ HTTP/1.1" 200 5120';
const EXAMPLE_COMBINED = `${EXAMPLE_COMMON} "-" "Mozilla/5.0"`;

export const DEFAULT_FORMAT_NAME = 'combined_ids';

export const FORMATS: readonly LogFormat[] = [
  {
    name: DEFAULT_FORMAT_NAME,
    summary: 'combined, then content type and object id (each may be -, both may be missing)',
    example: `${EXAMPLE_COMBINED} 7 1234`,
    pieces: [...COMBINED, OBJECT_FIELDS],
  },
  {
    name: 'combined',
    summary: "Apache's and nginx's combined format",
    example: EXAMPLE_COMBINED,
    pieces: COMBINED,
  },
  {
    name: 'common',
    summary: 'the common log format, without referrer and user agent',
    example: EXAMPLE_COMMON,
    pieces: COMMON,
  },
  {
    name: 'vhost_combined',
    summary: 'combined after the virtual host, with or without its port',
    example: `www.example.com:80 ${EXAMPLE_COMBINED}`,
    pieces: [
      { field: 'virtualHost', kind: 'host' },
      { optional: [{ text: ':' }, { field: 'port', kind: 'port' }] },
      { text: ' ' },
      ...COMBINED,
    ],
  },
];

/** @throws UsageError where no preset has the name; the hint lists those there are. */
export function getFormat(name: string): LogFormat {
  const format = FORMATS.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  throw new UsageError(`--format: there is no log format '${name}'`, {
    hint: `choose one of ${FORMATS.map((each) => each.name).join(', ')}`,
  });
}
