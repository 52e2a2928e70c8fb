// Each directive of mod_log_config, with what the server writes for it.
import { describe, expect, test } from 'vitest';
import { readLine } from './read-line.js';

const DAY = '[14/Apr/2026:10:22:31 +0200]';
const TIME = { time: '2026-04-14T10:22:31+02:00' };

describe('the directive', () => {
  test.each([
    ['%a', '203.0.113.9', { remoteHost: '203.0.113.9' }],
    ['%{c}a', '10.0.0.1', { remoteHost: '10.0.0.1' }],
    ['%A', '192.0.2.1', { 'extra:%A': '192.0.2.1' }],
    ['%b', '-', { bytes: '-' }],
    ['%B', '0', { bytes: '0' }],
    ['%{session}C', 'a1b2', { 'extra:session': 'a1b2' }],
    ['%D', '1200', { 'extra:%D': '1200' }],
    ['%{UNIQUE_ID}e', 'VHhI', { 'extra:UNIQUE_ID': 'VHhI' }],
    ['%f', '/var/www/a b.html', { 'extra:%f': '/var/www/a b.html' }],
    ['%h', 'host.example.com', { remoteHost: 'host.example.com' }],
    ['%h', '203.0.113.9, 10.0.0.1,10.0.0.2', { remoteHost: '203.0.113.9, 10.0.0.1,10.0.0.2' }],
    ['%H', 'HTTP/1.1', { protocol: 'HTTP/1.1' }],
    ['%{Accept}i', '*/*', { 'extra:Accept': '*/*' }],
    ['%{X-Forwarded-For}i', '203.0.113.9, 10.0.0.1', { 'extra:X-Forwarded-For': '203.0.113.9, 10.0.0.1' }],
    ['%{Host}i', 'www.example.com', { virtualHost: 'www.example.com' }],
    ['%I', '512', { 'extra:%I': '512' }],
    ['%k', '3', { 'extra:%k': '3' }],
    ['%l', '-', { ident: '-' }],
    ['%L', 'Zk1+', { 'extra:%L': 'Zk1+' }],
    ['%m', 'GET', { method: 'GET' }],
    ['%{outcome}n', 'hit', { 'extra:outcome': 'hit' }],
    ['%{Content-Type}o', 'text/html', { 'extra:Content-Type': 'text/html' }],
    ['%O', '600', { bytes: '600' }],
    ['%p', '80', { 'extra:%p': '80' }],
    ['%{canonical}p', '80', { 'extra:%{canonical}p': '80' }],
    ['%{remote}p', '50123', { 'extra:%{remote}p': '50123' }],
    ['%P', '4711', { 'extra:%P': '4711' }],
    ['%{hextid}P', '7f00', { 'extra:%{hextid}P': '7f00' }],
    ['"%q"', '""', { query: '' }],
    ['%r', 'GET /a b HTTP/1.1', { request: 'GET /a b HTTP/1.1' }],
    ['%R', 'proxy:balancer://app', { 'extra:%R': 'proxy:balancer://app' }],
    ['%s', '301', { status: '301' }],
    ['%<s', '301', { status: '301' }],
    ['%>s', '301', { status: '301' }],
    ['%S', '1112', { 'extra:%S': '1112' }],
    ['%T', '0', { 'extra:%T': '0' }],
    ['%{ms}T', '12', { 'extra:%{ms}T': '12' }],
    ['%u', 'joe smith', { user: 'joe smith' }],
    ['%U', '/photos/1234/', { target: '/photos/1234/' }],
    ['%U%q', '/photos/?id=1', { target: '/photos/', query: '?id=1' }],
    ['%U%q', '/photos/', { target: '/photos/', query: '' }],
    ['%v', 'www.example.com', { virtualHost: 'www.example.com' }],
    ['%V', 'example.com', { virtualHost: 'example.com' }],
    ['%v:%p', 'example.com:80', { virtualHost: 'example.com', 'extra:port': '80' }],
    ['%V%U', 'example.com/a', { virtualHost: 'example.com', target: '/a' }],
    ['%X', '+', { 'extra:%X': '+' }],
    ['%^FB', '88', { 'extra:%^FB': '88' }],
    ['%^FU', '88', { 'extra:%^FU': '88' }],
    ['%{grpc}^ti', '1', { 'extra:grpc': '1' }],
    ['%{grpc-status}^to', '0', { 'extra:grpc-status': '0' }],
    ['%{SSL_PROTOCOL}x', 'TLSv1.3', { 'extra:SSL_PROTOCOL': 'TLSv1.3' }],
    ['%%', '%', {}],
    ['%400,501{User-agent}i', 'curl/8 (x)', { 'extra:%400,501{User-agent}i': 'curl/8 (x)' }],
    ['%!200,304,302{Referer}i', '-', { 'extra:%!200,304,302{Referer}i': '-' }],
    ['"%{User-agent}i"', '"say \\"hi\\""', { userAgent: 'say \\"hi\\"' }],
    ["'%r'", "'GET / HTTP/1.1'", { request: 'GET / HTTP/1.1' }],
    ['[%{X-Foo}i]', '[a b]', { 'extra:X-Foo': 'a b' }],
    [
      '"%m %U%q %H"',
      '"GET /a b?c HTTP/1.1"',
      { method: 'GET', target: '/a b', query: '?c', protocol: 'HTTP/1.1' },
    ],
  ])('%s reads %s', (directive, text, expected) => {
    expect(readLine(`${directive} %t`, `${text} ${DAY}`)).toEqual({ ...TIME, ...expected });
    expect(readLine(`%t ${directive}`, `${DAY} ${text}`)).toEqual({ ...TIME, ...expected });
    expect(readLine(`%t|${directive}|x`, `${DAY}|${text}|x`)).toEqual({ ...TIME, ...expected });
  });
});

