import { describe, expect, it } from 'vitest';
import type { FieldKey } from '../../src/parse/lines/layout.js';
import { isRejected } from '../../src/parse/lines/line-reader.js';
import { createRecordParser } from '../../src/parse/lines/record.js';
import { isReject } from '../../src/parse/lines/reject.js';
import { createW3cReader } from '../../src/parse/presets/w3c-format.js';

const FORMAT = { name: 'w3c', summary: '', example: '', createReader: createW3cReader };

/** What is not null in the record of a line under `#Fields`, or the reject. */
function read(fields: string, line: string) {
  const parser = createRecordParser(FORMAT);
  parser.readDirective(`#Fields: ${fields}`);
  const record = parser.parse(line);
  if (isReject(record)) return record;
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

describe('a log of IIS', () => {
  const FIELDS =
    'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus time-taken';

  it('is in UTC, and has plus signs for the spaces of headers', () => {
    expect(
      read(
        FIELDS,
        '2026-04-14 08:22:31 192.0.2.1 GET /p/1+2/ a=1+2 443 EXAMPLE\\bob 203.0.113.9 Mozilla/5.0+(X) - 200 0 15',
      ),
    ).toEqual({
      time: '2026-04-14T08:22:31+00:00',
      remoteHost: '203.0.113.9',
      user: 'EXAMPLE\\bob',
      method: 'GET',
      target: '/p/1+2/?a=1+2',
      status: 200,
      userAgent: 'Mozilla/5.0 (X)',
      extra: { 's-ip': '192.0.2.1', 's-port': '443', 'sc-substatus': '0', 'time-taken': '15' },
    });
  });

  it('is UTF-8, and its backslashes are no escapes', () => {
    expect(
      read('date time cs-uri-stem cs-username', '2026-04-14 08:22:31 /\\x41 d\xc3\xa9\xff'),
    ).toMatchObject({
      user: 'dé\\xff',
    });
    expect(read('date time cs-method cs-uri-stem', '2026-04-14 08:22:31 GET /\\x41\\n')).toMatchObject({
      target: '/\\x41\\n',
    });
  });
});

describe('a log of CloudFront', () => {
  const FIELDS =
    'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header x-forwarded-for cs-protocol-version';

  it('has tabs, and percent signs in its agents', () => {
    expect(
      read(
        FIELDS,
        '2026-04-14\t08:22:31\tSEA19-C1\t5120\t203.0.113.9\tGET\td1.cloudfront.net\t/a%20b/+\t200\thttp://a/%20+\tMozilla/5.0%20(%2522X%2522;%20+)\ta=%20\twww.example.com\t198.51.100.7\tHTTP/2.0',
      ),
    ).toEqual({
      time: '2026-04-14T08:22:31+00:00',
      virtualHost: 'www.example.com',
      remoteHost: '203.0.113.9',
      method: 'GET',
      target: '/a%20b/+?a=%20',
      protocol: 'HTTP/2.0',
      status: 200,
      bytes: 5120,
      referrer: 'http://a/%20+',
      userAgent: 'Mozilla/5.0 ("X"; +)',
      extra: {
        'x-edge-location': 'SEA19-C1',
        'cs(Host)': 'd1.cloudfront.net',
        'X-Forwarded-For': '198.51.100.7',
      },
    });
  });
});

describe('other logs', () => {
  it('may have ids in response headers', () => {
    expect(
      read('date time cs-uri sc(X-Content-Type-ID) sc(X-Object-ID)', '2026-04-14 08:22:31.5 /p?a 7 1234'),
    ).toMatchObject({ time: '2026-04-14T08:22:31.5+00:00', contentType: '7', objectId: '1234' });
  });

  it('may have values in quotes', () => {
    expect(
      read('date time cs(User-Agent) sc-status', '2026-04-14 08:22:31 "Mozilla/5.0 (""X"")" 200 '),
    ).toMatchObject({ userAgent: 'Mozilla/5.0 ("X")', status: 200 });
  });

  it('may have seconds since 1970', () => {
    expect(read('timestamp c-ip', '1776154951.007\t::1')).toMatchObject({
      time: '2026-04-14T08:22:31.007+00:00',
      remoteHost: '::1',
    });
  });

  it('do not repeat a query that the target has', () => {
    expect(read('date time cs-method cs-uri cs-uri-query', '2026-04-14 08:22:31 GET /p?a a')).toMatchObject({
      target: '/p?a',
    });
  });
});

describe('rejects', () => {
  it.each([
    ['2026-04-14 08:22:31', 'line ends early', 'sc-status'],
    ['2026-04-14 08:22:31 200 1 2', 'trailing text', null],
    ['2026-02-30 08:22:31 200 1', 'bad time', 'time'],
    ['2026-04-14 24:00:00 200 1', 'bad time', 'time'],
    ['- - 200 1', 'bad time', 'time'],
    ['2026-04-14 08:22:31 20 1', 'bad status', 'status'],
    ['2026-04-14 08:22:31 200 -1', 'bad size', 'bytes'],
    ['', 'line ends early', 'time'],
  ])('%j: %s', (line, reject, field) => {
    expect(read('date time sc-status sc-bytes', line)).toEqual({ reject, field });
  });

  it('say that a log without date has bad times', () => {
    expect(read('time sc-status', '08:22:31 200')).toEqual({ reject: 'bad time', field: 'time' });
    expect(read('', '08:22:31 200')).toHaveProperty('reject');
  });

  it('are all lines before the first #Fields', () => {
    const parser = createRecordParser(FORMAT);
    parser.readDirective('#Version: 1.0');
    expect(parser.parse('2026-04-14 08:22:31 200')).toEqual({ reject: 'unexpected text', field: null });
  });
});

describe('a further #Fields line', () => {
  it('changes what follows, and no position', () => {
    const reader = createW3cReader(new Set<FieldKey>(['status', 'extra:Time-Taken']));
    const positions = () => [reader.getPosition('status'), reader.getPosition('extra:time-taken')];
    const before = positions();
    const readValues = (fields: string, line: string) => {
      reader.readDirective?.(`#fields:\t${fields}`);
      const values = reader.read(line);
      if (isRejected(values)) throw new Error(values.reject);
      return positions().map((position) => values[position]);
    };
    expect(readValues('date time sc-status time-taken', '2026-04-14 08:22:31 200 15')).toEqual(['200', '15']);
    expect(readValues('time-taken sc-status date time x', '16 404 2026-04-14 08:22:31 y')).toEqual([
      '404',
      '16',
    ]);
    expect(readValues('date time', '2026-04-14 08:22:31')).toEqual([undefined, undefined]);
    expect(positions()).toEqual(before);
  });

  it('does not leave fields of the earlier one behind', () => {
    const parser = createRecordParser(FORMAT);
    parser.readDirective('#Fields: date time a b');
    parser.parse('2026-04-14 08:22:31 1 2');
    parser.readDirective('#Fields: date time b c');
    expect(parser.parse('2026-04-14 08:22:31 3 4')).toMatchObject({ extra: { b: '3', c: '4' } });
  });
});
