import { describe, expect, it } from 'vitest';
import type { ReadClient } from '../../src/attribute/addresses.js';
import type { KeyKind } from '../../src/ingest/counting/counts/key-kind.js';
import { createKeyKinds } from '../../src/ingest/counting/counts/key-kinds.js';
import { RequestNumbers } from '../../src/ingest/counting/counts/request-numbers.js';
import { VisitorKeys } from '../../src/ingest/counting/counts/visitor-keys.js';
import { type LineFacts, NO_FACTS } from '../../src/parse/parse.js';
import type { PartName } from '../../src/summaries/count-parts.js';
import { NO_KEYS } from '../support/no-summaries.js';

interface AskedKind {
  readonly kind: KeyKind;
  /** The number of a request's key. */
  readonly ask: (facts: Partial<LineFacts>) => number;
  /** The columns of a request's key, as COPY wants them. */
  readonly askColumns: (facts: Partial<LineFacts>) => string;
}

function makeKind(summary: string, name: PartName, visitorIdField: string | null = null): AskedKind {
  const settings = { ...NO_KEYS, summaries: [summary], visitorIdField };
  const readClient: ReadClient = ({ remoteHost }) => remoteHost;
  const kinds = createKeyKinds({ settings, readClient, visitorKeys: new VisitorKeys(new Map()) });
  const [kind] = [...kinds].find(([, parts]) => parts.some((part) => part.name === name)) ?? [];
  if (kind === undefined) throw new Error(`${summary} has no part ${name}`);
  const numbers = new RequestNumbers(new Set(kind.needs), readClient);
  const ask = (facts: Partial<LineFacts>) =>
    kind.find(numbers.ofParsed({ site: 'default', day: '2026-04-14', facts: { ...NO_FACTS, ...facts } }, 0));
  const askColumns = (facts: Partial<LineFacts>) => {
    const key = ask(facts);
    const { columns } = kind.keys;
    return columns.bytes.subarray(columns.getStart(key), columns.getEnd(key)).toString();
  };
  return { kind, ask, askColumns };
}

/** What a kind remembers, in bytes and numbers. */
const sumHeld = ({ kind }: AskedKind) =>
  kind.listHeld().reduce((sum, { size, bytes }) => sum + size + bytes, 0);

describe('keys of requests', () => {
  it('are others for a method that ends like a status, and for a path that is missing', () => {
    const statuses = makeKind('statuses', 'status');
    const plain = statuses.ask({ method: 'GET', status: '200' });
    expect(statuses.ask({ method: 'GET200', status: null })).not.toBe(plain);
    expect(statuses.ask({ method: null, status: '200' })).not.toBe(plain);
    const paths = makeKind('statuses', 'failed_path');
    expect(paths.askColumns({ status: '404', target: '' })).toBe('\t404\t/');
    expect(paths.askColumns({ status: '404', target: null })).toBe('\t404\t\\N');
    // no database stores NUL, and anybody can ask for such a path
    expect(paths.askColumns({ status: '404', target: '/a%00b%0ac' })).toBe('\t404\t/a\\\\x00b\\\\x0ac');
  });

  it('take as much memory as all that leads to them: many queries of one path, many agents of one robot', () => {
    const paths = makeKind('statuses', 'failed_path');
    const visitors = makeKind('visitors', 'visitor');
    for (let serial = 0; serial < 1000; serial += 1) {
      paths.ask({ status: '404', target: `/x?${'q'.repeat(100)}${serial}` });
      visitors.ask({ remoteHost: '203.0.113.9', userAgent: `Googlebot/${serial}` });
    }
    expect(sumHeld(paths)).toBeGreaterThan(100_000);
    expect(sumHeld(visitors)).toBeGreaterThan(1_000);
    paths.kind.clear();
    visitors.kind.clear();
    expect([sumHeld(paths), sumHeld(visitors)]).toEqual([0, 0]);
  });

  it('are no visitors of robots, even if these have an id', () => {
    const visitors = makeKind('visitors', 'visitor', 'id');
    const getNamed = () => 'x1';
    expect(visitors.askColumns({ getNamed, userAgent: 'Googlebot/2.1' })).toBe('\t\\N');
    const person = visitors.askColumns({
      getNamed,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    });
    expect(person).toMatch(/^\t[\w-]{16}$/);
  });
});
