import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  createLineMask,
  createMask,
  createSecretNames,
  isSecretName,
  maskJson,
  maskRequestTarget,
  SECRET_NAMES,
} from '../../src/audience/audience.js';

/** `%hh` of every character, so that a server decodes what no reader recognizes. */
function encodeAll(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function encodeTimes(text: string, times: number): string {
  return times === 0 ? text : encodeTimes(encodeURIComponent(text), times - 1);
}

describe('a name', () => {
  test.each([
    ...[
      'password',
      'PASSWORD',
      'access_token',
      'api-key',
      'apiKey',
      'APIKey',
      'user[password]',
      'a.password',
    ],
    ...[
      'new_password2',
      'X-Auth-Token',
      'Authorization',
      'Proxy-Authorization',
      'csrfmiddlewaretoken',
      'ctl00$Token',
    ],
    ...['accessTOKEN', 'oauth2token', 'user["password"]', '_key_', 'passwords', 'Tokens'],
    ...['apikey', 'APIKEY', 'x_apikeys', 'accesskey2', 'clientsig', 'authtoken', 'csrftoken', 'newpassword'],
    ...['PassWord', 'passWd', 'seCret', 'TOken', 'KEy', 'siG'],
    ...['accesstoken', 'clientsecret', 'sessiontoken', 'userpassword', 'http_x_csrftoken', 'X-Amz-Signature'],
  ])('"%s" stands before a secret', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    ...[
      'monkey',
      'turkey',
      'keyboard',
      'keyword',
      'signal',
      'design',
      'assign',
      'user_signal',
      'user_sign_in',
    ],
    ...['page', '', '-'],
  ])('"%s" does not', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it('is secret if an operator lists it, in any spelling', () => {
    const isSecret = createSecretNames(['session_id', 'auth2', '', '-']);
    expect(['sessionId', 'SESSION-ID', 'my[session_id]', 'jsessionid', 'auth2'].every(isSecret)).toBe(true);
    expect(['session', 'id', 'idSession', 'password', 'auth', ''].some(isSecret)).toBe(false);
    expect(['PIN', 'user_pin', 'userpin'].every(createSecretNames(['pin']))).toBe(true);
    expect(['pinboard', 'spin', 'userpinboard'].some(createSecretNames(['pin']))).toBe(false);
  });
});

test.each([
  ['/login?user=a&password=b', '/login?user=a&password=***'],
  ['/a?a=b;apiKey=b;c=d&e', '/a?a=b;apiKey=***&e'],
  ['/a?token=b;c&d=e', '/a?token=***&d=e'],
  ['/a?token=b=c?d/e&f=g', '/a?token=***&f=g'],
  ['/a?token%3Db', '/a?token%3D***'],
  ['/a?token%3Db=c', '/a?token%3D***'],
  ['/a/%2Fb%3Ftoken%3Dc', '%2Fa%2F%2Fb%3Ftoken%3D***'],
  ['password=a?b&c=d', 'password=***&c=d'],
  ['/a?b=c#token=d', '/a?b=c#token=***'],
  ['/a;token=b/c?d=e', '/a;token=***'],
  ['/a?user%5Bpassword%5D=b', '/a?user%5Bpassword%5D=***'],
  ['/a?%2570assword=b', '/a?%2570assword=***'],
  ['/a?next=/login%3Fpassword%3Db&c=d', '/a?next=%2Flogin%3Fpassword%3D***&c=d'],
  ['/a?next=%252Flogin%253Fpassword%253Db', '/a?next=%252Flogin%253Fpassword%253D***'],
  ['/a?next=/login?password=b', '/a?next=/login?password=***'],
  ['/a?next=%25252525', '/a?next=***'],
  ['/a?b=%7B%22password%22%3A%22c%26d%22%7D', '/a?b=%7B%22password%22%3A***'],
  ['{"user":"a","password":"b&c"}', '{"user":"a","password":***'],
  ['http://user:b@example.com/a?c=d', 'http://***@example.com/a?c=d'],
  ['//user:b@example.com/', '//***@example.com/'],
  ['/p?token:b&c=d', '/p?token:***'],
  ['/a?b=password:c', '/a?b=password:***'],
  ['/a?x%3Atoken%3Ab', '/a?x%3Atoken%3A***'],
  ['/a?token%3Ab=c', '/a?token%3A***'],
  ['/a?tok%65n:b', '/a?tok%65n:***'],
  ['login failed, password : b&c', 'login failed, password :***'],
  ['Authorization: Bearer b', 'Authorization:***'],
  ['/a?b=<password>c&d</password>', '/a?b=<password>***'],
  ['/a?b=%3Cs%3Asecret%20x%3Ec', '/a?b=%3Cs%3Asecret%20x%3E***'],
  ['/a?b=%3Cpassword%3Ec=d', '/a?b=%3Cpassword%3E***'],
  ['{"to\\u006ben":"b"}', '{"to\\u006ben":***'],
  ['user:b@example.com:443', 'user:***@example.com:443'],
  ['/a?next=http%3A%2F%2Fuser%3Ab%40example.com', '/a?next=http%3A%2F%2F***%40example.com'],
])('of "%s" is shown "%s"', (url, shown) => {
  expect(maskRequestTarget(url)).toBe(shown);
});

test.each([
  ...[
    '/',
    '*',
    '/photos/1/?size=large&q=a%20b',
    '/monkey?keyboard=1',
    '/caf%C3%A9?q=100%',
    '/key/photos?id=1',
  ],
  ...[
    '/a?mail=a@example.com',
    '/a?next=/b%3Fc%3Dd%26e',
    'http://example.com/@user?a=b',
    'http://token.example.com:8080/a:b?c:d',
    '/a?b=<i>monkey: c</i>&time=10:22',
    '/a?%zz=%',
    '/a?b=%E9',
  ],
])('"%s" has no secret, and is shown as it is', (url) => {
  expect(maskRequestTarget(url)).toBe(url);
});

describe('a secret', () => {
  const CANARY = 'c4n4ry';
  const secretName = fc
    .constantFrom(...SECRET_NAMES)
    .chain((name) =>
      fc.constantFrom(
        ...[
          name,
          name.toUpperCase(),
          `user[${name}]`,
          `user["${name}"]`,
          `a.${name}`,
          `x-${name}`,
          `my_${name}2`,
        ],
        ...[
          `my${name.charAt(0).toUpperCase()}${name.slice(1)}`,
          encodeURIComponent(`user[${name}]`),
          encodeAll(name),
        ],
      ),
    );
  const around = fc.constantFrom(
    '',
    'x',
    '=',
    '%3D',
    '/',
    '?',
    '%26y',
    ';y',
    '"',
    '%',
    ' ',
    '@',
    ':',
    '%25',
    'é',
  );
  const value = fc.tuple(around, around).map(([before, after]) => `${before}${CANARY}${after}`);
  const parameter = fc
    .tuple(secretName, value, fc.constantFrom('=', ':', ' : ', '='))
    .map(([name, secret, mark]) => `${name}${mark}${secret}`);
  const start = fc.constantFrom(
    '/a?',
    '/?b=c&',
    '/a?b;',
    '/a#',
    '/a?b#c=d&',
    'http://example.com?',
    '?b=c;',
    '/a;',
  );
  const end = fc.constantFrom('', '&b=c', ';b=c', '#b', '&b=%3D');
  const mask = createMask(SECRET_NAMES);

  it('never survives as a parameter of a target', () => {
    fc.assert(
      fc.property(start, parameter, end, (before, secret, after) => {
        expect(mask(`${before}${secret}${after}`)).not.toContain(CANARY);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never survives in a URL that is the value of another parameter, however often it is encoded', () => {
    fc.assert(
      fc.property(start, start, parameter, fc.nat(6), end, (before, inner, secret, times, after) => {
        expect(mask(`${before}next=${encodeTimes(inner + secret, times)}${after}`)).not.toContain(CANARY);
        expect(mask(`${before}next=${encodeAll(encodeTimes(inner + secret, times))}${after}`)).not.toContain(
          CANARY,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('never survives as a password of a URL', () => {
    const scheme = fc.constantFrom(
      'http://',
      'ftp://',
      '//',
      'HTTPS:\\\\',
      '/a?next=http://',
      '/a?b=c&next=//',
    );
    fc.assert(
      fc.property(
        scheme,
        fc.constantFrom('', ':', '=', '&', ';', '@', '%40'),
        fc.nat(6),
        (before, odd, times) => {
          const url = `${before}user:${odd}${CANARY}@example.com/a`;
          expect(mask(url)).not.toContain(CANARY);
          expect(mask(`/a?next=${encodeTimes(url, times)}`)).not.toContain(CANARY);
        },
      ),
    );
  });

  it('is masked in any text, and what is masked stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), parameter, (text, secret) => {
        const shown = mask(`/a?${text}&${secret}`);
        expect(shown).not.toContain(CANARY);
        expect(mask(shown)).not.toContain(CANARY);
      }),
    );
  });
});

describe('JSON', () => {
  it('has its secrets masked at any depth, in texts with URLs too', () => {
    const value = {
      request: {
        uri: '/a?token=b',
        headers: { Authorization: ['Basic x'], 'X-Api-Key': null, Accept: '*/*' },
      },
      list: [{ password: { hash: 'x' } }, 1, null, true],
    };
    expect(maskJson(value)).toEqual({
      request: { uri: '/a?token=***', headers: { Authorization: '***', 'X-Api-Key': '***', Accept: '*/*' } },
      list: [{ password: '***' }, 1, null, true],
    });
  });

  it('is hidden where it is too deep to be looked into', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}"secret"${']'.repeat(5_000)}`) as unknown;
    expect(JSON.stringify(maskJson(deep))).toBe(`${'['.repeat(32)}"***"${']'.repeat(32)}`);
  });

  it('keeps a key of any name', () => {
    const value = JSON.parse('{"__proto__":{"a":"b"},"token":"c"}') as unknown;
    expect(JSON.stringify(maskJson(value))).toBe('{"__proto__":{"a":"b"},"token":"***"}');
  });
});

describe('a line whose fields are not known', () => {
  const mask = createLineMask(SECRET_NAMES);

  test.each([
    ['GET /a?token=c4n4ry&b=c HTTP/1.1', 'GET /a?token=***&b=c HTTP/1.1'],
    ['x "GET http://user:c4n4ry@example.com/ HTTP/1.1" 200', 'x "GET http://***@example.com/ HTTP/1.1" 200'],
    ['CONNECT user:c4n4ry@example.com:443 HTTP/1.1', 'CONNECT user:***@example.com:443 HTTP/1.1'],
    ['1 "Basic dXNlcjpjNG40cnk=" "Firefox"', '1 "Basic ***'],
    ['cookie: a=c4n4ry; b=c', 'cookie:***'],
    ['{"a": 1, "password": "c4n4ry"}', '{"a": 1, "password":***'],
    ['{"to\\u006ben":"c4n4ry",}', '{"to\\u006ben":***'],
  ])('shows no secret: "%s"', (line, shown) => {
    expect(mask(line)).toBe(shown);
  });

  test('is shown as it is if it has none', () => {
    const line =
      '203.0.113.9 - alice [14/Apr/2026:10:22:31 +0200] "GET /a?b=c HTTP/1.1" 200 x "-" "Mozilla/5.0 (X11)"';
    expect(mask(line)).toBe(line);
  });
});
