// The pages of `docs` and LIVE.md have the texts that the recipes print without settings.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECIPES, type RecipeSettings } from '../../src/recipes/recipes.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

/** As on a server that has the program as a package, and nothing configured. */
const PLAIN: RecipeSettings = {
  command: '/usr/local/bin/logtally',
  shellCommand: 'logtally',
  nodeFolder: '/usr/bin',
  log: null,
  siteFlag: null,
  site: 'default',
  siteIsHost: false,
  formatFlag: null,
  formatInForce: 'combined_ids',
  headers: { contentType: 'X-Content-Type-ID', objectId: 'X-Object-ID' },
  configFile: null,
  database: { server: [], passwordLine: null, folder: null },
};

/** The page that has each recipe. */
const PAGES: Readonly<Record<string, string>> = {
  apache: 'docs/apache.md',
  nginx: 'docs/nginx.md',
  caddy: 'docs/other-servers.md',
  rsyslog: 'docs/other-servers.md',
  logrotate: 'docs/by-itself.md',
  cron: 'docs/by-itself.md',
  systemd: 'LIVE.md',
  django: 'docs/my-application.md',
  rails: 'docs/my-application.md',
  express: 'docs/my-application.md',
  php: 'docs/my-application.md',
};

function readPage(path: string): string {
  return readFileSync(join(PROJECT_FOLDER, path), 'utf8');
}

/** The texts of a page in their order, without the name of a file at their beginning. */
function listBlocks(page: string): readonly string[] {
  return [...page.matchAll(/^```\w+\n(?:# \/\S+\n)?(.*?)^```$/gms)].map(([, text = '']) => text);
}

describe('the documents', () => {
  it('have a page for each recipe', () => {
    expect(Object.keys(PAGES).toSorted()).toEqual(RECIPES.map(({ name }) => name).toSorted());
  });

  it.for(RECIPES)('have what the recipe $name prints, each text and where it goes', (recipe) => {
    const path = PAGES[recipe.name] ?? '';
    const page = readPage(path);
    const live = readPage('LIVE.md');
    const known = new Set([page, live].flatMap(listBlocks));
    for (const { place, text, language } of recipe.write(PLAIN)) {
      // LIVE.md has short commands in its sentences
      const isIndented = language === 'sh' && live.includes(text.replace(/^/gm, '    ').trimEnd());
      expect({ place, text: known.has(text) || isIndented ? text : null }).toEqual({ place, text });
      if (place.startsWith('/')) expect(page).toContain(place);
    }
  });

  it('have links that lead to something', () => {
    for (const path of new Set(Object.values(PAGES)))
      for (const [, link = ''] of readPage(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        expect({ path, link, exists: existsSync(join(PROJECT_FOLDER, path, '..', link)) }).toEqual({
          path,
          link,
          exists: true,
        });
  });
});
