/** Reads what is stored of a request if each is a row, with its secrets masked. */
import { createHmac } from 'node:crypto';
import type { Attribution } from '../../../attribute/attribution.js';
import {
  createJsonMask,
  createMask,
  createSecretNames,
  MASK,
  type NetworkBits,
  toNetwork,
} from '../../../audience/audience.js';
import type { WantedField } from '../../../parse/parse.js';
import type { OwnSummary, RequestColumn } from '../../../summaries/own/own.js';
import type { VisitorKeys } from '../counts/visitor-keys.js';
import type { Request } from '../hit.js';

/** What is stored of a request. */
export interface RowSettings {
  /** Bits of a client's address that are stored; null for all of it. */
  readonly clientBits: NetworkBits | null;
  /** The further field of the format that tells a session; null if none does. */
  readonly sessionField: string | null;
  /** Further fields of the format that are kept, by their names. */
  readonly extraFields: readonly string[];
  /** Names of parameters, headers and fields whose values are secrets. */
  readonly secretNames: readonly string[];
  /** The operator's summaries. */
  readonly own: readonly OwnSummary[];
}

/** The fields of a line that rows need beyond those of every request. */
export function listRowFields({ sessionField, extraFields }: RowSettings): readonly WantedField[] {
  const names = sessionField === null ? extraFields : [...extraFields, sessionField];
  return names.map((name) => `extra:${name}` as const);
}

/** A request as it is stored. */
export type RequestValues = Readonly<Record<RequestColumn, string | number | null>>;

/** Bytes of the hash of a session's id that are kept. */
const SESSION_BYTES = 12;

/** An object of a line. */
interface NamedObject {
  readonly contentType: string;
  readonly objectId: string;
}

export type RequestReader = (request: Request, object: NamedObject | null) => RequestValues;

/** Makes the function that reads a request, and the object that it names. A value is null if the line does not have it. */
export function createRequestReader(
  settings: RowSettings,
  readClient: Attribution['readClient'],
  visitorKeys: VisitorKeys,
): RequestReader {
  const { clientBits, sessionField, secretNames } = settings;
  const mask = createMask(secretNames);
  const maskOrNull = (text: string | null) => (text === null ? null : mask(text));
  const readExtra = createExtraReader(settings, mask);
  return ({ facts, site, day }, object) => {
    const client = readClient(facts);
    const target = maskOrNull(facts.target);
    const { path, query } = target === null ? NO_TARGET : splitTarget(target);
    const session = sessionField === null ? null : (facts.getNamed(sessionField) ?? null);
    const { status } = facts;
    return {
      site,
      day,
      requested_at: toTimestamp(facts.time),
      client: client === null || clientBits === null ? client : toNetwork(client, clientBits),
      user_name: facts.user,
      session: session === null ? null : toSession(visitorKeys.getIdKey(), session),
      method: maskOrNull(facts.method),
      path,
      query,
      status: status === null ? null : Number(status),
      bytes: facts.bytes,
      referrer: maskOrNull(facts.referrer),
      user_agent: maskOrNull(facts.userAgent),
      extra: readExtra(facts),
      content_type: object?.contentType ?? null,
      object_id: object?.objectId ?? null,
    };
  };
}

const NO_TARGET = { path: null, query: null };

/** Splits a target at its first question mark; the query is null if there is none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | null } {
  const at = target.indexOf('?');
  return at === -1
    ? { path: target, query: null }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** A time without an offset is taken for UTC. The line has a day, so it has a time, if only that of midnight. */
function toTimestamp(time: string | null): string {
  if (time === null) throw new Error('a line with a day has no time');
  return HAS_OFFSET.test(time) ? time : `${time}Z`;
}

const HAS_OFFSET = /[+-]\d\d:\d\d$/;

function toSession(key: Buffer, id: string): string {
  return createHmac('sha256', key).update(id).digest().subarray(0, SESSION_BYTES).toString('base64url');
}

/** Makes the function that reads further fields as a JSON object; null if the line has none of them. */
function createExtraReader(
  { extraFields, secretNames }: RowSettings,
  mask: (url: string) => string,
): (facts: Request['facts']) => string | null {
  const isSecret = createSecretNames(secretNames);
  const maskJson = createJsonMask(secretNames);
  const fields = extraFields.map((name) => ({ name, hides: isSecret(name) }));
  return (facts) => {
    const extra: Record<string, unknown> = {};
    for (const { name, hides } of fields) {
      const value = facts.getNamed(name) ?? null;
      if (value !== null) extra[name] = hides ? MASK : maskValue(value);
    }
    return Object.keys(extra).length === 0 ? null : toJsonb(extra);
  };

  /** A value may be JSON, a URL, or parameters such as those of a cookie. */
  function maskValue(value: string): unknown {
    if (/^\s*[{[]/.test(value)) {
      const json = parseJson(value);
      return json === undefined ? MASK : maskJson(json);
    }
    return mask(`?${value}`).slice(1);
  }
}

/** What jsonb does not take, in the words of `JSON.stringify`: NUL, and halves of characters. A backslash is two. */
const NO_JSONB = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

function toJsonb(extra: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(extra).replace(NO_JSONB, (text) => (text === '\\\\' ? text : '\ufffd'));
}

/** @returns undefined if the text is no JSON: what is in it then cannot be told apart */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
