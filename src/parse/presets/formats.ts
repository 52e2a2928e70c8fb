/**
 * The presets: one row a format. Help, detection, documents and tests all read this table;
 * a new format is a new row here and a folder of cases in `test/parse/cases`.
 */
import { UsageError } from '../../errors.js';
import type { Piece } from '../lines/layout.js';
import { createPatternReader, type LogFormat } from '../lines/line-reader.js';
import {
  DEFAULT_OBJECT_FIELDS,
  isFormatString,
  type ObjectFields,
  parseFormatString,
} from '../strings/format-string.js';
import { createCloudFrontReader } from './cloudfront-format.js';
import { JSON_LINES, LTSV } from './labelled-formats.js';
import { createLabelledReader, type GivenLabels } from './labelled-values.js';
import { PRODUCT_FORMATS } from './product-formats.js';
import { optional, parseTemplate } from './template.js';
import { createW3cReader } from './w3c-format.js';
import { createTimedSyslog, listTimedPieces, WRAPPERS, type Wrapper, wrapFormat } from './wrappers.js';

/** The options that change how a format is resolved. */
export interface FormatOptions {
  /** The headers or variables that carry content type and object id. */
  readonly objectFields: ObjectFields;
  /** Keys of JSON lines by the field that they fill, before those that are known. */
  readonly jsonFields: GivenLabels;
  /** The year of dates that have none, four digits; null if it was not said. */
  readonly year: string | null;
}

export const DEFAULT_FORMAT_OPTIONS: FormatOptions = {
  objectFields: DEFAULT_OBJECT_FIELDS,
  jsonFields: new Map(),
  year: null,
};

export const DEFAULT_FORMAT_NAME = 'combined_ids';

/** The name that asks for the format to be found out from the first lines of each input. */
export const AUTO_FORMAT_NAME = 'auto';

const COMMON = parseFormatString('%h %l %u %t "%r" %>s %b', DEFAULT_OBJECT_FIELDS);
const COMBINED = parseTemplate(...COMMON, ' "<referrer quoted>" "<userAgent quoted>"');

/** Both ids may be missing, so that older lines, from before the log had them, still parse. */
const COMBINED_IDS = parseTemplate(...COMBINED, optional(' <contentType> <objectId>'));
const FORWARDED_FOR = parseTemplate(' ', optional('"'), '<X-Forwarded-For list>', optional('"'));

const EXAMPLE_COMMON = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/ HTTP/1.1" 200 5120';
const EXAMPLE_COMBINED = `${EXAMPLE_COMMON} "-" "Mozilla/5.0"`;

/** The virtual host before a line, with or without its port. */
const HOST_AND_PORT = parseTemplate('<virtualHost host>', optional(':<port port>'), ' ');

/** The formats that are read from every input as they are; `json` and `ltsv` depend on the options. */
const FIXED_FORMATS: readonly LogFormat[] = [
  {
    name: DEFAULT_FORMAT_NAME,
    summary: 'combined, then content type and object id (each may be -, both may be missing)',
    example: `${EXAMPLE_COMBINED} 7 1234`,
    createReader: (wanted) => createPatternReader(COMBINED_IDS, wanted),
  },
  {
    name: 'combined',
    summary: "Apache's and nginx's combined format",
    example: EXAMPLE_COMBINED,
    createReader: (wanted) => createPatternReader(COMBINED, wanted),
  },
  {
    name: 'common',
    summary: 'the common log format, without referrer and user agent',
    example: EXAMPLE_COMMON,
    createReader: (wanted) => createPatternReader(COMMON, wanted),
  },
  {
    name: 'vhost_combined',
    summary: 'combined after the virtual host, with or without its port',
    example: `www.example.com:80 ${EXAMPLE_COMBINED}`,
    createReader: (wanted) => createPatternReader([...HOST_AND_PORT, ...COMBINED], wanted),
  },
  {
    name: 'vhost_common',
    summary: 'common after the virtual host, with or without its port',
    example: `www.example.com ${EXAMPLE_COMMON}`,
    createReader: (wanted) => createPatternReader([...HOST_AND_PORT, ...COMMON], wanted),
  },
  {
    name: 'combined_forwarded',
    summary: 'combined, then one more field, quoted or not: X-Forwarded-For as in nginx\'s "main"',
    example: `${EXAMPLE_COMBINED} "198.51.100.7"`,
    createReader: (wanted) => createPatternReader([...COMBINED, ...FORWARDED_FOR], wanted),
  },
  {
    name: 'cloudfront',
    summary: "CloudFront's standard log, of any age, with its #Fields line or not",
    example:
      '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query\n2026-04-14\t08:22:31\tFRA56-P1\t5120\t203.0.113.9\tGET\td111111abcdef8.cloudfront.net\t/photos/1234/\t200\t-\tMozilla/5.0\t-',
    createReader: createCloudFrontReader,
  },
  {
    name: 'w3c',
    summary: 'W3C extended log with a #Fields line: IIS',
    example:
      '#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-04-14 08:22:31 203.0.113.9 GET /photos/1234/ 200',
    createReader: createW3cReader,
  },
];

