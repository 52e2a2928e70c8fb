import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import type { FieldKey } from '../../src/parse/lines/layout.js';
import { isRejected } from '../../src/parse/lines/line-reader.js';
import { createRecordParser, type LogRecord } from '../../src/parse/lines/record.js';
import { isReject } from '../../src/parse/lines/reject.js';
import { JSON_LINES, parseJsonFields } from '../../src/parse/presets/labelled-formats.js';
import { createLabelledReader } from '../../src/parse/presets/labelled-values.js';

const TIME = '"time": "2026-04-14T10:22:31+02:00", "request": "-"';

function createParser(fields: readonly string[] = []) {
  return createRecordParser({
    name: 'json',
    summary: '',
    example: '',
    createReader: (wanted) =>
      createLabelledReader(JSON_LINES, parseJsonFields(fields, '--json-field'), wanted),
  });
}

/** Parses a line that is written as UTF-8. */
function parse(line: string, fields: readonly string[] = []) {
  return createParser(fields).parse(Buffer.from(line, 'utf8').toString('latin1'));
}

function parseRecord(line: string, fields: readonly string[] = []): LogRecord {
  const record = parse(line, fields);
  if (isReject(record)) throw new Error(`rejected: ${JSON.stringify(record)}`);
  return record;
}

/** What is not null in a record. */
function readFields(line: string, fields: readonly string[] = []) {
  const { extra, ...record } = parseRecord(line, fields);
  return { ...Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)), extra };
}

describe('the usual names', () => {
  it("are those of nginx's variables", () => {
    expect(
      readFields(
        '{"time_local":"14/Apr/2026:10:22:31 +0200","msec":"1776154951.123","remote_addr":"203.0.113.9","remote_user":"","request":"GET /p/1?a=1 HTTP/1.1","request_method":"GET","request_uri":"/p/1?a=1","status": "200","body_bytes_sent":"5120","request_time":"0.003","http_referer":"","http_user_agent":"Mozilla/5.0","host":"www.example.com","server_name":"_","sent_http_x_content_type_id":"7","sent_http_x_object_id":"1234","http_x_forwarded_for":"198.51.100.7"}',
      ),
    ).toEqual({
      time: '2026-04-14T10:22:31+02:00',
      remoteHost: '203.0.113.9',
      user: '',
      request: 'GET /p/1?a=1 HTTP/1.1',
      method: 'GET',
      target: '/p/1?a=1',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 5120,
      referrer: '',
      userAgent: 'Mozilla/5.0',
      virtualHost: 'www.example.com',
      contentType: '7',
      objectId: '1234',
      extra: {
        msec: '1776154951.123',
        request_time: '0.003',
        server_name: '_',
        'X-Forwarded-For': '198.51.100.7',
      },
    });
  });

  it("are those of Caddy's nested objects and arrays", () => {
    expect(
      readFields(
        '{"level":"info","ts":1646861401.5241024,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"127.0.0.1","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/p/1?x","headers":{"User-Agent":["curl/7.82.0"],"Referer":["http://a/"],"Accept":["*/*"]},"tls":{"resumed":false}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"X-Content-Type-Id":["core.photo"],"X-Object-Id":["a-1"]}}',
      ),
    ).toMatchObject({
      time: '2022-03-09T21:30:01.5241024+00:00',
      remoteHost: '127.0.0.1',
      user: '',
      virtualHost: 'localhost',
      method: 'GET',
      target: '/p/1?x',
      protocol: 'HTTP/2.0',
      status: 200,
      bytes: 10900,
      referrer: 'http://a/',
      userAgent: 'curl/7.82.0',
      contentType: 'core.photo',
      objectId: 'a-1',
      extra: { 'request.client_ip': '203.0.113.9', 'request.tls.resumed': 'false', duration: '0.000929675' },
    });
  });

  it('are those that people give to directives of Apache', () => {
    expect(
      readFields(
        '{ "time":"[14/Apr/2026:10:22:31 +0200]", "remoteIP":"203.0.113.9", "host":"www.example.com", "request":"/p/1", "query":"?a=1", "method":"GET", "status":"304", "userAgent":"UA", "referer":"-" }',
      ),
    ).toEqual({
      time: '2026-04-14T10:22:31+02:00',
      remoteHost: '203.0.113.9',
      virtualHost: 'www.example.com',
      method: 'GET',
      target: '/p/1?a=1',
      status: 304,
      userAgent: 'UA',
      extra: {},
    });
  });

  it('yield to the keys that are given, which may lead into objects', () => {
    const line = `{${TIME}, "host": "machine", "status": 200, "site": {"name": "shop"}, "xff": "::1"}`;
    expect(
      readFields(line, ['virtualHost=site.name', 'time=time', 'extra:client=xff', 'objectId=site.id']),
    ).toEqual({
      time: '2026-04-14T10:22:31+02:00',
      virtualHost: 'shop',
      status: 200,
      extra: { host: 'machine', client: '::1' },
    });
  });
});

