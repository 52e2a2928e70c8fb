import { describe, expect, it } from 'vitest';
import type { KeyKind, NumberedRequest } from '../../src/ingest/counting/counts/key-kind.js';
import { createKeyKinds } from '../../src/ingest/counting/counts/key-kinds.js';
import { VisitorKeys } from '../../src/ingest/counting/counts/visitor-keys.js';
import { type LineFacts, NO_FACTS } from '../../src/parse/parse.js';
import type { PartName } from '../../src/summaries/count-parts.js';
import { NO_KEYS } from '../support/no-summaries.js';

function makeKind(summary: string, name: PartName, visitorIdField: string | null = null): KeyKind {
  const settings = { ...NO_KEYS, summaries: [summary], visitorIdField };
  const readClient = ({ remoteHost }: LineFacts) => remoteHost;
  const kinds = createKeyKinds({ settings, readClient, visitorKeys: new VisitorKeys(new Map()) });
  const [kind] = [...kinds].find(([, parts]) => parts.some((part) => part.name === name)) ?? [];
  if (kind === undefined) throw new Error(`${summary} has no part ${name}`);
  return kind;
}

const ask = (kind: KeyKind, facts: Partial<LineFacts>, numbers: Partial<NumberedRequest> = {}) => {
  const request = {
    site: 'default',
    day: '2026-04-14',
    place: 0,
    client: 0,
    agent: 0,
    referrer: 0,
    ...numbers,
  };
  return kind.find({ ...request, facts: { ...NO_FACTS, ...facts } });
};

describe('keys of requests', () => {
  it('are others for a method that ends like a status, and for a path that is missing', () => {
    const statuses = makeKind('statuses', 'status');
    const plain = ask(statuses, { method: 'GET', status: '200' });
    expect(ask(statuses, { method: 'GET200', status: null })).not.toBe(plain);
    expect(ask(statuses, { method: null, status: '200' })).not.toBe(plain);
    const paths = makeKind('statuses', 'failed_path');
    const missing = ask(paths, { status: '404', target: null });
    expect(paths.getColumns(ask(paths, { status: '404', target: '' }))).toBe('404\t/');
    expect(paths.getColumns(missing)).toBe('404\t\\N');
  });

  it('take as much memory as all that leads to them: many queries of one path, many agents of one robot', () => {
    const paths = makeKind('statuses', 'failed_path');
    const visitors = makeKind('visitors', 'visitor');
    for (let serial = 0; serial < 1000; serial += 1) {
      ask(paths, { status: '404', target: `/x?${'q'.repeat(100)}${serial}` });
      ask(visitors, { remoteHost: '203.0.113.9', userAgent: `Googlebot/${serial}` }, { agent: serial });
    }
    expect(paths.characters).toBeGreaterThan(100_000);
    expect(visitors.characters).toBeGreaterThan(1_000);
    paths.clear();
    visitors.clear();
    expect([paths.characters, visitors.characters]).toEqual([0, 0]);
  });

  it('are no visitors of robots, even if these have an id', () => {
    const visitors = makeKind('visitors', 'visitor', 'id');
    const getExtra = () => 'x1';
    expect(visitors.getColumns(ask(visitors, { getExtra, userAgent: 'Googlebot/2.1' }))).toBe('\\N');
    const person = ask(visitors, { getExtra, userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' });
    expect(visitors.getColumns(person)).toMatch(/^[\w-]{16}$/);
  });
});
