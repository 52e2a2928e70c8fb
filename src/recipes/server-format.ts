/** The log format that a recipe for Apache or nginx lets the server write: a known one, or a given string, with the ids at its end. */
import { UsageError } from '../errors.js';
import { DEFAULT_FORMAT_NAME } from '../parse/parse.js';
import { getHeaders, type RecipeSettings } from './recipe.js';

export interface ServerFormat {
  /** Its name in the server's configuration. */
  readonly name: string;
  /** In the server's own directives or variables, without the configuration's quotes. */
  readonly text: string;
  /** What `--format` has to be for its lines. */
  readonly readAs: string;
}

/** How a server writes what a log is made of. */
export interface ServerWords {
  readonly server: string;
  readonly common: string;
  /** What `combined` has behind `common`. */
  readonly combined: string;
  /** The name of the virtual host, which clients cannot choose. */
  readonly host: string;
  /** What a string of this server has and no other one. */
  readonly directive: RegExp;
  /** How a header of the application is written, whatever visitors get. */
  readonly toKept: (header: string) => string;
  /** How a header is written that visitors get. */
  readonly toSent: (header: string) => string;
}

/**
 * The format of `--format`, else that of the config file if the server can write it, else `combined_ids`.
 *
 * @throws UsageError if the server cannot write what `--format` says
 */
export function chooseServerFormat(words: ServerWords, settings: RecipeSettings): ServerFormat {
  const { formatFlag, formatInForce, siteIsHost } = settings;
  const base = findBase(words, formatFlag ?? formatInForce);
  if (base === null && formatFlag !== null) {
    throw new UsageError(`--format: ${words.server} cannot write '${formatFlag}'`, {
      hint: `it can write ${Object.keys(listBases(words)).join(', ')}, or a format string of its own`,
    });
  }
  const given = base ?? listBases(words)[DEFAULT_FORMAT_NAME] ?? '';
  const text = siteIsHost && !given.includes(words.host) ? `${words.host} ${given}` : given;
  const headers = Object.values(getHeaders(settings));
  const kept = headers.reduce(
    (line, header) => line.replaceAll(words.toSent(header), words.toKept(header)),
    text,
  );
  const missing = headers.map(words.toKept).filter((each) => !kept.includes(each));
  const whole = [kept, ...missing].join(' ');
  const isDefault = text === listBases(words)[DEFAULT_FORMAT_NAME];
  return {
    name: isDefault ? DEFAULT_FORMAT_NAME : 'logtally',
    text: whole,
    readAs: isDefault ? DEFAULT_FORMAT_NAME : whole,
  };
}

/** What stands before the ids, by the name of the format without them. */
function listBases({ common, combined, host }: ServerWords): Readonly<Record<string, string>> {
  return {
    [DEFAULT_FORMAT_NAME]: `${common}${combined}`,
    combined: `${common}${combined}`,
    common,
    vhost_combined: `${host} ${common}${combined}`,
    vhost_common: `${host} ${common}`,
  };
}

/** @returns null if the server cannot write it */
function findBase(words: ServerWords, format: string): string | null {
  const known = listBases(words);
  if (Object.hasOwn(known, format)) return known[format] ?? null;
  const isString = words.directive.test(format) && !/^\s*(?:LogFormat|log_format)\s/.test(format);
  return isString ? format.replaceAll('\\"', '"') : null;
}
