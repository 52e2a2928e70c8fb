// The examples of fixtures/queries.sql, as somebody would copy them: their answers to data that can be counted by hand.

import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const FILE = readFileSync(`${PROJECT_FOLDER}fixtures/queries.sql`, 'utf8');

/** The statements by the first line of their comments. */
const EXAMPLES = new Map(
  [...FILE.matchAll(/^-- (.+)\n(select\n[^;]+);/gm)].map(([, title = '', statement = '']) => [
    title,
    statement,
  ]),
);

type Hits = readonly [site: string, day: string, type: string, id: string, hits: number];

const HITS: readonly Hits[] = [
  ['default', '31/Mar/2026', 'core.photo', '3', 9],
  ['default', '17/Apr/2026', 'core.photo', '1', 5],
  ['default', '20/Apr/2026', 'core.photo', '2', 1],
  ['default', '23/Apr/2026', 'core.photo', '1', 2],
  ['default', '24/Apr/2026', 'core.photo', '2', 4],
  ['default', '30/Apr/2026', 'core.photo', '10', 1],
  ['default', '30/Apr/2026', 'core.album', 'summer', 6],
  ['default', '01/May/2026', 'core.photo', '1', 3],
  ['blog', '30/Apr/2026', 'core.photo', '4', 2],
];

function toLog(site: string): string {
  return HITS.filter(([of]) => of === site)
    .map(([, day, type, id, hits]) =>
      `203.0.113.9 - - [${day}:10:22:31 +0200] "GET /p HTTP/1.1" 200 5 "-" "UA" ${type} ${id}\n`.repeat(hits),
    )
    .join('');
}

/** What each example answers, each row as its values in their order. */
const ANSWERS: Readonly<Record<string, readonly (readonly (string | number)[])[]>> = {
  'The ten most popular photos of a month, with their titles.': [
    ['Harbour', 7],
    ['Old mill', 5],
    ['Snow', 1],
  ],
  'Week over week: what each photo gained or lost in the seven days up to a day, against the seven days before.':
    [
      ['2', 4, 1, 3],
      ['10', 1, 0, 1],
      ['1', 0, 7, -7],
    ],
  'The photos that nobody has asked for.': [
    [4, 'Bridge'],
    [5, "Nobody's"],
  ],
  'The hits of each day and content type, of all sites.': [
    ['2026-03-31', 'core.photo', 9],
    ['2026-04-17', 'core.photo', 5],
    ['2026-04-20', 'core.photo', 1],
    ['2026-04-23', 'core.photo', 2],
    ['2026-04-24', 'core.photo', 4],
    ['2026-04-30', 'core.album', 6],
    ['2026-04-30', 'core.photo', 3],
    ['2026-05-01', 'core.photo', 3],
  ],
  'The share that each photo has of all hits of photos, in percent.': [
    ['1', 10, '40.0'],
    ['3', 9, '36.0'],
    ['2', 5, '20.0'],
    ['10', 1, '4.0'],
  ],
  'The rank of each object among those of its type, and among everything on its site.': [
    ['blog', 'core.photo', '4', 2, 1, 1],
    ['default', 'core.photo', '1', 10, 1, 1],
    ['default', 'core.photo', '3', 9, 2, 2],
    ['default', 'core.album', 'summer', 6, 1, 3],
    ['default', 'core.photo', '2', 5, 3, 4],
    ['default', 'core.photo', '10', 1, 4, 5],
  ],
};

async function countHits(target: Target): Promise<void> {
  for (const site of ['default', 'blog']) {
    const args = ['ingest', '--quiet', '--site', site];
    expect(await target.run(args, { input: toLog(site) })).toMatchObject({ code: 0, stderr: '' });
  }
  await target.query('create table public.core_photo (id int primary key, title text not null)');
  await target.query(`insert into public.core_photo (id, title)
    values (1, 'Harbour'), (2, 'Old mill'), (3, 'Mountain'), (4, 'Bridge'), (5, 'Nobody''s'), (10, 'Snow')`);
}

/** Asks through the command, which leaves numbers and texts as the database has them. */
async function ask(target: Target, statement: string): Promise<readonly (readonly unknown[])[]> {
  const { code, stdout, stderr } = await target.run(['query', '--json', statement]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as Record<string, unknown>[]).map((row) => Object.values(row));
}

describe('the examples in SQL', () => {
  it('are all here', () => {
    expect([...EXAMPLES.keys()]).toEqual(Object.keys(ANSWERS));
    expect(FILE.match(/;$/gm)?.length).toBe(EXAMPLES.size);
  });

  it('answer what they say, as one statement that only reads', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await countHits(target);
    for (const [title, statement] of EXAMPLES) {
      const rows = await ask(target, statement);
      expect({ title, rows: rows.map((row) => row.map(String)) }).toEqual({
        title,
        rows: ANSWERS[title]?.map((row) => row.map(String)),
      });
    }
  });
});
