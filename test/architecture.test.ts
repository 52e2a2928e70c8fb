import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SQL_FILES } from '../src/database/sql.js';
import { PROJECT_FOLDER } from './support/project-folder.js';

/** From the top down: a file may import its own layer and those below, never one above. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/cli.ts', 'src/manual'],
  ['src/program.ts', 'src/library'],
  ['src/completion'],
  ['src/commands'],
  ['src/settings.ts'],
  ['src/output', 'src/page'],
  ['src/live'],
  ['src/ingest', 'src/check', 'src/report', 'src/export', 'src/recipes'],
  ['src/config'],
  ['src/audience'],
  ['src/summaries'],
  ['src/attribute'],
  ['src/source', 'src/parse', 'src/database'],
  ['src/make-folders.ts', 'src/trusted-path.ts'],
  ['src/errors.ts', 'src/faults.ts', 'src/object-reference.ts', 'src/version.ts'],
  ['src/days.ts', 'src/visible-text.ts'],
];

interface Room {
  /** The files by which other rooms use it. */
  readonly doors: readonly string[];
  /** What its files may use beside the ground floor: other rooms, by their doors, and whole folders. */
  readonly uses: readonly string[];
}

/**
 * The map. Bytes become lines in `source`, lines become records in `parse`; `check` and `ingest` tell stories about them. Within
 * `ingest` it is first known which log an input is (`identity`), then its lines are counted, then they are stored.
 */
const ROOMS: Readonly<Record<string, Room>> = {
  'src/source': { doors: ['source.ts'], uses: [] },
  'src/parse': { doors: ['parse.ts'], uses: ['src/source'] },
  'src/audience': {
    doors: ['audience.ts'],
    uses: ['src/attribute/robots.ts', 'src/attribute/addresses.ts', 'src/attribute/globs.ts'],
  },
  'src/check': { doors: ['check.ts'], uses: ['src/parse', 'src/source'] },
  'src/recipes': { doors: ['recipes.ts'], uses: ['src/parse'] },
  'src/live': {
    doors: ['live.ts', 'date-pattern.ts'],
    uses: ['src/live/writing', 'src/ingest', 'src/source', 'src/database'],
  },
  'src/live/writing': { doors: ['writing.ts'], uses: ['src/live'] },
  'src/ingest': {
    doors: ['ingest.ts'],
    uses: [
      'src/ingest/identity',
      'src/ingest/counting',
      'src/ingest/storing',
      'src/parse',
      'src/source',
      'src/summaries',
      'src/database',
    ],
  },
  'src/ingest/identity': { doors: ['identity.ts'], uses: ['src/source', 'src/database'] },
  'src/ingest/counting': {
    doors: ['counting.ts'],
    uses: [
      'src/ingest/identity',
      'src/audience',
      'src/attribute',
      'src/parse',
      'src/source',
      'src/summaries',
      'src/database',
    ],
  },
  'src/ingest/storing': {
    doors: ['storing.ts'],
    uses: ['src/ingest/identity', 'src/ingest/counting', 'src/parse', 'src/summaries', 'src/database'],
  },
};

/** What every room may use. */
const GROUND: readonly string[] = [
  'src/days.ts',
  'src/errors.ts',
  'src/faults.ts',
  'src/make-folders.ts',
  'src/object-reference.ts',
  'src/trusted-path.ts',
  'src/visible-text.ts',
];

/** The folders of a room that has several, from the top down. */
const FLOORS: readonly (readonly string[])[] = [
  [
    'src/parse/parse.ts',
    'src/parse/choice',
    'src/parse/presets',
    'src/parse/strings',
    'src/parse/lines',
    'src/parse/times',
  ],
  ['src/ingest/identity/identity.ts', 'src/ingest/identity/find-log.ts', 'src/ingest/identity/known'],
];

/** A reader's limits: files in a folder, imports of a file, and files that stand on each other within a folder. */
const MAX_FOLDER_FILES = 12;
const MAX_IMPORTS = 12;
const MAX_LEVELS = 5;

