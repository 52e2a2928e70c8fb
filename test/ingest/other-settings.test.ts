import { describe, expect, it } from 'vitest';
import { listDifferences } from '../../src/ingest/storing/other-settings.js';

describe('the settings of two runs', () => {
  it('are alike when a filter that one program did not know yet is off', () => {
    const before = { filters: { methods: [], bots: true } };
    expect(listDifferences(before, { filters: { methods: [], protocols: [], bots: true } })).toEqual([]);
    expect(listDifferences(before, { filters: { methods: [], bots: true, robots: false } })).toEqual([]);
  });

  it('differ by the filters that are set otherwise, and by no other', () => {
    const before = { filters: { methods: [], bots: true } };
    const now = { filters: { methods: [], protocols: ['HTTP/2.0'], hosts: [], bots: false } };
    expect(listDifferences(before, now)).toEqual(['filters (bots, protocols)']);
  });
});
