// Format strings as people paste them, and a log line as the server writes it for each.
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import {
  DEFAULT_OBJECT_FIELDS,
  isFormatString,
  parseFormatString,
} from '../../src/parse/strings/format-string.js';
import { readLine } from './read-line.js';

const TIME = { time: '2026-04-14T10:22:31+02:00' };
const NONE = { ident: '-', user: '-' };
const COMMON_LINE = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /a?b=c HTTP/1.1" 200 5120';
const COMMON = {
  ...TIME,
  ...NONE,
  remoteHost: '203.0.113.9',
  request: 'GET /a?b=c HTTP/1.1',
  status: '200',
  bytes: '5120',
};
const COMBINED = { ...COMMON, referrer: 'https://example.org/', userAgent: 'Mozilla/5.0 (X11)' };
const COMBINED_LINE = `${COMMON_LINE} "https://example.org/" "Mozilla/5.0 (X11)"`;

describe('a pasted format of Apache', () => {
  test.each([
    ['LogFormat "%h %l %u %t \\"%r\\" %>s %b" common', COMMON_LINE, COMMON],
    ['%h %l %u %t "%r" %>s %b', COMMON_LINE, COMMON],
    ['%h %l %u %t \\"%r\\" %>s %b', COMMON_LINE, COMMON],
    ['"%h %l %u %t \\"%r\\" %>s %b"', COMMON_LINE, COMMON],
    ['LogFormat \'%h %l %u %t "%r" %>s %b\' common', COMMON_LINE, COMMON],
    ['LogFormat "%h %l %u %t \\\n  \\"%r\\" %>s %b" common\n', COMMON_LINE.replace('] "', ']   "'), COMMON],
    ['  CustomLog "logs/access_log" "%h %l %u %t \\"%r\\" %>s %b" env=!image', COMMON_LINE, COMMON],
    [
      'LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-agent}i\\"" combined',
      COMBINED_LINE,
      COMBINED,
    ],
    [
      'LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined',
      `www.example.com:443 ${COMBINED_LINE}`,
      { ...COMBINED, virtualHost: 'www.example.com', 'extra:port': '443' },
    ],
    [
      'LogFormat "%h %t \\"%{Cookie}i\\" %{Apache}C \\"%{Set-Cookie}o\\"" cookies',
      '203.0.113.9 [14/Apr/2026:10:22:31 +0200] "a=1; b=\\"2\\"" 203.0.113.9.13 "-"',
      {
        ...TIME,
        remoteHost: '203.0.113.9',
        'extra:Cookie': 'a=1; b=\\"2\\"',
        'extra:Apache': '203.0.113.9.13',
        'extra:Set-Cookie': '-',
      },
    ],
    [
      '%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t %>s',
      '14/Apr/2026 10:22:31.042 +0200 200',
      { time: '2026-04-14T10:22:31.042+02:00', status: '200' },
    ],
    [
      '%h\\t%u\\t%t\\t%>s',
      'h\tjoe  smith\t[14/Apr/2026:10:22:31 +0200]\t200',
      {
        ...TIME,
        remoteHost: 'h',
        user: 'joe  smith',
        status: '200',
      },
    ],
    ['%t 100%% C:\\\\logs %>s', '[14/Apr/2026:10:22:31 +0200] 100% C:\\logs 200', { ...TIME, status: '200' }],
  ])('%s', (format, line, expected) => {
    expect(readLine(format, line)).toEqual(expected);
  });
});

/** nginx has no ident; the hyphen there is text of its format. */
const { ident: _, ...NGINX_COMBINED } = COMBINED;

