/**
 * What the config file may say: each key once, with its kind. A key that is not here is a complaint. What the file does not
 * say is undefined, and has its default in the code that reads the flag of the same meaning.
 */
import { z } from 'zod';
import { CLIENT_ADDRESS_SOURCES, parseNetworks } from '../attribute/addresses.js';
import { parseHosts, parseMethods, parseStatuses } from '../attribute/filter-values.js';
import { FILTERS, type FilterDefinition } from '../attribute/filters.js';
import { listTemplateParts } from '../attribute/path-template.js';
import { DEFAULT_PART, isObjectId, type ObjectRule } from '../attribute/rules.js';
import { SITE_SOURCES, toHostName } from '../attribute/site.js';
import { UsageError } from '../errors.js';
import { parseContentType } from '../object-reference.js';
import { parseSummaries } from '../summaries/count-parts.js';
import type { LimitKey } from '../summaries/retention.js';
import { checkWith, flag, listOf, listOrFlag, oneOf, text, textOrNumber } from './config-values.js';
import { isUrlTemplate } from './url-template.js';

const MAX_REJECTS = /^(?:\d{1,15}|(?:100|\d{1,2}(?:\.\d+)?)%)$/;

const contentTypeId = textOrNumber.refine(
  (type) => typeof parseContentType(type) === 'string',
  'must be an integer, or a letter followed by letters, digits, _ . or -, up to 64 in all',
);

const objectFields = z.strictObject({
  content_type: contentTypeId,
  path: text.superRefine(checkWith(listTemplateParts)),
  object_id: text.optional(),
  fixed_id: textOrNumber.refine(isObjectId, 'must be one word of up to 512 bytes that is not -').optional(),
  method: listOf(parseMethods).default([]),
  status: listOf(parseStatuses).default([]),
  host: listOf(parseHosts).default([]),
  case_sensitive: flag.default(true),
  trailing_slash: oneOf(['ignore', 'exact']).default('ignore'),
  lower_case: flag.default(false),
});

/** Checks what keys say together. It also runs if single keys are wrong, so a value may be of any kind. */
const object = objectFields
  .superRefine(
    (rule: Partial<Record<keyof z.output<typeof objectFields>, unknown>>, context) => {
      const { path, object_id, fixed_id } = rule;
      if (fixed_id !== undefined) {
        if (object_id !== undefined) complain(context, 'fixed_id', 'cannot go with object_id');
        return;
      }
      const part = object_id ?? DEFAULT_PART;
      const parts = findParts(path);
      if (parts === null || typeof part !== 'string' || parts.includes(part)) return;
      const named = parts.length === 0 ? 'no part' : `only ${parts.map((each) => `:${each}`).join(', ')}`;
      complain(context, 'path', `'${path}' has no part :${part} to be the object id, it names ${named}`);
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .transform(
    (rule): Omit<ObjectRule, 'line'> => ({
      contentType: rule.content_type,
      path: rule.path,
      objectId:
        rule.fixed_id === undefined ? { part: rule.object_id ?? DEFAULT_PART } : { fixed: rule.fixed_id },
      methods: rule.method,
      statuses: rule.status,
      hosts: rule.host,
      isCaseSensitive: rule.case_sensitive,
      ignoresTrailingSlash: rule.trailing_slash === 'ignore',
      lowersObjectId: rule.lower_case,
    }),
  );

function complain(context: z.RefinementCtx, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message });
}

