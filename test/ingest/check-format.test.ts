import { expect, it } from 'vitest';
import { Account } from '../../src/ingest/counting/account.js';
import { checkFormat, parseMaxRejects } from '../../src/ingest/counting/check-format.js';
import type { Reject } from '../../src/parse/lines/reject.js';

function explain(line: string, reject: Reject): unknown {
  const account = new Account();
  account.lines = 1;
  const position = { number: 1, offset: 0, bytes: line.length, nulBytes: 0, isUnfinished: false };
  account.reject(reject, position, line);
  const range = {
    ...{ start: 0, end: line.length, linesBefore: 0 },
    ...{ startsInsideLine: false, fieldsBefore: null },
  };
  const ranges = [{ range, account }];
  const maxRejects = parseMaxRejects('--max-rejects')('10%');
  try {
    return checkFormat({ path: 'access.log', formatName: 'given', account, ranges, known: [], maxRejects });
  } catch (error) {
    return error;
  }
}

const COMMON = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5';

it('names --year where that is what no line says', () => {
  expect(explain('Apr 14 10:22:31 web1 httpd: ::1', { reject: 'no year', field: 'time' })).toMatchObject({
    hint: expect.stringContaining('say the year of its dates with --year'),
  });
});

it('names the format of a wrapped line with its wrapper', () => {
  const wrong: Reject = { reject: 'unexpected text', field: 'remoteHost' };
  expect(explain(`Apr  4 10:22:31 web1 httpd: ${COMMON}`, wrong)).toMatchObject({
    hint: expect.stringContaining('they fit --format syslog:common'),
  });
  expect(explain(`2026-04-14T08:22:31Z stdout F ${COMMON}`, wrong)).toMatchObject({
    hint: expect.stringContaining('they fit --format docker:common'),
  });
});
