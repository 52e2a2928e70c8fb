// The blocks of SQL and TOML: each is understood by the database, or by the program that reads it.

import { join } from 'node:path';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.js';
import { parseOwnSummary } from '../../../src/summaries/own/own.js';
import type { Target } from '../../support/targets.js';
import { it } from '../../support/test.js';
import { type Block, BOOK, parsePage } from '../support/pages.js';

type Found = Block & { readonly place: string };

function listBlocks(language: string, pages = BOOK): readonly Found[] {
  return pages.flatMap(({ path, blocks }) =>
    blocks
      .filter((block) => block.language === language)
      .map((block) => ({ ...block, place: `${path}:${block.line}` })),
  );
}

/** A statement that PREPARE takes; others are run, and taken back. */
const PREPARABLE = /^(?:select|with|insert|update|delete|values)\b/i;

async function findMistakes(target: Target, blocks: readonly Found[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: target.environment['DATABASE_URL'] });
  await client.connect();
  const mistakes: string[] = [];
  try {
    for (const { text, place } of blocks) {
      if (text.includes('-- summary:')) {
        parseOwnSummary(text, place);
        continue;
      }
      const statements = text.replaceAll(/^--.*\n/gm, '').split(/;\s*$/m);
      for (const statement of statements.map((each) => each.trim()).filter((each) => each !== '')) {
        await client.query('begin');
        await client
          .query(PREPARABLE.test(statement) ? `prepare written as ${statement}` : statement)
          .catch((error: Error) => mistakes.push(`${place}: ${error.message}`));
        await client.query('rollback; deallocate all');
      }
    }
  } finally {
    await client.end();
  }
  return mistakes;
}

describe('the documentation', () => {
  it('has SQL that the tables know', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    await target.query('create table public.core_photo (id int primary key, title text not null)');
    const blocks = listBlocks('sql');
    expect(blocks.length).toBeGreaterThan(10);
    expect(await findMistakes(target, blocks)).toEqual([]);
    const wrong = parsePage(
      'docs/wrong.md',
      '```sql\nselect hits from logtally.object_ranking;\nselect 1;\n```',
    );
    expect(await findMistakes(target, listBlocks('sql', [wrong]))).toEqual([
      'docs/wrong.md:2: column "hits" does not exist',
    ]);
    expect(await target.query('select count(*)::int as runs from logtally.run')).toEqual([{ runs: 0 }]);
  });

  it('has TOML that the program reads', () => {
    const blocks = listBlocks('toml');
    expect(blocks.length).toBeGreaterThan(5);
    for (const { text, place } of blocks) expect(() => parseConfig(text, place)).not.toThrow();
    expect(() => parseConfig('[summaries]\nonn = ["hours"]\n', join('docs', 'wrong.md'))).toThrow(/onn/);
  });
});
