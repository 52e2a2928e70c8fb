// The pages of `docs` have the texts that the recipes print without settings.

import { readFileSync } from 'node:fs';
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
  servers: [],
  siteFlag: null,
  site: 'default',
  siteIsHost: false,
  formatFlag: null,
  formatInForce: 'combined_ids',
  headers: { contentType: 'X-Content-Type-ID', objectId: 'X-Object-ID' },
  configFile: null,
  database: { server: [], passwordLine: null, folder: null },
};

/** The pages that have each recipe. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  apache: ['apache'],
  nginx: ['nginx'],
  caddy: ['other-servers'],
  rsyslog: ['other-servers'],
  logrotate: ['logrotate', 'cron'],
  cron: ['cron'],
  systemd: ['systemd', 'systemd-timers', 'monitoring'],
  django: ['my-application', 'show-hits'],
  rails: ['my-application', 'show-hits'],
  express: ['my-application', 'show-hits'],
  php: ['my-application', 'show-hits'],
};

/** The texts of a page in their order, without the name of a file at their beginning. */
function listBlocks(page: string): readonly string[] {
  return [...page.matchAll(/^```\w+\n(?:# \/\S+\n)?(.*?)^```$/gms)].map(([, text = '']) => text);
}

describe('the documentation', () => {
  it('has pages for each recipe', () => {
    expect(Object.keys(PAGES).toSorted()).toEqual(RECIPES.map(({ name }) => name).toSorted());
  });

  it.for(RECIPES)('has what the recipe $name prints, each text and where it goes', (recipe) => {
    const pages = (PAGES[recipe.name] ?? []).map((name) =>
      readFileSync(join(PROJECT_FOLDER, 'docs', `${name}.md`), 'utf8'),
    );
    const known = new Set(pages.flatMap(listBlocks));
    for (const { place, text } of recipe.write(PLAIN)) {
      expect({ place, text: known.has(text) ? text : null }).toEqual({ place, text });
      if (place.startsWith('/')) expect(pages.join('')).toContain(place);
    }
  });
});
