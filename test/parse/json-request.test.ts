// JSON is written by everything: only objects that tell of a request are lines of an access log.
import { describe, expect, it } from 'vitest';
import { createRecordParser } from '../../src/parse/lines/record.js';
import { DEFAULT_FORMAT_OPTIONS, resolveFormat } from '../../src/parse/presets/formats.js';

const { parse } = createRecordParser(resolveFormat('json', DEFAULT_FORMAT_OPTIONS));

describe('objects that tell of no request', () => {
  const time = '"time": "2026-04-14T10:22:31Z"';

  it.each([
    [
      `{"log":"203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] \\"GET / HTTP/1.1\\" 200 5\\n","stream":"stdout",${time}}`,
    ],
    [`{${time}, "level": "info", "msg": "started", "status": 200}`],
    [`{${time}, "msg": "fetched", "url": "https://www.example.com/"}`],
    [`{${time}, "method": "rebuild", "status": 200}`],
    [`{${time}, "object_id": 7}`],
  ])('are rejects: %s', (line) => {
    expect(parse(line)).toEqual({ reject: 'no request', field: 'request' });
  });

  it.each([
    [`{${time}, "request": ""}`],
    [`{${time}, "uri": "/p/1", "status": 200}`],
    [`{${time}, "method": "GET", "path": "/p/1"}`],
    [`{${time}, "object_id": 7, "content_type_id": 1}`],
  ])('are others than those that name a request or an object: %s', (line) => {
    expect(parse(line)).toHaveProperty('time');
  });
});
