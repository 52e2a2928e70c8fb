/**
 * Tells visitors apart: by the id that the log has of them, or by a keyed hash of address and agent. The key belongs to a site and a
 * day, and is destroyed later: from then on nobody can tell who a visitor was, or find them on another day. Robots are no visitors.
 */
import { createHmac } from 'node:crypto';
import { createRobotTest, isRobot } from '../../../attribute/robots.js';
import { type KeyKind, type KindSource, toKind } from './key-kind.js';
import { KeyNumbers, TextNumbers, toColumns } from './numbers.js';
import { PairNumbers } from './pair-numbers.js';

/** Bytes of a hash that are kept: of a billion visitors of a day no two have the same, but for one in 10^11. */
const HASH_BYTES = 12;

const NOBODY = toColumns([null]);

export function createVisitorKind(source: KindSource): KeyKind {
  return source.settings.visitorIdField === null ? createHashedKind(source) : createIdKind(source);
}

function createHashedKind({ readClient, visitorKeys }: KindSource): KeyKind {
  const keys = new KeyNumbers();
  const clients = new PairNumbers();
  const visitors = new PairNumbers();
  const find: KeyKind['find'] = ({ facts, site, day, place, client, agent }) =>
    keys.find(visitors.find(clients.find(client, agent), place), () => {
      const address = readClient(facts);
      const userAgent = facts.userAgent ?? '';
      if (address === null || isRobot(userAgent)) return NOBODY;
      return toColumns([toHash(visitorKeys.getDayKey(site, day), `${address} ${userAgent}`)]);
    });
  return toKind(1, keys, find, [clients, visitors]);
}

function createIdKind({ settings: { visitorIdField }, visitorKeys }: KindSource): KeyKind {
  const keys = new KeyNumbers();
  const ids = new TextNumbers();
  const isRobotAgent = createRobotTest();
  const find: KeyKind['find'] = ({ facts, site }) => {
    const id = facts.getExtra(visitorIdField ?? '');
    if (id === null || id === '' || isRobotAgent(facts.userAgent ?? '')) return keys.find(0, () => NOBODY);
    return keys.find(ids.find(`${site} ${id}`) + 1, () =>
      toColumns([toHash(visitorKeys.getIdKey(), `${site} ${id}`)]),
    );
  };
  return toKind(1, keys, find, [ids]);
}

function toHash(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest().subarray(0, HASH_BYTES).toString('base64url');
}
