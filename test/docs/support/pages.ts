// The pages of the documentation: their headings, links and blocks of code.

import { readdirSync, readFileSync } from 'node:fs';
import { PROJECT_FOLDER } from '../../support/project-folder.js';

export interface Block {
  /** `sh`, `sql`; empty if the fence names none. */
  readonly language: string;
  readonly text: string;
  /** The line of its first line, counted from 1. */
  readonly line: number;
}

export interface Page {
  /** From the folder of the project: `docs/cron.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without blocks of code, each of their lines empty. */
  readonly prose: string;
}

const FENCE = /^( *)```(\w*)$/;

/** The pages that a reader of the manual sees, with the front door. */
export const BOOK: readonly Page[] = [
  'README.md',
  ...readdirSync(`${PROJECT_FOLDER}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(readPage);

/** The other texts of the project, of which the links are checked. */
export const OTHER_TEXTS: readonly Page[] = [
  ...['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'test/README.md', 'test/citus/README.md'],
].map(readPage);

/** @throws Error if there is none */
export function getPage(path: string): Page {
  const page = BOOK.find((each) => each.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page;
}

export function readPage(path: string): Page {
  return parsePage(path, readFileSync(`${PROJECT_FOLDER}${path}`, 'utf8'));
}

/** Finds the fenced blocks of a page; a block within a list is given without its indent. */
export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { language: string; indent: string; line: number; lines: string[] } | null = null;
  for (const [at, line] of text.split('\n').entries()) {
    const [, indent = '', language = ''] = FENCE.exec(line) ?? [];
    if (open !== null) {
      if (line === `${open.indent}\`\`\``) {
        const content = open.lines.map((each) => `${each.slice(open?.indent.length)}\n`).join('');
        blocks.push({ language: open.language, text: content, line: open.line });
        open = null;
      } else open.lines.push(line);
    } else if (FENCE.test(line)) open = { language, indent, line: at + 2, lines: [] };
    else {
      prose.push(line);
      continue;
    }
    prose.push('');
  }
  if (open !== null) throw new Error(`${path}:${open.line - 1}: a block of code has no end`);
  return { path, text, blocks, prose: prose.join('\n') };
}

/** The names by which links lead to the headings of a page, as GitHub makes them. */
export function listAnchors({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

export interface Link {
  /** The file, from the folder of the page; empty for the page itself. */
  readonly target: string;
  /** Null without one. */
  readonly anchor: string | null;
}

/** The links and pictures of a page but for those of the web. */
export function listLinks({ prose }: Page): readonly Link[] {
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, href = '']) => href)
    .filter((href) => !/^[a-z]+:/.test(href))
    .map((href) => {
      const [target = '', anchor = null] = href.split('#');
      return { target, anchor };
    });
}
