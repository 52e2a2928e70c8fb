// The examples of docs/show-hits.md and docs/caching.md: their SQL against the real tables, and the other languages as far as their programs are here.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { it } from '../support/test.js';

const TEXT = ['show-hits', 'caching']
  .map((page) => readFileSync(`${PROJECT_FOLDER}docs/${page}.md`, 'utf8'))
  .join('\n');

const BLOCKS = [...TEXT.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => {
  return { language, text };
});

const [ONE, LIST, TAG] = BLOCKS.filter(({ language }) => language === 'sql').map(({ text }) => text.trim());

/** How the syntax of each language is checked. */
const CHECKS: Readonly<Record<string, readonly [file: string, command: string, ...args: readonly string[]]>> =
  {
    js: ['example.mjs', process.execPath, '--check'],
    python: ['example.py', 'python3', '-m', 'py_compile'],
    ruby: ['example.rb', 'ruby', '-c'],
    php: ['example.php', 'php', '-l'],
  };

const LOG = Object.entries({ 1: 3, 2: 5 })
  .map(([id, hits]) =>
    `203.0.113.9 - - [14/Apr/2026:10:22:31 +0000] "GET / HTTP/1.1" 200 5 "-" "-" core.photo ${id}\n`.repeat(
      hits,
    ),
  )
  .join('');

describe('the examples for applications', () => {
  it('answer with the rights that a reader is granted, also of an object without hits', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: LOG });
    const client = new pg.Client({ connectionString: target.environment['DATABASE_URL'] });
    await client.connect();
    const reader = `reader_${process.pid}_${Date.now()}`;
    try {
      await client.query(`create role ${reader}`);
      const { stdout } = await target.run(['init', '--print-grants', '--reader', reader]);
      await client.query(stdout);
      await client.query(`create table core_photo (id int primary key, title text not null);
        insert into core_photo values (1, 'Harbour'), (2, 'Old mill'), (3, 'Mountain');
        grant select on core_photo to ${reader}; set role ${reader}`);
      const ask = async (statement = '', values: readonly string[] = []) =>
        (await client.query({ text: statement, values: [...values], rowMode: 'array' })).rows;
      const photo = ['default', 'core.photo'];
      expect(await ask(ONE, [...photo, '2'])).toEqual([['5', '1']]);
      expect(await ask(ONE, [...photo, '3'])).toEqual([]);
      expect(await ask(LIST, photo)).toEqual([
        [2, 'Old mill', '5'],
        [1, 'Harbour', '3'],
        [3, 'Mountain', '0'],
      ]);
      const tag = await ask(TAG);
      expect(tag).toEqual(await ask(TAG));
      await target.run(['ingest', '--quiet'], { input: LOG.replaceAll('2026', '2025') });
      expect(await ask(TAG)).not.toEqual(tag);
      expect(tag).toEqual([[expect.stringMatching(/^[\da-f]{32}$/)]]);
    } finally {
      await client.query(`reset role; drop owned by ${reader}; drop role ${reader}`);
      await client.end();
    }
  });

  it('are the same statement in each language, with its own placeholders', () => {
    const examples = BLOCKS.filter(({ language }) => language in CHECKS);
    expect(examples.map(({ language }) => language)).toEqual(['python', 'ruby', 'js', 'php']);
    for (const { language, text } of examples) {
      const [, , statement = ''] = /HITS\s*=\s*(['"])(.*?)\1/s.exec(text) ?? [];
      let place = 0;
      const numbered = statement.replaceAll(/%s|\?/g, () => {
        place += 1;
        return `$${place}`;
      });
      expect({ language, statement: numbered }).toEqual({ language, statement: ONE });
      expect(text).toMatch(/max[-_]age=10|expires_in 10\.seconds/);
    }
  });

  it.for(Object.keys(CHECKS))('have the syntax of %s', async (language, { folder, skip }) => {
    const [file = '', command = '', ...args] = CHECKS[language] ?? [];
    if (spawnSync(command, ['--version']).status !== 0) {
      console.warn(
        `\n*** NOT TESTED: the example in ${language} of docs/show-hits.md: install ${command} ***\n`,
      );
      skip();
    }
    const path = join(folder, file);
    await writeFile(path, BLOCKS.find((block) => block.language === language)?.text ?? '');
    const { status, stderr } = spawnSync(command, [...args, path], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
