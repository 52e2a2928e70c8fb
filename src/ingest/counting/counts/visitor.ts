/**
 * Tells visitors apart: by the id that the log has of them, or by a keyed hash of address and agent. The key belongs to a site and a
 * day, and is destroyed later: from then on nobody can tell who a visitor was, or find them on another day. Robots are no visitors.
 */
import { hash } from 'node:crypto';
import { createRobotTest, isRobot } from '../../../attribute/robots.js';
import { type KeyFacts, type KeyKind, type KindSource, toKind } from './key-kind.js';
import { PairNumbers, TextNumbers, toColumns } from './numbers/numbers.js';

/** Bytes of a hash that are kept: of a billion visitors of a day no two have the same, but for one in 10^11. */
const HASH_BYTES = 12;

const NOBODY = toColumns([null]);

export function createVisitorKind(source: KindSource): KeyKind {
  return source.settings.visitorIdField === null ? createHashedKind(source) : createIdKind(source);
}

function createHashedKind({ readClient, visitorKeys }: KindSource): KeyKind {
  // there are few of the first, so that only the second are looked for in much memory
  const agentsOfPlaces = new PairNumbers();
  const visitors = new PairNumbers();
  // by the number of the agent: isbot's expression costs more than a microsecond
  const robots: boolean[] = [];
  const remembered = {
    get held() {
      return { size: robots.length, bytes: 0 };
    },
    clear: () => {
      robots.length = 0;
    },
  };
  return toKind({
    width: 1,
    needs: ['client', 'agent'],
    origins: [agentsOfPlaces, visitors, remembered],
    findOrigin: ({ client, agent, place }) => visitors.find(client, agentsOfPlaces.find(agent, place)),
    toKey: ({ facts, site, day, agent }) => {
      const address = readClient(facts);
      const userAgent = facts.userAgent ?? '';
      robots[agent] ??= isRobot(userAgent);
      if (address === null || robots[agent]) return NOBODY;
      return toColumns([toHash(visitorKeys.getDayKey(site, day), `${address} ${userAgent}`)]);
    },
  });
}

function createIdKind({ settings: { visitorIdField }, visitorKeys }: KindSource): KeyKind {
  const ids = new TextNumbers();
  const isRobotAgent = createRobotTest();
  const readId = (facts: KeyFacts) => {
    const id = facts.getNamed(visitorIdField ?? '') ?? null;
    return id === null || isRobotAgent(facts.userAgent ?? '') ? null : id;
  };
  return toKind({
    width: 1,
    needs: [],
    origins: [ids],
    findOrigin: ({ facts, site }) => {
      const id = readId(facts);
      return ids.find(id === null ? null : `${site} ${id}`);
    },
    toKey: ({ facts, site }) => {
      const id = readId(facts);
      return id === null ? NOBODY : toColumns([toHash(visitorKeys.getIdKey(), `${site} ${id}`)]);
    },
  });
}

let scratch = Buffer.alloc(1024);

/**
 * SHA-256 of the key and the text. That is a sound keyed hash here: the key is random and always of 32 bytes, so no other key and text
 * are the same bytes; and of the 32 bytes of a hash 12 are kept, so nobody who knows some can go on to the hash of a longer text, which
 * is what HMAC prevents. HMAC takes five times as long, since Node makes two objects for it.
 */
function toHash(key: Buffer, text: string): string {
  const mostBytes = key.length + text.length * 3;
  if (mostBytes > scratch.length) scratch = Buffer.alloc(mostBytes);
  key.copy(scratch);
  const end = key.length + scratch.write(text, key.length, 'utf8');
  // four characters of base64 are three bytes
  return hash('sha256', scratch.subarray(0, end), 'base64url').slice(0, (HASH_BYTES / 3) * 4);
}
