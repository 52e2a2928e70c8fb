// Facts of a line, made by hand.

import { type LineFacts, NO_FACTS } from '../../src/parse/lines/line-facts.js';

interface FactsWithExtras extends Omit<LineFacts, 'getExtra'> {
  readonly extras: Readonly<Record<string, string>>;
}

/** A successful GET of `/` without anything else, unless a test says otherwise. */
export function createFacts(facts: Partial<FactsWithExtras> = {}): LineFacts {
  const { extras = {}, ...others } = facts;
  return {
    ...NO_FACTS,
    ...{ method: 'GET', target: '/', status: '200' },
    ...others,
    getExtra: (name) => extras[name] ?? null,
    getNamed: (name) => extras[name],
  };
}
