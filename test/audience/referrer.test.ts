import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createOwnHosts, MAX_PAGE_CHARACTERS, splitReferrer } from '../../src/audience/audience.js';

describe('a referrer', () => {
  test.each([
    ['https://www.example.com/photos/1', 'www.example.com', '/photos/1'],
    ['HTTP://WWW.Example.COM:8080/A?token=secret#b', 'www.example.com', '/A'],
    ['http://example.com', 'example.com', '/'],
    ['http://example.com.?q=1', 'example.com', '/'],
    ['http://example.com#top', 'example.com', '/'],
    ['http://user:secret@example.com/a', 'example.com', '/a'],
    ['http://[2001:DB8:0::1]:80/a', '[2001:db8::1]', '/a'],
    ['http://127.1/a', '127.0.0.1', '/a'],
    ['http://bücher.example/caf%C3%A9', 'xn--bcher-kva.example', '/caf%C3%A9'],
    ['http://example.com/a;jsessionid=1F2E?b=c', 'example.com', '/a'],
    ['http://example.com/\\xe4', 'example.com', '/\\xe4'],
    ['http://example.com/a\u202eb', 'example.com', '/a\\xe2\\x80\\xaeb'],
    ['android-app://com.google.android.gm/', 'android-app://com.google.android.gm', '/'],
    ['android-app://com.example.Mail/https/example.com/a?b', 'android-app://com.example.mail', '/'],
  ])('"%s" has the host %s and the page %s', (referrer, host, page) => {
    expect(splitReferrer(referrer)).toEqual({ host, page });
  });

  test.each([
    ...[
      '',
      '-',
      'example.com',
      'www.example.com/a',
      'ftp://example.com/',
      'javascript:alert(1)',
      'http://',
      'http:///a',
    ],
    ...[
      'http://exa mple.com/',
      'http://example.com:99999/',
      'http://[::1/',
      'http://256.1.1.1/',
      'http://xn--/',
    ],
    ...[
      'http://\\xe4.example/',
      'http://example.com\\a',
      'android-app://',
      `http://${'a'.repeat(254)}/`,
      'http://./',
    ],
  ])('"%s" is no URL', (referrer) => {
    expect(splitReferrer(referrer)).toBeNull();
  });

  it('has a page that is cut at its bound, and never within a character', () => {
    const long = splitReferrer(`http://example.com/${'a'.repeat(10_000)}?secret`);
    expect(long?.page).toBe(`/${'a'.repeat(MAX_PAGE_CHARACTERS - 1)}`);
    const wide = splitReferrer(`http://example.com/${'a'.repeat(MAX_PAGE_CHARACTERS - 2)}😀`);
    expect(wide?.page).toBe(`/${'a'.repeat(MAX_PAGE_CHARACTERS - 2)}`);
  });

  it('has the host that URL says, for any authority', () => {
    const label = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
      fc.constantFrom(
        'xn--bcher-kva',
        'xn--',
        '0x7f',
        '1',
        '%41',
        'ü',
        '😀',
        '',
        '..',
        '[::1]',
        '@',
        'a b',
        '<',
        '\u00ad',
      ),
    );
    const port = fc.constantFrom('', ':', ':80', ':8080', ':99999', ':x');
    const authority = fc.tuple(fc.array(label, { minLength: 1, maxLength: 4 }), port);
    fc.assert(
      fc.property(authority, fc.constantFrom('', '/', '/a/b', '?a=1', '#a'), ([labels, suffix], rest) => {
        const text = `${labels.join('.')}${suffix}`;
        // `new URL` skips further slashes: the host of `http:///a` is `a`
        fc.pre(text !== '');
        const referrer = `http://${text}${rest}`;
        expect(splitReferrer(referrer)?.host ?? '').toBe(readHost(referrer));
      }),
      { numRuns: 3_000 },
    );
  });

  it('has the page that URL says, for any path that URL does not change', () => {
    const path = fc
      .array(fc.stringMatching(/^[A-Za-z0-9_~!$&'()*+,=:@-]{1,10}$/))
      .map((parts) => `/${parts.join('/')}`);
    const rest = fc.constantFrom('', '?token=secret', '#token=secret', '?a#b', '#a?b');
    fc.assert(
      fc.property(path, rest, (page, suffix) => {
        const referrer = `https://example.com${page}${suffix}`;
        expect(splitReferrer(referrer)?.page).toBe(new URL(referrer).pathname);
      }),
    );
  });

  it('shows nothing of its query and fragment, and no control character, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('?', '#'), (text, mark) => {
        const split = splitReferrer(`http://example.com/${text}${mark}canary`);
        expect(split?.page).not.toMatch(/canary|[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('the own hosts', () => {
  const isOwn = createOwnHosts(['Example.com', 'www.example.org', '*.example.net']);

  test.each([
    'example.com',
    'www.example.com',
    'EXAMPLE.com',
    'example.org',
    'www.example.org',
    'a.b.example.net',
  ])('have %s', (host) => {
    expect(isOwn(host)).toBe(true);
  });

  test.each([
    'shop.example.com',
    'example.com.evil.example',
    'notexample.com',
    'example.net',
    'xexample.net',
    '',
  ])('do not have %s', (host) => {
    expect(isOwn(host)).toBe(false);
  });

  it('are none if none is listed', () => {
    expect(createOwnHosts([])('example.com')).toBe(false);
  });
});

/** The host as `new URL` has it; empty if it is no URL. */
function readHost(url: string): string {
  try {
    return new URL(url).hostname.replace(/\.$/, '');
  } catch {
    return '';
  }
}
