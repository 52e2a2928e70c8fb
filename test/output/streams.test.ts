import { describe, expect, it } from 'vitest';
import { formatStreams } from '../../src/output/streams.js';

const NO_STREAMS = { streams: [], newLogs: [], others: 0, workers: null };

describe('the list of logs', () => {
  it('says how many logs it leaves out, and that they are more only if it lists one', () => {
    expect(formatStreams({ ...NO_STREAMS, others: 1 })).toBe(
      '1 log was counted to the end (--all lists it)\n',
    );
    expect(formatStreams({ ...NO_STREAMS, others: 1200 })).toBe(
      '1,200 logs were counted to the end (--all lists them)\n',
    );
    const newLogs = [{ path: '/logs/new.log', lagBytes: 10, lagSeconds: 5 }];
    expect(formatStreams({ ...NO_STREAMS, newLogs, others: 2 })).toMatch(
      /^! .*\n2 more logs were counted to the end \(--all lists them\)\n$/,
    );
  });
});