describe('times', () => {
  it.each([
    ['"2026-04-14T10:22:31Z"', '2026-04-14T10:22:31+00:00'],
    ['"2026-04-14 10:22:31.120+0545"', '2026-04-14T10:22:31.120+05:45'],
    ['"2026-04-14T10:22:31"', '2026-04-14T10:22:31'],
    ['"14/Apr/2026:10:22:31 -1200"', '2026-04-14T10:22:31-12:00'],
    ['"[14/Apr/2026:10:22:31 +0000]"', '2026-04-14T10:22:31+00:00'],
    ['1776154951', '2026-04-14T08:22:31+00:00'],
    ['"1776154951.007"', '2026-04-14T08:22:31.007+00:00'],
    ['1776154951007', '2026-04-14T08:22:31.007+00:00'],
    ['1776154951007123', '2026-04-14T08:22:31.007123+00:00'],
    ['1776154951007123456', '2026-04-14T08:22:31.007123456+00:00'],
    ['0', '1970-01-01T00:00:00+00:00'],
  ])('%s is %s', (written, time) => {
    expect(parseRecord(`{"time": ${written}, "request": "-"}`).time).toBe(time);
  });

  it.each([
    '""',
    'null',
    '-1',
    '1e30',
    '"soon"',
    '"31/Apr/2026:10:22:31 +0000"',
    '"2026-02-30T00:00:00Z"',
    '[]',
  ])('%s is a bad time', (written) => {
    expect(parse(`{"time": ${written}, "request": "-"}`)).toEqual({ reject: 'bad time', field: 'time' });
  });
});

describe('values', () => {
  it('are null for null and -, and absent where nginx has an empty variable that cannot be empty', () => {
    expect(
      readFields(
        `{${TIME}, "user": null, "referer": "-", "status": "", "bytes": "", "object_id": "", "a": null}`,
      ),
    ).toEqual({ time: '2026-04-14T10:22:31+02:00', extra: { a: null } });
  });

  it.each([
    ['"status": "20"', 'bad status', 'status'],
    ['"status": 2000', 'bad status', 'status'],
    ['"status": true', 'bad status', 'status'],
    ['"bytes": -1', 'bad size', 'bytes'],
    ['"bytes": 1.5', 'bad size', 'bytes'],
    ['"bytes": 1e300', 'bad size', 'bytes'],
    ['"bytes": 9223372036854775808', 'bad size', 'bytes'],
    ['"content_type_id": "7 8"', 'bad content type', 'contentType'],
    ['"object_id": "a b"', 'bad object id', 'objectId'],
  ])('%s is a reject', (member, reject, field) => {
    expect(parse(`{${TIME}, ${member}}`)).toEqual({ reject, field });
  });

  it('take the status 0 of a request that was not answered as none', () => {
    expect(parseRecord(`{${TIME}, "status": 0}`).status).toBeNull();
  });

  it('keep every digit of long numbers', () => {
    expect(parseRecord(`{${TIME}, "object_id": 12345678901234567890, "content_type_id":7}`)).toMatchObject({
      objectId: '12345678901234567890',
      contentType: '7',
    });
  });

  it('tell a backslash before xhh from a byte that is not UTF-8', () => {
    const readUa = (ua: string) => createParser().parse(`{${TIME}, "ua": "${ua}"}`);
    expect(readUa('/a\\\\xed')).toMatchObject({ extra: { ua: '/a\\x5cxed' } });
    expect(readUa('/a\xed')).toMatchObject({ extra: { ua: '/a\\xed' } });
    expect(readUa('/a\\x5Cxed')).toMatchObject({ extra: { ua: '/a\\x5cxed' } });
    expect(readUa('/a\\xED')).toMatchObject({ extra: { ua: '/a\\xed' } });
  });

  it('are UTF-8, with what is invisible or no UTF-8 shown as bytes', () => {
    const record = createParser().parse(
      `{${TIME}, "ua": "\xc3\xa9 \xff\\u0000\\u001b \\ud800 \\ud83d\\ude00 \\\\x41"}`,
    );
    expect(record).toMatchObject({ extra: { ua: 'é \\xff\\x00\\x1b \\xed\\xa0\\x80 😀 \\x41' } });
  });
});

