// Facts of a line, made by hand.

import type { LineFacts } from '../../src/parse/lines/line-facts.js';

interface FactsWithExtras extends Omit<LineFacts, 'getExtra'> {
  readonly extras: Readonly<Record<string, string>>;
}

/** A successful GET of `/` without anything else, unless a test says otherwise. */
export function createFacts(facts: Partial<FactsWithExtras> = {}): LineFacts {
  const { extras = {}, ...others } = facts;
  return {
    method: 'GET',
    target: '/',
    status: '200',
    virtualHost: null,
    remoteHost: null,
    referrer: null,
    userAgent: null,
    ...others,
    getExtra: (name) => extras[name] ?? null,
  };
}
