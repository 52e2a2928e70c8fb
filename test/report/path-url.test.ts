import { describe, expect, it } from 'vitest';
import type { ObjectRule } from '../../src/attribute/rules.js';
import { isUrlTemplate } from '../../src/config/url-template.js';
import { findPathUrl } from '../../src/report/path-url.js';

const SITE = 'www.example.com';

function createRule(path: string, changes: Partial<ObjectRule> = {}): ObjectRule {
  return {
    ...{
      line: 1,
      contentType: 'photo',
      path,
      objectId: { part: 'id' },
      methods: [],
      statuses: [],
      hosts: [],
    },
    ...{ isCaseSensitive: true, ignoresTrailingSlash: true, lowersObjectId: false },
    ...changes,
  };
}

const find = (path: string, changes?: Partial<ObjectRule>) =>
  findPathUrl(SITE, 'photo', [createRule(path, changes)]);

describe('the URL of a content type', () => {
  it('follows from the path of its only rule, on a site that is called as its host is', () => {
    expect(find('/photos/:id/')).toBe('https://www.example.com/photos/{id}/');
    expect(find('/docs/*page', { objectId: { part: 'page' } })).toBe('https://www.example.com/docs/{+id}');
    expect(find('/f\u00eate/:id.html')).toBe('https://www.example.com/f%C3%AAte/{id}.html');
    expect(findPathUrl(SITE, 'path', [createRule('/photos/:id')])).toBe('https://www.example.com/{+id}');
    for (const url of [find('/photos/:id/'), findPathUrl(SITE, 'path', [])])
      expect(isUrlTemplate(url ?? '')).toBe(true);
  });

  it('is not known if the path has more than the id, or the type more than one rule', () => {
    expect(find('/:lang/photos/:id')).toBeNull();
    expect(find('/photos{/:id}')).toBeNull();
    expect(find('/photos/:id', { objectId: { fixed: 'home' } })).toBeNull();
    expect(find('/photos/:id', { hosts: ['*.example.com'] })).toBeNull();
    expect(findPathUrl(SITE, 'photo', [createRule('/photos/:id'), createRule('/p/:id')])).toBeNull();
    expect(findPathUrl(SITE, 'photo', [])).toBeNull();
  });

  it('is not known if the site is no host', () => {
    for (const site of ['default', 'shop', 'a.b/c', 'evil.example@x.y', 'a b.c', '..', 'x.y:80'])
      expect(findPathUrl(site, 'path', [])).toBeNull();
  });
});