describe('lines that are nearly JSON', () => {
  it("may have Apache's escapes", () => {
    expect(
      parseRecord(
        `{${TIME}, "request": "\\x16\\x03", "user_agent": "a \\x22b\\x22 \\xc3\\xa9 \\v \\\\x41 \\" c"}`,
      ),
    ).toMatchObject({ request: '\\x16\\x03', userAgent: 'a "b" é \\x0b \\x41 " c' });
  });

  it('may have - or nothing in the place of a number', () => {
    expect(parseRecord(`{"bytes":-, "status": 200, ${TIME}, "upstream": , "a":-}`)).toMatchObject({
      bytes: null,
      status: 200,
      extra: { upstream: null, a: null },
    });
  });

  it.each([
    '',
    'null',
    '1',
    '"a"',
    '[]',
    '[{}]',
    '{',
    '{"a":1',
    `{${TIME}}}`,
    `{${TIME}} x`,
    '{"a":"\\x"}',
    '{a:1}',
  ])('%j is no object', (line) => {
    expect(parse(line)).toEqual({ reject: 'unexpected text', field: null });
  });
});

describe('objects that mean harm', () => {
  it('have no say over prototypes', () => {
    const { extra } = parseRecord(`{${TIME}, "__proto__": {"polluted": "1"}, "constructor": "c"}`);
    expect(Object.entries(extra)).toEqual([
      ['__proto__.polluted', '1'],
      ['constructor', 'c'],
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
  });

  it('give 100 further fields at most, and those at the first 8 levels', () => {
    const many = Array.from({ length: 500 }, (_, at) => `"k${at}": ${at}`).join(',');
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const { extra, status } = parseRecord(`{${TIME}, "deep": ${deep}, ${many}, "status": 200}`);
    expect(Object.keys(extra).length).toBeLessThanOrEqual(100);
    expect(extra).toHaveProperty('k98', '98');
    expect(extra).not.toHaveProperty('k100');
    expect(status).toBe(200);
  });

  it.each([
    ['escaped quotes', `{"a":"${'\\"'.repeat(32_000)}`],
    ['colons and spaces', `{"a":${' '.repeat(64_000)}x`],
    ['digits', `{"a":${'1'.repeat(64_000)}.`],
    ['brackets', `{"a":${'['.repeat(64_000)}`],
  ])('take no long time: %s', (_, line) => {
    const begun = performance.now();
    expect(parse(line)).toHaveProperty('reject');
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('never throw, whatever the bytes', () => {
    const parser = createParser();
    const scalar = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.constantFrom('-', '', '\\x16', '{"time":1'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map((text) => text.slice(0, 500)),
          scalar,
        ),
        fc.string(),
        (text, member) => {
          for (const line of [text, `{${TIME},"x":${text}}`, `{${TIME},"x":"${member}"}`]) {
            const result = parser.parse(Buffer.from(line, 'utf8').toString('latin1'));
            expect(isReject(result) || typeof result.time === 'string').toBe(true);
          }
        },
      ),
    );
  });
});

describe('a reader that is asked for some fields', () => {
  const reader = createLabelledReader(
    JSON_LINES,
    new Map(),
    new Set<FieldKey>(['status', 'extra:request.TLS.cipher']),
  );

  it('delivers further fields by their name without regard to case, and no others', () => {
    const values = reader.read(
      `{${TIME.replace('"request"', '"request_line"')}, "request": {"tls": {"cipher": 1}}, "a": 1}`,
    );
    if (isRejected(values)) throw new Error('rejected');
    expect(values[reader.getPosition('extra:Request.tls.cipher')]).toBe('1');
    expect(reader.getPosition('extra:a')).toBe(-1);
    expect(reader.getExtras().map(({ name }) => name)).toEqual(['X-Forwarded-For', 'request.TLS.cipher']);
  });
});

describe('--json-field', () => {
  it.each([
    ['objectId', 'is not a field and a key'],
    ['objectId=', 'is not a field and a key'],
    ['=id', "'' is not a field"],
    ['object=id', "'object' is not a field"],
    ['extra:=id', "'extra:' is not a field"],
  ])('%s is a usage error', (text, message) => {
    expect(() => parseJsonFields([text], '--json-field')).toThrow(UsageError);
    expect(() => parseJsonFields([text], '--json-field')).toThrow(`--json-field: `);
    expect(() => parseJsonFields([text], '--json-field')).toThrow(message);
  });

  it('gives a field one key, and a key to one field', () => {
    expect(() => parseJsonFields(['status=a', 'status=b'], '--json-field')).toThrow('given twice');
    expect(() => parseJsonFields(['status=a', 'bytes=a'], '--json-field')).toThrow('given to two fields');
    expect(parseJsonFields(['status=a=b'], '--json-field')).toEqual(new Map([['status', 'a=b']]));
  });
});
