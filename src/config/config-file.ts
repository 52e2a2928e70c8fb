/**
 * The config file `logtally.toml`: where it is, and what it says. Its libraries are only loaded where there is one,
 * as they take longer than many a command.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientAddressSettings } from '../attribute/client-address.js';
import { type FilterSpec, NO_FILTERS } from '../attribute/filters.js';
import { DEFAULT_PART, type ObjectRule } from '../attribute/rules.js';
import type { SiteSettings } from '../attribute/site.js';
import { findErrorCode, toMessage, UsageError } from '../errors.js';
import { readFoundFile } from './found-file.js';
import { readNamedFile, withRegularFile } from './open-file.js';
import type { ParsedConfig } from './parse-config.js';
import { findUserFolder } from './user-folders.js';

export const CONFIG_FILE_NAME = 'logtally.toml';

/** What people call a content type, and how its objects are called. */
export interface ContentTypeEntry {
  readonly id: string;
  /** null for every site that no other entry names. */
  readonly site: string | null;
  /** null where only its objects have names. */
  readonly name: string | null;
  /** Takes object ids as `$1`, and returns ids and labels; null where there is none. */
  readonly labelQuery: string | null;
}

/** Null stands for what the file does not say and what has its default elsewhere. */
export interface Config {
  /** As it is shown; null where there is no config file. */
  readonly path: string | null;
  readonly format: string | null;
  readonly contentTypeField: string | null;
  readonly objectIdField: string | null;
  /** Keys of JSON lines by the field that they fill. */
  readonly jsonFields: Readonly<Record<string, string>>;
  /** `1000` lines, or `5%`. */
  readonly maxRejects: string | null;
  readonly maxLineBytes: number | null;
  readonly site: string | null;
  readonly siteFrom: SiteSettings['from'];
  /** Sites by virtual host, lower case and without port. */
  readonly sites: Readonly<Record<string, string>>;
  readonly clientIpFrom: ClientAddressSettings['from'];
  readonly trustedProxies: readonly string[];
  readonly byPath: boolean;
  readonly rules: readonly ObjectRule[];
  readonly filters: FilterSpec;
  readonly contentTypes: readonly ContentTypeEntry[];
}

/** What an absent or empty file says. */
export const EMPTY_CONFIG: Config = {
  path: null,
  format: null,
  contentTypeField: null,
  objectIdField: null,
  jsonFields: {},
  maxRejects: null,
  maxLineBytes: null,
  site: null,
  siteFrom: 'fixed',
  sites: {},
  clientIpFrom: 'remote-host',
  trustedProxies: [],
  byPath: false,
  rules: [],
  filters: NO_FILTERS,
  contentTypes: [],
};

/**
 * Reads the config file: the one that is named, else `./logtally.toml`, else the one in the platform's config folder.
 *
 * @param path what --config says
 * @param signal ends the wait for a config file that comes through a pipe
 * @throws UsageError where a named file is missing, where one cannot be read, where others may write that of the current folder, and with all complaints about its content
 */
export async function readConfig(
  path: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Config> {
  const named = path ?? (environment['LOGTALLY_CONFIG'] || undefined);
  const source = path === undefined ? 'LOGTALLY_CONFIG' : '--config';
  for (const place of named === undefined ? await listPlaces() : [named]) {
    const text = await readText(place, named === undefined ? null : source, signal);
    if (text === null) continue;
    const { parseConfig } = await import('./parse-config.js');
    return toConfig(place, parseConfig(text, place));
  }
  return EMPTY_CONFIG;
}

async function listPlaces(): Promise<readonly string[]> {
  const folder = await findUserFolder('config');
  return folder === null ? [CONFIG_FILE_NAME] : [CONFIG_FILE_NAME, join(folder, CONFIG_FILE_NAME)];
}

/** @returns null where there is no file that nobody asked for by name */
async function readText(path: string, namedBy: string | null, signal: AbortSignal): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(path, namedBy, signal));
  } catch (error) {
    if (error instanceof UsageError || signal.aborted) throw error;
    const code = findErrorCode(error);
    if (code === 'ENOENT' && namedBy === null) return null;
    if (code === 'ENOENT') throw new UsageError(`${namedBy}: there is no file '${path}'`);
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : toMessage(error);
    throw new UsageError(`the config file '${path}' cannot be read: ${reason}`, { cause: error });
  }
}

function readBytes(path: string, namedBy: string | null, signal: AbortSignal): Promise<Buffer> {
  if (namedBy !== null) return readNamedFile(path, signal);
  return path === CONFIG_FILE_NAME
    ? readFoundFile(path)
    : withRegularFile(path, ({ file }) => readFileSync(file));
}

function toConfig(path: string, { content, document }: ParsedConfig): Config {
  const { filters } = content;
  return {
    path,
    format: content.format,
    contentTypeField: content.content_type_field,
    objectIdField: content.object_id_field,
    jsonFields: content.json_fields,
    maxRejects: content.max_rejects,
    maxLineBytes: content.max_line_bytes,
    site: content.site,
    siteFrom: content.site_from,
    sites: content.sites,
    clientIpFrom: content.client_ip_from,
    trustedProxies: content.trusted_proxies,
    byPath: content.by_path,
    rules: content.object.map((rule, index) => toRule(rule, document.getLine(['object', index]))),
    filters: {
      statuses: filters.status,
      methods: filters.method,
      include: filters.include,
      exclude: filters.exclude,
      staticExtensions: filters.static,
      referrers: filters.referrer,
      remoteHosts: filters.remote_host,
      bots: filters.bots,
      hosts: filters.host,
    },
    contentTypes: content.content_type.map((entry) => ({
      id: entry.id,
      site: entry.site ?? null,
      name: entry.name ?? null,
      labelQuery: entry.label_query ?? null,
    })),
  };
}

function toRule(rule: ParsedConfig['content']['object'][number], line: number): ObjectRule {
  return {
    line,
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
  };
}