/** Formats whose lines can be read only with other lines of the same log, which a wrapper would hide. */
const UNWRAPPED_FORMATS: ReadonlySet<string> = new Set(['cloudfront', 'w3c']);

/** Lists every preset; the name of a wrapper alone means lines in the default format within it. */
export function listFormats(options: FormatOptions): readonly LogFormat[] {
  return [...listPlainFormats(options), ...WRAPPERS.map(({ name }) => resolveFormat(name, options))];
}

/** Every format that `auto` tries: each preset, and each in each wrapper. */
export function listCandidates(options: FormatOptions): readonly LogFormat[] {
  return [
    ...listPlainFormats(options),
    ...WRAPPERS.flatMap((wrapper) => listWrappedFormats(wrapper.name, options)),
  ];
}

/**
 * Lists the formats of lines in a wrapper, such as `syslog:combined`.
 *
 * @param text `syslog` or `syslog:auto`
 * @returns an empty list if the text names no wrapper, or names the format within it
 */
export function listWrappedFormats(text: string, options: FormatOptions): readonly LogFormat[] {
  const wrapper = WRAPPERS.find(({ name }) => text === name || text === `${name}:${AUTO_FORMAT_NAME}`);
  if (wrapper === undefined) return [];
  return listPlainFormats(options)
    .filter(({ name }) => !UNWRAPPED_FORMATS.has(name))
    .map((format) => wrapFormat(wrapper, format));
}

function listPlainFormats({ jsonFields: fields }: FormatOptions): readonly LogFormat[] {
  return [
    ...FIXED_FORMATS,
    ...PRODUCT_FORMATS,
    {
      name: 'json',
      summary: 'one JSON object a line: nginx with escape=json, Caddy, Traefik, Apache',
      example:
        '{"time_iso8601": "2026-04-14T10:22:31+02:00", "remote_addr": "203.0.113.9", "request": "GET /photos/1234/ HTTP/1.1", "status": "200"}',
      createReader: (wanted) => createLabelledReader(JSON_LINES, fields, wanted),
    },
    {
      name: 'ltsv',
      summary: 'label:value between tabs, in any order',
      example:
        'time:[14/Apr/2026:10:22:31 +0200]\thost:203.0.113.9\treq:GET /photos/1234/ HTTP/1.1\tstatus:200\tsize:5120\treferer:-\tua:Mozilla/5.0',
      createReader: (wanted) => createLabelledReader(LTSV, fields, wanted),
    },
  ];
}

/** The presets' names, for help. */
export const FORMAT_NAMES: readonly string[] = listFormats(DEFAULT_FORMAT_OPTIONS).map(
  (format) => format.name,
);

/**
 * Finds the format that a person names: a preset, or a format string of Apache or nginx.
 *
 * @throws UsageError if it is neither; the hint lists the presets
 */
export function resolveFormat(text: string, options: FormatOptions): LogFormat {
  const preset = listPlainFormats(options).find((format) => format.name === text);
  if (preset !== undefined) return preset;
  const wrapper = WRAPPERS.find(({ name }) => text.split(':')[0] === name);
  if (wrapper !== undefined) return resolveWrapped(text, wrapper, options);
  if (!/[%$]/.test(text)) {
    throw new UsageError(`--format: there is no log format '${text}'`, {
      hint: `choose one of ${FORMAT_NAMES.join(', ')}, ${AUTO_FORMAT_NAME}, or paste a LogFormat or log_format string`,
    });
  }
  const pieces = parseFormatString(text, options.objectFields, { year: options.year, isElsewhere: false });
  return toGivenFormat(text, pieces);
}

function toGivenFormat(name: string, pieces: readonly Piece[]): LogFormat {
  return {
    name,
    summary: 'the given format string',
    example: '',
    createReader: (wanted) => createPatternReader(pieces, wanted),
  };
}

/** Resolves a wrapper with the format after its colon, or with the default format. */
function resolveWrapped(text: string, wrapper: Wrapper, options: FormatOptions): LogFormat {
  const { name } = wrapper;
  if (text === name) return { ...wrapFormat(wrapper, resolveFormat(DEFAULT_FORMAT_NAME, options)), name };
  const inner = text.slice(name.length + 1);
  if (UNWRAPPED_FORMATS.has(inner) || WRAPPERS.some((each) => inner.split(':')[0] === each.name)) {
    throw new UsageError(`--format: '${inner}' cannot be read inside of ${name}`, {
      hint: `inside of it can be a format of single lines, as in ${name}:combined`,
    });
  }
  if (name !== 'syslog' || !isFormatString(inner)) return wrapFormat(wrapper, resolveFormat(inner, options));
  const { year } = options;
  const pieces = parseFormatString(inner, options.objectFields, { year, isElsewhere: true });
  const timed = listTimedPieces(pieces);
  if (timed === null) return wrapFormat(wrapper, toGivenFormat(inner, pieces));
  return wrapFormat(createTimedSyslog(year), toGivenFormat(inner, timed));
}
