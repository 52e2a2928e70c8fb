import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecordParser } from '../../src/parse/lines/record.js';
import { DEFAULT_FORMAT_OPTIONS, resolveFormat } from '../../src/parse/presets/formats.js';
import { parseJsonFields } from '../../src/parse/presets/labelled-formats.js';

const FIELDS = [
  'time:[14/Apr/2026:10:22:31 +0200]',
  'host:203.0.113.9',
  'req:GET /photos/1234/ HTTP/1.1',
  'status:200',
  'size:5120',
  'ua:Mozilla/5.0',
  'vhost:www.example.com',
  'object_id:1234',
  'content_type_id:7',
  'cache:HIT',
];

it('reads labels in any order alike', () => {
  const { parse } = createRecordParser(resolveFormat('ltsv', DEFAULT_FORMAT_OPTIONS));
  const expected = parse(FIELDS.join('\t'));
  expect(expected).toMatchObject({ objectId: '1234', contentType: '7', extra: { cache: 'HIT' } });
  fc.assert(
    fc.property(fc.shuffledSubarray(FIELDS, { minLength: FIELDS.length }), (fields) => {
      expect(parse(fields.join('\t'))).toEqual(expected);
    }),
  );
});

it('reads the labels that are given before those that are known', () => {
  const jsonFields = parseJsonFields(['objectId=oid', 'contentType=ct', 'remoteHost=xff'], '--json-field');
  const { parse } = createRecordParser(resolveFormat('ltsv', { ...DEFAULT_FORMAT_OPTIONS, jsonFields }));
  expect(parse([...FIELDS, 'oid:a-1', 'ct:photo', 'xff:198.51.100.7'].join('\t'))).toMatchObject({
    objectId: 'a-1',
    contentType: 'photo',
    remoteHost: '198.51.100.7',
    extra: { object_id: '1234', host: '203.0.113.9' },
  });
});