describe('of two directives for one field', () => {
  test.each([
    ['%s %>s', '301 200', { 'extra:%s': '301', status: '200' }],
    ['%<s %s', '301 200', { 'extra:%<s': '301', status: '200' }],
    ['%O %b', '700 512', { 'extra:%O': '700', bytes: '512' }],
    ['%a %h', '203.0.113.9 a.example', { 'extra:%a': '203.0.113.9', remoteHost: 'a.example' }],
    ['%V %v', 'b.example a.example', { 'extra:%V': 'b.example', virtualHost: 'a.example' }],
    ['%b %B', '- 0', { bytes: '-', 'extra:%B': '0' }],
    ['%D %D %D', '1 2 3', { 'extra:%D': '1', 'extra:%D#2': '2', 'extra:%D#3': '3' }],
    ['%{Foo}i %{Foo}o', 'a b', { 'extra:Foo': 'a', 'extra:%{Foo}o': 'b' }],
    [
      '"%r" %m "%U" %H',
      '"GET /a HTTP/1.1" GET "/a" HTTP/1.1',
      {
        request: 'GET /a HTTP/1.1',
        'extra:%m': 'GET',
        'extra:%U': '/a',
        'extra:%H': 'HTTP/1.1',
      },
    ],
  ])('the better one fills it: %s', (format, text, expected) => {
    expect(readLine(`%t ${format}`, `${DAY} ${text}`)).toEqual({ ...TIME, ...expected });
  });
});

describe('a directive with a condition on the status', () => {
  test('never takes the place of the request, whose parts are read', () => {
    expect(readLine('%t "%400r" %m %U', `${DAY} "-" GET /a`)).toEqual({
      ...TIME,
      'extra:%400r': '-',
      method: 'GET',
      target: '/a',
    });
  });

  test('may carry the object, and gives way to one without', () => {
    const ids = '%200{X-Object-ID}o %{X-Content-Type-ID}o';
    expect(readLine(`%t ${ids}`, `${DAY} 12 7`)).toEqual({ ...TIME, objectId: '12', contentType: '7' });
    expect(readLine(`%t ${ids} %{X-Object-ID}o`, `${DAY} - 7 12`)).toMatchObject({ objectId: '12' });
  });

  test('cannot be the time', () => {
    expect(() => readLine('%h %200t', `h ${DAY}`)).toThrow("'%200t' writes no time for other statuses");
  });
});