describe('a pasted format of nginx', () => {
  test.each([
    [
      'log_format combined \'$remote_addr - $remote_user [$time_local] \'\n  \'"$request" $status $body_bytes_sent \'\n  \'"$http_referer" "$http_user_agent"\';',
      COMBINED_LINE,
      NGINX_COMBINED,
    ],
    [
      'log_format  main  \'$remote_addr - $remote_user [$time_local] "$request" \'\n                  \'$status $body_bytes_sent "$http_referer" \'\n                  \'"$http_user_agent" "$http_x_forwarded_for"\';',
      `${COMBINED_LINE} "198.51.100.7, 10.0.0.1"`,
      { ...NGINX_COMBINED, 'extra:http_x_forwarded_for': '198.51.100.7, 10.0.0.1' },
    ],
    [
      "'$remote_addr [$time_local] ' '$status';",
      'h [14/Apr/2026:10:22:31 +0200] 200',
      {
        ...TIME,
        remoteHost: 'h',
        status: '200',
      },
    ],
    [
      'log_format x escape=json "{\\"t\\":\\"$time_iso8601\\",\\"s\\":$status}";',
      '{"t":"2026-04-14T10:22:31+02:00","s":200}',
      {
        ...TIME,
        status: '200',
      },
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how nginx writes it
      '${remote_addr} $msec ${request_time}s',
      'h 1776154951.042 0.5s',
      {
        time: '2026-04-14T08:22:31.042+00:00',
        remoteHost: 'h',
        'extra:request_time': '0.5',
      },
    ],
    [
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id',
      `${COMBINED_LINE} 462 0.050 [web-9000] [] 10.0.0.1:90, 10.0.0.2:90 : 10.0.0.3:90 0, 0 : 19 0.0, 0.1 : 0.2 502, 502 : 200 75f8`,
      {
        ...NGINX_COMBINED,
        'extra:request_length': '462',
        'extra:request_time': '0.050',
        'extra:proxy_upstream_name': 'web-9000',
        'extra:proxy_alternative_upstream_name': '',
        'extra:upstream_addr': '10.0.0.1:90, 10.0.0.2:90 : 10.0.0.3:90',
        'extra:upstream_response_length': '0, 0 : 19',
        'extra:upstream_response_time': '0.0, 0.1 : 0.2',
        'extra:upstream_status': '502, 502 : 200',
        'extra:req_id': '75f8',
      },
    ],
  ])('%s', (format, line, expected) => {
    expect(readLine(format, line)).toEqual(expected);
  });
});

describe('a format that cannot work', () => {
  test.each([
    ['', 'the format is empty'],
    ['combinde', "'combinde' has neither directives of Apache nor variables of nginx"],
    ['%h %l %u "%r" %>s', 'the format has no time'],
    ['$remote_addr $status', 'the format has no time'],
    ['%t %Z', "'%Z' is not a directive"],
    ['%t %{Foo}Z', "'%{Foo}Z' is not a directive"],
    ['%t %', "'%' is not a directive"],
    ['%t %{Referer', "'%{Referer' has no closing brace"],
    ['%t %i', "'%i' lacks a name"],
    ['%t %h%u', "'%h' and '%u' cannot be told apart in a line: there is no text between them"],
    ['%t %{sec}t%D', "'%{sec}t' and '%D' cannot"],
    ['[$time_local] $request_time$pipe', "'$request_time' and '$pipe' cannot"],
    [
      '%t %u %{User-Agent}i',
      "'%u' and '%{User-Agent}i' cannot be told apart in a line: both may hold spaces",
    ],
    ['%t %u %m %r', "'%u' and '%r' cannot"],
    ['[$time_local] $', "'$' is not a variable"],
    ['%{%H:%M}t', "'%{%H:%M}t' does not say the day"],
    ['%{%Y}t %{%T}t', "'%{%Y}t' and '%{%T}t' do not say the day"],
    ['%{%Y-%m-%d %Q}t', "'%Q' in '%{%Y-%m-%d %Q}t'"],
    ['LogFormat "%h" a\nLogFormat "%t" b', 'there is more than one format'],
    ['CustomLog logs/access_log combined', "'combined' is the name of a format"],
    ['log_format main', 'the log_format has no format'],
    ['%t\\n%h', 'the format has several lines'],
  ])('%s: %s', (format, message) => {
    const parse = () => parseFormatString(format, DEFAULT_OBJECT_FIELDS);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(expect.objectContaining({ hint: expect.stringMatching(/./) }));
  });
});

test('a format string is told from the name of a preset', () => {
  for (const text of ['combined', 'combined_ids', 'auto', '100%']) expect(isFormatString(text)).toBe(false);
  for (const text of ['%h', '%>s', '$msec', '%{Foo}i', '%400,501{Foo}i'])
    expect(isFormatString(text)).toBe(true);
});
