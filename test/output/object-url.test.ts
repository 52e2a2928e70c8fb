import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUrlTemplate } from '../../src/config/url-template.js';
import { fillObjectUrl } from '../../src/output/object-url.js';

const PHOTOS = 'https://www.example.com/photos/{id}/';
const PATHS = 'https://www.example.com/{+id}';

describe('the address of an object', () => {
  it('has its id, percent-encoded', () => {
    expect(fillObjectUrl(PHOTOS, '1234')).toBe('https://www.example.com/photos/1234/');
    expect(fillObjectUrl(PHOTOS, 'a/b?c#d%2Fé "<\\')).toBe(
      'https://www.example.com/photos/a%2Fb%3Fc%23d%252F%C3%A9%20%22%3C%5C/',
    );
    expect(fillObjectUrl('http://localhost:8000/?a={id}&b={id}', 'x&y')).toBe(
      'http://localhost:8000/?a=x%26y&b=x%26y',
    );
  });

  it('keeps the slashes of a path, and what the counting has left encoded in it', () => {
    expect(fillObjectUrl(PATHS, '/docs/a b/')).toBe('https://www.example.com/docs/a%20b/');
    expect(fillObjectUrl(PATHS, '/a%2Fb?c')).toBe('https://www.example.com/a%2Fb%3Fc');
    expect(fillObjectUrl('https://www.example.com/docs{+id}', '/a')).toBe('https://www.example.com/docs/a');
    expect(fillObjectUrl(PATHS, '/100%')).toBe('https://www.example.com/100%25');
  });

  it('is none if a browser would resolve it to another one', () => {
    for (const id of ['..', '.', '/a/../logout', '../logout', '/%2e%2E/logout', '\ud800'])
      for (const template of [PHOTOS, PATHS]) expect(fillObjectUrl(template, id)).toBeNull();
    expect(fillObjectUrl(PATHS, '/a..b/...')).toBe('https://www.example.com/a..b/...');
  });

  it('is always of the host and within the folder that the template names', () => {
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '?',
      '#',
      '%2e',
      '%',
      'evil.example',
      'javascript:',
      '\t',
      '//',
    ];
    const id = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((each) => each.join('')),
    );
    fc.assert(
      fc.property(id, (text) => {
        const photo = fillObjectUrl(PHOTOS, text);
        if (photo !== null) {
          const { origin, pathname, search, hash } = new URL(photo);
          expect([origin, search, hash]).toEqual(['https://www.example.com', '', '']);
          expect(pathname.split('/')).toHaveLength(4);
          expect(pathname).toMatch(/^\/photos\//);
        }
        const path = fillObjectUrl(PATHS, text);
        if (path !== null) {
          const { origin, pathname, search, hash } = new URL(path);
          expect([origin, search, hash]).toEqual(['https://www.example.com', '', '']);
          expect(pathname).toBe(path.slice(origin.length));
        }
      }),
    );
  });

  it('comes from a template that names its host', () => {
    for (const template of [PHOTOS, PATHS, 'http://localhost:8000/?id={id}', 'https://[::1]/#{id}'])
      expect(isUrlTemplate(template)).toBe(true);
  });
});
