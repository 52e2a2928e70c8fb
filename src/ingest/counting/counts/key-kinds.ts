/** The keys that requests are counted by, one kind each: how a kind is found for a request, and which columns it becomes. */
import { findPath } from '../../../attribute/path.js';
import {
  createLineMask,
  createMask,
  createOwnHosts,
  describeAgent,
  findSearchTerms,
  splitReferrer,
  toNetwork,
} from '../../../audience/audience.js';
import { type CountPart, listParts, type PartName } from '../../../summaries/count-parts.js';
import { type KeyFacts, type KeyKind, type KindSource, toKind } from './key-kind.js';
import { NO_KEY, PairNumbers, TextNumbers, toColumns } from './numbers/numbers.js';
import { createVisitorKind } from './visitor.js';

/** What a kind is made with; `mask` hides the secrets of a URL or of any other text. */
type CreateKind = (source: KindSource & { readonly mask: (text: string) => string }) => KeyKind;

/** Makes the kinds that some summaries need, each with the parts that it is the key of. */
export function createKeyKinds(source: KindSource): ReadonlyMap<KeyKind, readonly CountPart[]> {
  const parts = new Map<CreateKind, CountPart[]>();
  for (const part of listParts(source.settings.summaries)) {
    const create = KIND_OF_PART[part.name];
    parts.set(create, [...(parts.get(create) ?? []), part]);
  }
  const withMask = { ...source, mask: createMask(source.settings.secretNames) };
  return new Map([...parts].map(([create, ofKind]) => [create(withMask), ofKind]));
}

const createStatusKind: CreateKind = ({ mask }) => {
  const pairs = new PairNumbers();
  return toKind({
    width: 2,
    needs: ['method'],
    origins: [pairs],
    findOrigin: ({ method, status }) => pairs.find(method, status),
    toKey: ({ facts }) => toColumns([facts.method === null ? null : mask(facts.method), facts.status]),
  });
};

/** Statuses from here on are failures (RFC 9110, 15). */
const FIRST_FAILURE = 400;

const createFailedPathKind: CreateKind = ({ mask }) => {
  const targets = new TextNumbers();
  const pairs = new PairNumbers();
  return toKind({
    width: 2,
    needs: [],
    origins: [targets, pairs],
    findOrigin: ({ facts, status }) =>
      status < FIRST_FAILURE ? NO_KEY : pairs.find(targets.find(facts.target), status),
    toKey: ({ facts: { status, target } }) =>
      toColumns([status, findPath(target === null ? null : mask(target))]),
  });
};

const createReferrerKind: CreateKind = ({ settings, mask }) => {
  const hosts = new TextNumbers();
  const ofHosts = new PairNumbers();
  const isOwnHost = createOwnHosts(settings.ownHosts);
  return toKind({
    width: 3,
    needs: ['referrer'],
    origins: [hosts, ofHosts],
    findOrigin: ({ facts: { virtualHost }, referrer }) =>
      virtualHost === null ? referrer * 2 : ofHosts.find(referrer, hosts.find(virtualHost)) * 2 + 1,
    toKey: ({ facts: { referrer, virtualHost } }) => {
      if (referrer === null) return toColumns([null, null, 'none']);
      const found = splitReferrer(mask(referrer));
      if (found === null) return toColumns([null, null, 'unknown']);
      const isOwn = isOwnHost(found.host) || found.host === virtualHost;
      return toColumns([found.host, found.page, isOwn ? 'own' : 'other']);
    },
  });
};

const createSearchTermKind: CreateKind = ({ mask }) => {
  return toKind({
    width: 2,
    needs: ['referrer'],
    findOrigin: ({ referrer }) => referrer,
    toKey: ({ facts: { referrer } }) => {
      const found = referrer === null ? null : findSearchTerms(mask(referrer));
      return found === null ? null : toColumns([found.engine, found.terms]);
    },
  });
};

const createAgentKind: CreateKind = ({ mask }) => {
  return toKind({
    width: 4,
    needs: ['agent'],
    findOrigin: ({ agent }) => agent,
    toKey: ({ facts: { userAgent } }) => {
      if (userAgent === null) return toColumns([null, null, null, null]);
      const { browser, system, device, robot } = describeAgent(mask(userAgent));
      return toColumns([browser, system, device, robot]);
    },
  });
};

const createRobotKind: CreateKind = ({ mask }) => {
  return toKind({
    width: 1,
    needs: ['agent'],
    findOrigin: ({ agent }) => agent,
    toKey: ({ facts: { userAgent } }) => {
      const robot = userAgent === null ? null : describeAgent(mask(userAgent)).robot;
      return robot === null ? null : toColumns([robot]);
    },
  });
};

const createClientKind: CreateKind = ({ settings, readClient }) =>
  toKind({
    width: 2,
    needs: ['client'],
    findOrigin: ({ client }) => client,
    toKey: ({ facts }) => {
      const client = readClient(facts);
      const network = client === null ? null : toNetwork(client, settings.networkBits);
      if (client === null || network === null) return toColumns([null, null]);
      return toColumns([network, settings.countries?.find(client) ?? null]);
    },
  });

const createHourKind: CreateKind = () =>
  toKind({
    width: 1,
    needs: ['hour'],
    findOrigin: ({ hour }) => hour + 1,
    toKey: ({ hour }) => toColumns([hour === -1 ? null : `${hour}`.padStart(2, '0')]),
  });

const createTitleKind: CreateKind = ({ settings: { titleField, secretNames } }) => {
  const mask = createLineMask(secretNames);
  const titles = new TextNumbers();
  const readTitle = (facts: KeyFacts) =>
    titleField === null ? null : facts.getNamed(titleField)?.trim() || null;
  return toKind({
    width: 1,
    needs: [],
    origins: [titles],
    findOrigin: ({ facts }) => titles.find(readTitle(facts)),
    toKey: ({ facts }) => {
      const title = readTitle(facts);
      return title === null ? null : toColumns([mask(title)]);
    },
  });
};

/** Of objects that are counted by no key but themselves. */
const createNoKind: CreateKind = () => toKind({ width: 0, needs: [], findOrigin: () => 0, toKey: () => '' });

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
