import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import {
  BOOK,
  getPage,
  listAnchors,
  listLinks,
  OTHER_TEXTS,
  type Page,
  parsePage,
  readPage,
} from './support/pages.js';

const MAX_PAGE_LINES = 120;

/** What is wrong with the links of a page. */
function findBrokenLinks(page: Page): readonly string[] {
  return listLinks(page).flatMap(({ target, anchor }) => {
    const path = target === '' ? page.path : normalize(join(page.path, '..', target));
    if (!existsSync(`${PROJECT_FOLDER}${path}`)) return [`${page.path}: there is no ${path}`];
    if (anchor === null || listAnchors(readPage(path)).includes(anchor)) return [];
    return [`${page.path}: ${path} has no heading #${anchor}`];
  });
}

describe('the documentation', () => {
  it('has links that lead to files, and to headings', () => {
    expect(BOOK.flatMap(listLinks).length).toBeGreaterThan(100);
    expect([...BOOK, ...OTHER_TEXTS].flatMap(findBrokenLinks)).toEqual([]);
    const wrong = parsePage('docs/wrong.md', '[a](none.md) [b](cron.md#none) [c](#none) [d](../README.md)');
    expect(findBrokenLinks({ ...wrong, path: 'docs/README.md' })).toHaveLength(3);
  });

  it('has a table of contents with every page, and a front door that leads there', () => {
    const listed = listLinks(getPage('docs/README.md')).map(({ target }) => `docs/${target}`);
    const pages = BOOK.map(({ path }) => path).filter((path) => !path.endsWith('README.md'));
    expect(pages.filter((path) => !listed.includes(path))).toEqual([]);
    expect(listLinks(getPage('README.md')).map(({ target }) => target)).toContain('docs/README.md');
  });

  it('has pages that can be read in one sitting', () => {
    const long = BOOK.filter(({ text }) => text.split('\n').length - 1 > MAX_PAGE_LINES);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has pages that begin with a title, and code that says its language', () => {
    for (const { path, prose } of BOOK) {
      expect([path, prose.match(/^# /gm)?.length]).toEqual([path, 1]);
      const indented = prose.match(/^ {4}\S.*/gm) ?? [];
      if (path !== 'README.md') expect([path, indented]).toEqual([path, []]);
    }
  });

  it('names scripts of npm that there are', () => {
    const { scripts } = JSON.parse(readFileSync(`${PROJECT_FOLDER}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...BOOK, ...OTHER_TEXTS].flatMap(({ text, path }) =>
      [...text.matchAll(/\bnpm run ([a-z][\w:]*)/g)].map(([, name = '']) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
  });

  it('repeats messages as the program has them', () => {
    const tables = BOOK.flatMap(({ prose }) => [
      ...prose.matchAll(/^\| the message says \|.*\n(?:\|.*\n)+/gm),
    ]);
    const messages = tables.flatMap(([table]) =>
      [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message),
    );
    const folder = `${PROJECT_FOLDER}src`;
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(folder, path), 'utf8'))
      .join('\n');
    expect(messages.length).toBeGreaterThan(20);
    expect(messages.filter((message) => !source.includes(message))).toEqual([]);
  });

  it('has the queries of fixtures/queries.sql', () => {
    const shown = getPage('docs/queries.md').blocks.map(({ text }) => text.trim());
    const queries = readFileSync(`${PROJECT_FOLDER}fixtures/queries.sql`, 'utf8').split('\n\n').slice(1);
    for (const query of queries) expect(shown).toContain(query.replace(/^--.*\n/, '').trim());
  });
});