/** The names of a path's parts; null if it is not a template, which is a complaint of its own. */
function findParts(path: unknown): readonly string[] | null {
  if (typeof path !== 'string') return null;
  try {
    return listTemplateParts(path);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** `static = true` stands for what the program knows, a list for itself. */
function toKind({ parse, known }: FilterDefinition) {
  if (parse === null) return flag;
  return known === undefined ? listOf(parse) : listOrFlag(known.texts, parse);
}

const filters = z
  .strictObject(Object.fromEntries(FILTERS.map((filter) => [filter.key, toKind(filter)])))
  .partial();

/** Virtual hosts as lines have them. */
const sites = z.record(z.string(), text).transform((labels, context) => {
  const map: Record<string, string> = {};
  for (const [key, label] of Object.entries(labels)) {
    const host = toHostName(key);
    if (Object.hasOwn(map, host)) complain(context, key, 'is there twice, without regard to case and port');
    map[host] = label;
  }
  return map;
});

const contentType = z
  .strictObject({
    id: contentTypeId,
    site: text.optional(),
    name: text.optional(),
    label_query: text
      .refine((query) => /\$1(?!\d)/.test(query), 'must select by $1, the ids: ... where id::text = any($1)')
      .optional(),
    url: text
      .refine(
        isUrlTemplate,
        'must be an http or https URL with {id} behind the host: https://www.example.com/photos/{id}/',
      )
      .optional(),
  })
  .refine(
    ({ name, label_query, url }) => [name, label_query, url].some((value) => value !== undefined),
    'needs a name, a label_query or a url',
  );

/** One entry for each content type of a site, and one for it on all others. */
const contentTypes = z
  .array(contentType, { error: 'must be written as [[content_type]]' })
  .superRefine((entries, context) => {
    const known = new Set<string>();
    entries.forEach(({ id, site }, index) => {
      const key = JSON.stringify([id, site]);
      if (known.has(key)) {
        const where = site === undefined ? 'without a site' : `of site '${site}'`;
        context.addIssue({ code: 'custom', path: [index, 'id'], message: `'${id}' ${where} is there twice` });
      }
      known.add(key);
    });
  });

/** Bits of the network that an address is kept as. */
const bits = (most: number) =>
  z
    .int({ error: 'must be a whole number' })
    .min(0, 'must be at least 0')
    .max(most, `must be at most ${most}`);

const summaries = z
  .strictObject({
    /** `statuses` */
    on: listOf(parseSummaries),
    rank_by: oneOf(['all', 'people']),
    /** Hosts whose pages are the site's own: `example.com`, `*.example.com`. */
    own_hosts: listOf((host) => [host]),
    ipv4_bits: bits(32),
    ipv6_bits: bits(128),
    /** The path of an MMDB file. */
    countries: text,
    /** The further field of the format that tells a visitor's id. */
    visitor_id_field: text,
    /** The further field of the format that tells the title of a line's object. */
    title_field: text,
    anonymize_ip: flag,
    /** The further field of the format that tells a session. */
    session_field: text,
    extra_fields: listOf((name) => [name]),
    /** Names of parameters and fields whose values are secrets. */
    secrets: listOf((name) => [name]),
    /** The folder of the operator's own summaries. */
    folder: text,
  })
  .partial();

const days = z.int({ error: 'must be a whole number of days' }).min(0, 'must be at least 0');

/** Days that things are kept for. */
const retention = z
  .strictObject({
    keep_days: days,
    keep_visitor_days: days,
    keep_client_days: days,
    keep_request_days: days,
  } satisfies Record<LimitKey, unknown>)
  .partial();

export const configSchema = z
  .strictObject({
    format: text,
    site: text,
    content_type_field: text,
    object_id_field: text,
    /** Keys of JSON lines by the field that they fill. */
    json_fields: z.record(z.string(), text),
    by_path: flag,
    /** `1000` lines, or `5%`. */
    max_rejects: textOrNumber.refine(
      (limit) => MAX_REJECTS.test(limit),
      'must be a number of lines, or a percentage such as "5%"',
    ),
    max_line_bytes: z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1'),
    trusted_proxies: listOf(parseNetworks),
    client_ip_from: oneOf(CLIENT_ADDRESS_SOURCES),
    site_from: oneOf(SITE_SOURCES),
    sites,
    filters,
    summaries,
    retention,
    object: z.array(object, { error: 'must be written as [[object]]' }),
    content_type: contentTypes,
  })
  .partial();

/** What people call a content type, and by `label_query`, which takes object ids as `$1`, its objects; `url` is where the site shows them. */
export type ContentTypeEntry = z.output<typeof contentType>;

/** What the config file says, by its keys. */
export interface Config extends Readonly<Omit<z.output<typeof configSchema>, 'object'>> {
  /** As it is shown; null if there is no config file. */
  readonly path: string | null;
  /** Its `[[object]]`s. */
  readonly rules: readonly ObjectRule[];
}
