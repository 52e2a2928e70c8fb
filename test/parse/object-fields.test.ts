// Which directives carry content type and object id.
import { describe, expect, test } from 'vitest';
import { readLine } from './read-line.js';

const TIME = { time: '2026-04-14T10:22:31+02:00' };

describe('the fields of the object', () => {
  const read = (format: string, contentType: string, objectId: string) =>
    readLine(format, '[14/Apr/2026:10:22:31 +0200] 7 1234', {
      contentType: [contentType],
      objectId: [objectId],
    });
  const found = { ...TIME, contentType: '7', objectId: '1234' };

  test('are response headers, by their names without regard to case', () => {
    const line = '[14/Apr/2026:10:22:31 +0200] 7 1234';
    expect(readLine('%t %{x-content-type-id}o %{X-OBJECT-ID}o', line)).toEqual(found);
    expect(readLine('%t %{X-JL6-CID}o %{X-JL6-OID}o', line)).toEqual(found);
    expect(readLine('[$time_local] $sent_http_x_content_type_id $upstream_http_x_object_id', line)).toEqual(
      found,
    );
  });

  test('are notes of Apache that have the names of the headers', () => {
    expect(
      readLine('%t %{x_content_type_id}n %{X-Object-ID}n', '[14/Apr/2026:10:22:31 +0200] 7 1234'),
    ).toEqual(found);
  });

  test('are whatever else was named: a directive, a variable', () => {
    expect(read('%t %{CID}n %{oid}e', '%{cid}n', '%{OID}e')).toEqual(found);
    expect(read('%t %D %T', '%D', '%T')).toEqual(found);
    expect(read('[$time_local] $content_type_id $object_id', '$content_type_id', '$object_id')).toEqual(
      found,
    );
    expect(read('[$time_local] $request_time $uri', '$request_time', '$uri')).toEqual(found);
  });

  test('are not request headers of the same name', () => {
    const line = '[14/Apr/2026:10:22:31 +0200] 7 1234';
    expect(readLine('%t %{X-Object-ID}i %{X-Object-ID}o', line)).toEqual({
      ...TIME,
      'extra:X-Object-ID': '7',
      objectId: '1234',
    });
  });
});
