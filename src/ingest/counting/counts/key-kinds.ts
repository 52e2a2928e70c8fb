/** The keys that requests are counted by, one kind each: how a kind is found for a request, and which columns it becomes. */
import { findPath } from '../../../attribute/path.js';
import {
  createMask,
  createOwnHosts,
  describeAgent,
  findSearchTerms,
  splitReferrer,
  toNetwork,
} from '../../../audience/audience.js';
import type { LineFacts } from '../../../parse/parse.js';
import { type CountPart, listParts, type PartName } from '../../../summaries/count-parts.js';
import { type KeyKind, type KindSource, type NumberedRequest, toKind } from './key-kind.js';
import { KeyNumbers, TextNumbers, toColumns } from './numbers.js';
import { createVisitorKind } from './visitor.js';

type CreateKind = (source: KindSource) => KeyKind;

/** Makes the kinds that some summaries need, each with the parts that it is the key of. */
export function createKeyKinds(source: KindSource): ReadonlyMap<KeyKind, readonly CountPart[]> {
  const parts = new Map<CreateKind, CountPart[]>();
  for (const part of listParts(source.settings.summaries)) {
    const create = KIND_OF_PART[part.name];
    parts.set(create, [...(parts.get(create) ?? []), part]);
  }
  return new Map([...parts].map(([create, ofKind]) => [create(source), ofKind]));
}

/** Makes a kind whose key follows from a text that no other kind looks up. */
function toTextKind(
  width: number,
  readText: (facts: LineFacts) => string | null,
  toKey: (facts: LineFacts, text: string | null) => string | null,
): KeyKind {
  const texts = new TextNumbers();
  const keys = new KeyNumbers();
  const find = ({ facts }: NumberedRequest) => {
    const text = readText(facts);
    return keys.find(texts.find(text), () => toKey(facts, text));
  };
  return toKind(width, keys, find, [texts]);
}

/** A status, and a text behind it: no two pairs are one text, since a status has no space. */
function joinStatus(status: string | null, text: string | null): string {
  return text === null ? (status ?? '') : `${status ?? ''} ${text}`;
}

const createStatusKind: CreateKind = ({ settings }) => {
  const mask = createMask(settings.secretNames);
  return toTextKind(
    2,
    ({ method, status }) => joinStatus(status, method),
    ({ method, status }) => toColumns([method === null ? null : mask(method), status]),
  );
};

/** Statuses from here on are failures (RFC 9110, 15). */
const FIRST_FAILURE = '400';

const createFailedPathKind: CreateKind = ({ settings }) => {
  const mask = createMask(settings.secretNames);
  return toTextKind(
    2,
    ({ status, target }) => (status === null || status < FIRST_FAILURE ? null : joinStatus(status, target)),
    ({ status, target }, text) =>
      text === null ? null : toColumns([status, findPath(target === null ? null : mask(target))]),
  );
};

const createReferrerKind: CreateKind = ({ settings }) => {
  const keys = new KeyNumbers();
  const places = new TextNumbers();
  const isOwnHost = createOwnHosts(settings.ownHosts);
  const mask = createMask(settings.secretNames);
  const find = ({ facts, referrer: number }: NumberedRequest) => {
    const { virtualHost } = facts;
    const from = virtualHost === null ? number * 2 : places.find(`${number} ${virtualHost}`) * 2 + 1;
    return keys.find(from, () => {
      const { referrer } = facts;
      if (referrer === null || referrer === '') return toColumns([null, null, 'none']);
      const found = splitReferrer(mask(referrer));
      if (found === null) return toColumns([null, null, 'unknown']);
      const isOwn = isOwnHost(found.host) || found.host === virtualHost;
      return toColumns([found.host, found.page, isOwn ? 'own' : 'other']);
    });
  };
  return toKind(3, keys, find, [places]);
};

const createSearchTermKind: CreateKind = ({ settings }) => {
  const mask = createMask(settings.secretNames);
  const keys = new KeyNumbers();
  return toKind(2, keys, ({ facts, referrer: number }) =>
    keys.find(number, () => {
      const found = facts.referrer === null ? null : findSearchTerms(mask(facts.referrer));
      return found === null ? null : toColumns([found.engine, found.terms]);
    }),
  );
};

const createAgentKind: CreateKind = ({ settings }) => {
  const mask = createMask(settings.secretNames);
  const keys = new KeyNumbers();
  return toKind(4, keys, ({ facts: { userAgent }, agent }) =>
    keys.find(agent, () => {
      if (userAgent === null) return toColumns([null, null, null, null]);
      const { browser, system, device, robot } = describeAgent(mask(userAgent));
      return toColumns([browser, system, device, robot]);
    }),
  );
};

const createRobotKind: CreateKind = () => {
  const keys = new KeyNumbers();
  return toKind(1, keys, ({ facts: { userAgent }, agent }) =>
    keys.find(agent, () => {
      const robot = userAgent === null ? null : describeAgent(userAgent).robot;
      return robot === null ? null : toColumns([robot]);
    }),
  );
};

const createClientKind: CreateKind = ({ settings, readClient }) => {
  const keys = new KeyNumbers();
  return toKind(2, keys, ({ facts, client: number }) =>
    keys.find(number, () => {
      const client = readClient(facts);
      const network = client === null ? null : toNetwork(client, settings.networkBits);
      if (client === null || network === null) return toColumns([null, null]);
      return toColumns([network, settings.countries?.find(client) ?? null]);
    }),
  );
};

/** In `2026-04-14T10:22:31+02:00` */
const HOUR_AT = 11;

const createHourKind: CreateKind = () =>
  toTextKind(
    1,
    ({ time }) => time?.slice(HOUR_AT, HOUR_AT + 2) ?? null,
    (_, hour) => toColumns([hour === '' ? null : hour]),
  );

const createTitleKind: CreateKind = ({ settings: { titleField } }) =>
  toTextKind(
    1,
    (facts) => (titleField === null ? null : facts.getExtra(titleField)),
    (_, title) => (title === null || title.trim() === '' ? null : toColumns([title.trim()])),
  );

/** Of objects that are counted by no key but themselves. */
const createNoKind: CreateKind = () => {
  const keys = new KeyNumbers();
  return toKind(0, keys, () => keys.find(0, () => ''));
};

/** The kind of key that each part is counted by. Parts of one kind share what is remembered of a log. */
const KIND_OF_PART: Readonly<Record<PartName, CreateKind>> = {
  status: createStatusKind,
  failed_path: createFailedPathKind,
  referrer: createReferrerKind,
  object_referrer: createReferrerKind,
  search_term: createSearchTermKind,
  object_search_term: createSearchTermKind,
  agent: createAgentKind,
  object_robot: createRobotKind,
  visitor: createVisitorKind,
  object_visitor: createVisitorKind,
  client: createClientKind,
  hour: createHourKind,
  object_bytes: createNoKind,
  object_title: createTitleKind,
};
