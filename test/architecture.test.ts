import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SQL_FILES } from '../src/database/sql.js';
import { PROJECT_FOLDER } from './support/project-folder.js';

/** From the top down: a file may import its own layer and those below, never one above. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/cli.ts'],
  ['src/program.ts'],
  ['src/commands'],
  ['src/settings.ts'],
  ['src/output', 'src/page'],
  ['src/ingest', 'src/report', 'src/export'],
  ['src/config'],
  ['src/attribute'],
  ['src/source', 'src/parse', 'src/database'],
  ['src/errors.ts', 'src/faults.ts'],
  ['src/visible-text.ts'],
];

const MAX_FILE_LINES = 250;

function listFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PROJECT_FOLDER, join(entry.parentPath, entry.name)));
}

function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT_FOLDER, path), 'utf8');
}

function getLayer(path: string): number {
  const layer = LAYERS.findIndex((places) =>
    places.some((place) => path === place || path.startsWith(`${place}/`)),
  );
  if (layer === -1) throw new Error(`${path} belongs to no layer`);
  return layer;
}

/** The files that a file imports from, as paths in the project. */
function listImports(path: string): string[] {
  const specifiers = readProjectFile(path).matchAll(
    /(?:^(?:import|\} from|export .* from)\b.*?|\bimport\()'(\.[^']+)\.js'/gm,
  );
  return [...specifiers].map(([, specifier = '']) => `${join(path, '..', specifier)}.ts`);
}

const SOURCES = listFiles('src').filter((path) => !path.endsWith('.d.ts'));

describe('the structure', () => {
  it('has imports that only point down', () => {
    expect(SOURCES.flatMap(listImports).length).toBeGreaterThan(50);
    // loaded when it is asked for, and seen all the same
    expect(listImports('src/program.ts')).toContain('src/commands/ingest.ts');
    const upward = SOURCES.flatMap((path) =>
      listImports(path)
        .filter((imported) => getLayer(imported) < getLayer(path))
        .map((imported) => `${path} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it('has no circle of imports', () => {
    const circles: string[] = [];
    const visited = new Set<string>();
    const visit = (path: string, above: readonly string[]) => {
      if (above.includes(path)) circles.push([...above, path].join(' > '));
      // every circle behind a file is found on the first way to it; there are too many ways to try each
      if (visited.has(path)) return;
      visited.add(path);
      for (const imported of listImports(path)) visit(imported, [...above, path]);
    };
    visit('src/cli.ts', []);
    expect(circles).toEqual([]);
  });

  it('has no file that cannot be read in one sitting', () => {
    const long = SOURCES.filter((path) => readProjectFile(path).split('\n').length > MAX_FILE_LINES);
    expect(long).toEqual([]);
  });
});

describe('the SQL files', () => {
  it('are all loaded by name, and each is used', () => {
    const loaded = Object.values(SQL_FILES).map((file) => `sql/${file}`);
    const present = listFiles('sql').filter((path) => !path.startsWith('sql/migrations/'));
    expect(loaded.toSorted()).toEqual(present.toSorted());
    const code = SOURCES.map(readProjectFile).join('\n');
    const unused = Object.keys(SQL_FILES).filter((name) => !code.includes(`sql.${name}`));
    expect(unused).toEqual([]);
  });

  it('begin with what they do, read, write, take and return', () => {
    const lacking = listFiles('sql')
      .filter((path) => !path.startsWith('sql/migrations/'))
      .filter((path) => {
        const head = readProjectFile(path).split(/^(?!--)/m)[0] ?? '';
        return (
          !['Reads', 'rites:', 'Parameters:', 'Returns:'].every((word) => head.includes(word)) &&
          !/Reads and writes/.test(head)
        );
      });
    expect(lacking).toEqual([]);
  });

  it('hold all SQL of the program', () => {
    const statements = SOURCES.filter((path) =>
      /['"`](?:select|insert|update|delete|with) /i.test(readProjectFile(path)),
    );
    // the help of `query` shows what a person may ask
    expect(statements.filter((path) => path !== 'src/commands/query.ts')).toEqual([
      'src/database/migrate.ts',
    ]);
  });
});
