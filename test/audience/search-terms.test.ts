import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findSearchTerms, MAX_TERMS_CHARACTERS } from '../../src/audience/audience.js';

test.each([
  ['https://www.google.com/search?q=gateway+oracle&hl=en', 'Google'],
  ['http://www.google.co.uk/url?sa=t&q=gateway%20oracle&url=http%3A%2F%2Fexample.com', 'Google'],
  ['http://google.com.br/search?hl=pt&q=gateway+oracle', 'Google'],
  ['https://cn.bing.com/search?q=Gateway++Oracle#top', 'Bing'],
  ['https://de.search.yahoo.com/search?p=gateway+oracle', 'Yahoo'],
  ['https://search.yahoo.co.jp/search?p=gateway+oracle', 'Yahoo'],
  ['https://yandex.ru/search/?text=gateway+oracle', 'Yandex'],
  ['https://yandex.com.tr/search/?text=gateway+oracle', 'Yandex'],
  ['https://duckduckgo.com/?q=gateway+oracle', 'DuckDuckGo'],
  ['http://www.baidu.com/s?wd=gateway%20oracle', 'Baidu'],
  ['http://m.baidu.com/s?word=gateway%20oracle', 'Baidu'],
  ['https://www.ecosia.org/search?q=gateway+oracle', 'Ecosia'],
  ['https://www.startpage.com/do/search?query=gateway+oracle', 'Startpage'],
  ['https://search.brave.com/search?q=gateway+oracle', 'Brave'],
  ['https://m.search.naver.com/search.naver?query=gateway+oracle', 'Naver'],
  ['https://search.aol.com/aol/search?q=gateway+oracle', 'AOL'],
  ['http://int.search.tb.ask.com/search/GGmain.jhtml?searchfor=gateway+oracle', 'Ask'],
])('"%s" comes from %s', (referrer, engine) => {
  expect(findSearchTerms(referrer)).toEqual({ engine, terms: 'gateway oracle' });
});

test.each([
  ['https://www.google.com/', 'tells nothing'],
  ['https://www.google.com/search?q=', 'has no terms'],
  ['https://www.google.com/search?q=+%20%0a', 'has only white space'],
  ['https://www.google.com/search?hl=en#q=oracle', 'has a fragment, which no client sends'],
  ['https://www.google.com/url?q=https://example.com/', 'leads on to an address'],
  ['https://mail.google.com/mail?q=oracle', 'is a page of mail'],
  ['https://mail.yahoo.com/?p=oracle', 'is a page of mail'],
  ['https://www.google.evil.example/search?q=oracle', 'only looks like an engine'],
  ['https://notbing.com/search?q=oracle', 'only looks like an engine'],
  ['https://example.com/search?q=oracle', 'is no engine'],
  ['www.bing.com/search?q=oracle', 'is no URL'],
  ['', 'is empty'],
])('"%s" %s', (referrer) => {
  expect(findSearchTerms(referrer)).toBeNull();
});

describe('the terms', () => {
  const search = (value: string) => findSearchTerms(`https://www.bing.com/search?q=${value}`)?.terms;

  test.each([
    ['%D0%9C%D0%9E%D0%A1%D0%9A%D0%92%D0%90', 'москва'],
    ['caf%E9+bar', 'caf\\xe9 bar'],
    ['a%00b%E2%80%AEc', 'a\\x00b\\xe2\\x80\\xaec'],
    ['100%+cotton', '100% cotton'],
    ['c%2B%2B', 'c++'],
    ['%09A%0A%0DB%20', 'a b'],
  ])('of "%s" are "%s"', (value, terms) => {
    expect(search(value)).toBe(terms);
  });

  it('are those that are given first', () => {
    expect(search('first&q=second')).toBe('first');
  });

  it('are bounded, and never end within a character', () => {
    expect(search('a'.repeat(5_000))).toBe('a'.repeat(MAX_TERMS_CHARACTERS));
    expect(search(`a${encodeURIComponent('😀'.repeat(300))}`)).toBe(`a${'😀'.repeat(127)}`);
  });

  it('are the words that were searched for, in lower case', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9éß中😀&=#+%]{1,12}$/u), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(words, (list) => {
        const parameters = new URLSearchParams({ form: 'QBLH', q: list.join(' ') });
        expect(findSearchTerms(`https://www.bing.com/search?${parameters}`)?.terms).toBe(list.join(' '));
      }),
    );
  });
});