/** Files over that limit: the table of the commands imports each of them. */
const BUSY: readonly string[] = ['src/commands/commands.ts'];

const MAX_FILE_LINES = 250;

function listFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PROJECT_FOLDER, join(entry.parentPath, entry.name)));
}

function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT_FOLDER, path), 'utf8');
}

/** The room that a file stands in, the innermost one; null for files in none. */
function findRoom(path: string): string | null {
  const around = Object.keys(ROOMS).filter((room) => path.startsWith(`${room}/`));
  return around.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** Why a file must not import another one; null if it may. */
function findTrespass(path: string, imported: string): string | null {
  const [room, other] = [findRoom(path), findRoom(imported)];
  if (room === other) return null;
  const isDoor = other === null || ROOMS[other]?.doors.some((door) => imported === `${other}/${door}`);
  if (!isDoor) return `${path} goes past the door of ${other}: ${imported}`;
  if (room === null || GROUND.includes(imported)) return null;
  const uses = ROOMS[room]?.uses ?? [];
  const isOnMap = other === null ? uses.some((place) => isWithin(imported, place)) : uses.includes(other);
  return isOnMap ? null : `${path} uses ${imported}, which is not on the map of ${room}`;
}

function getLayer(path: string): number {
  const layer = LAYERS.findIndex((places) => places.some((place) => isWithin(path, place)));
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
    expect(listImports('src/commands/commands.ts')).toContain('src/commands/ingest.ts');
    const upward = SOURCES.flatMap((path) =>
      listImports(path)
        .filter((imported) => getLayer(imported) < getLayer(path))
        .map((imported) => `${path} imports ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it('has rooms that use each other by their doors, and only those that the map allows', () => {
    const trespasses = SOURCES.flatMap((path) =>
      listImports(path).flatMap((imported) => findTrespass(path, imported) ?? []),
    );
    expect(trespasses).toEqual([]);
    for (const [room, { doors }] of Object.entries(ROOMS))
      for (const door of doors) expect(SOURCES).toContain(`${room}/${door}`);
  });

  it('has floors within a room whose imports only point down', () => {
    const upward = FLOORS.flatMap((floors) => {
      const findFloor = (path: string) => floors.findIndex((place) => isWithin(path, place));
      return SOURCES.filter((path) => findFloor(path) !== -1).flatMap((path) =>
        listImports(path)
          .filter((imported) => findFloor(imported) !== -1 && findFloor(imported) < findFloor(path))
          .map((imported) => `${path} imports ${imported}`),
      );
    });
    expect(upward).toEqual([]);
  });

  it('has rooms that a reader can take in: few files in a folder, few imports in a file, few levels', () => {
    const inRooms = SOURCES.filter((path) => findRoom(path) !== null);
    const folders = [...new Set(inRooms.map((path) => dirname(path)))];
    const list = (folder: string) => inRooms.filter((path) => dirname(path) === folder);
    const getLevel = (path: string): number => {
      const below = listImports(path).filter((imported) => dirname(imported) === dirname(path));
      return 1 + Math.max(0, ...below.map(getLevel));
    };
    expect(folders.filter((folder) => list(folder).length > MAX_FOLDER_FILES)).toEqual([]);
    expect(folders.filter((folder) => Math.max(...list(folder).map(getLevel)) > MAX_LEVELS)).toEqual([]);
    const busy = SOURCES.filter((path) => new Set(listImports(path)).size > MAX_IMPORTS);
    expect(busy.filter((path) => !BUSY.includes(path))).toEqual([]);
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
    // the help of `query` shows what a person may ask, the recipes what an application asks
    const ofOthers = ['src/commands/query.ts', 'src/recipes/applications/question.ts'];
    expect(statements.filter((path) => !ofOthers.includes(path))).toEqual(['src/database/migrate.ts']);
  });
});
