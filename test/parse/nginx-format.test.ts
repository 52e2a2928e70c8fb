// Variables of nginx, with what the server writes for them.
import { expect, test } from 'vitest';
import { readLine } from './read-line.js';

const DAY = '14/Apr/2026:10:22:31 +0200';
const TIME = { time: '2026-04-14T10:22:31+02:00' };

test.each([
  ['$remote_addr', 'unix:', { remoteHost: 'unix:' }],
  ['$remote_user', 'joe smith', { user: 'joe smith' }],
  ['"$request"', '"\\x16\\x03"', { request: '\\x16\\x03' }],
  ['$status', '499', { status: '499' }],
  ['$bytes_sent $body_bytes_sent', '700 512', { 'extra:bytes_sent': '700', bytes: '512' }],
  ['"$http_referer" "$http_user_agent"', '"-" "a b"', { referrer: '-', userAgent: 'a b' }],
  ['$host', 'example.com', { virtualHost: 'example.com' }],
  ['$server_name $host', '_ example.com', { 'extra:server_name': '_', virtualHost: 'example.com' }],
  ['$http_host', 'example.com:8080', { virtualHost: 'example.com:8080' }],
  ['$host:$server_port', 'example.com:443', { virtualHost: 'example.com', 'extra:server_port': '443' }],
  [
    '$request_method $scheme://$host$request_uri $server_protocol',
    'GET https://example.com/a?b HTTP/2.0',
    {
      method: 'GET',
      'extra:scheme': 'https',
      virtualHost: 'example.com',
      target: '/a?b',
      protocol: 'HTTP/2.0',
    },
  ],
  ['$uri $request_uri', '/a /a?b', { 'extra:uri': '/a', target: '/a?b' }],
  ['$request_uri $args', '/a?b b', { target: '/a?b', 'extra:args': 'b' }],
  ['$uri $args', '/a b', { target: '/a', query: 'b' }],
  ['$uri?$query_string', '/a?b', { target: '/a', query: 'b' }],
  ['$uri$is_args$args', '/a?b', { target: '/a', query: '?b' }],
  ['$uri$is_args$args', '/a-b-', { target: '/a-b', query: '-' }],
  ['$cookie_sid $arg_id', 'a1 7', { 'extra:cookie_sid': 'a1', 'extra:arg_id': '7' }],
  [
    '$upstream_response_time $pipe',
    '0.1, 0.2 : 0.3 .',
    { 'extra:upstream_response_time': '0.1, 0.2 : 0.3', 'extra:pipe': '.' },
  ],
  [
    '$http_x_forwarded_for $pipe',
    '203.0.113.9, 10.0.0.1 .',
    {
      'extra:http_x_forwarded_for': '203.0.113.9, 10.0.0.1',
      'extra:pipe': '.',
    },
  ],
])('%s reads %s', (format, text, expected) => {
  expect(readLine(`[$time_local] ${format}`, `[${DAY}] ${text}`)).toEqual({ ...TIME, ...expected });
  expect(readLine(`${format} [$time_local]`, `${text} [${DAY}]`)).toEqual({ ...TIME, ...expected });
});

test.each([
  ['$time_iso8601', '2026-04-14T10:22:31+02:00', '2026-04-14T10:22:31+02:00'],
  ['$time_iso8601', '2026-04-14T08:22:31Z', '2026-04-14T08:22:31+00:00'],
  ['$time_iso8601', '2026-04-14T10:22:31.123456+02:00', '2026-04-14T10:22:31.123456+02:00'],
  ['[$time_iso8601]', '[2026-04-14T08:22:31,042Z]', '2026-04-14T08:22:31.042+00:00'],
  ['$msec', '1776154951.042', '2026-04-14T08:22:31.042+00:00'],
])('%s alone is the time', (format, text, time) => {
  expect(readLine(`${format} $status`, `${text} 200`)).toEqual({ time, status: '200' });
});

test('of several times the first that says most is the time, and the others are fields', () => {
  const [local, iso, msec] = [DAY, '2026-04-14T10:22:31+02:00', '1776154951.042'];
  expect(readLine('$msec [$time_local] $time_iso8601', `${msec} [${local}] ${iso}`)).toEqual({
    ...TIME,
    'extra:msec': msec,
    'extra:time_iso8601': iso,
  });
});

test.each([
  ['203.0.113.9 200 [14/Apr/2026:10:22:31 +0200]'],
  ['203.0.113.9   200    [14/Apr/2026:10:22:31 +0200]'],
])('a run of spaces in a format reads a run of spaces: %s', (line) => {
  expect(readLine('$remote_addr  $status  [$time_local]', line)).toEqual({
    ...TIME,
    remoteHost: '203.0.113.9',
    status: '200',
  });
});

test('a run of spaces leaves the space to a day of one digit, and is read in linear time', () => {
  const format = '%h  %{%e %b %Y %T}t  %u "%r"';
  for (const day of ['::1  4 Apr 2026 10:22:31 bob "-"', '::1    4 Apr 2026 10:22:31   bob "-"']) {
    expect(readLine(format, day)).toMatchObject({ time: '2026-04-04T10:22:31', user: 'bob' });
  }
  const begun = performance.now();
  expect(() =>
    readLine(format, `::1 14 Apr 2026 10:22:31${' '.repeat(50_000)}${'x '.repeat(50_000)}`),
  ).toThrow();
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test('one space in a format is one space of the line', () => {
  expect(() => readLine('$status [$time_local]', `200  [${DAY}]`)).toThrow('does not fit');
});
