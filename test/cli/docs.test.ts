import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { z } from 'zod';
import { STATIC_EXTENSIONS } from '../../src/attribute/filter-values.js';
import { FILTERS } from '../../src/attribute/filters.js';
import { configSchema } from '../../src/config/config-schema.js';
import { parseToml } from '../../src/config/toml-lines.js';
import { FORMAT_NAMES } from '../../src/parse/presets/formats.js';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { it } from '../support/test.js';

const COMMANDS = [
  'ingest',
  'follow',
  'pipe',
  'top',
  'show',
  'report',
  'requests',
  'query',
  'runs',
  'status',
  'verify',
  'undo',
  'prune',
  'forget',
  'export',
  'check',
  'match',
  'parse',
  'init',
  'recipe',
  'completion',
] as const;
const README = readFileSync(`${PROJECT_FOLDER}README.md`, 'utf8');
const COMMAND_PAGE = readFileSync(`${PROJECT_FOLDER}docs/commands.md`, 'utf8');
const FORMAT_PAGE = readFileSync(`${PROJECT_FOLDER}docs/formats.md`, 'utf8');
const MAX_README_LINES = 120;

/** The long options that a help text declares. */
function listOptions(help: string): string[] {
  return [...help.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
}

async function readHelp(command: string): Promise<string> {
  const { code, stdout } = await runCli([command, '--help']);
  expect(code).toBe(0);
  return stdout;
}

describe('docs/commands.md and --help', () => {
  it('name the same commands', async () => {
    const { stdout } = await runCli(['--help']);
    const listed = [...stdout.matchAll(/^ {2}(\w+) (?:\[options\]|\[command\]|<shell>)/gm)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual([...COMMANDS, 'help']);
    for (const command of COMMANDS)
      expect(COMMAND_PAGE).toMatch(new RegExp(`^\\| [^|]*\`${command}\\b`, 'm'));
  });

  it('name the same options', async () => {
    const helps: string[] = [];
    for (const command of COMMANDS) helps.push(await readHelp(command));
    const declared = new Set([...helps.flatMap(listOptions), '--version']);
    expect(declared.size).toBeGreaterThan(30);
    const undocumented = [...declared].filter((option) => !COMMAND_PAGE.includes(`\`${option}`));
    expect(undocumented).toEqual([]);
    const invented = [...COMMAND_PAGE.matchAll(/`(--[a-z][\w-]+)/g)]
      .map(([, option = '']) => option)
      .filter((option) => !declared.has(option));
    expect(invented).toEqual([]);
  });

  it('name the same filters, in the order in which they are asked', async () => {
    const flags = FILTERS.flatMap(({ flag, known }) => [
      ...(known === undefined ? [] : [known.flag]),
      flag,
    ]).map((flag) => flag.replace(/ .*/, ''));
    const options = listOptions(await readHelp('ingest')).join(' ');
    expect(options).toContain(flags.join(' '));
    expect(COMMAND_PAGE).toContain(
      `| ${flags.map((flag) => `\`${flag}\``).join(', ')} | which lines count |`,
    );
  });

  it('name the same presets, as docs/formats.md does', async () => {
    const help = (await readHelp('ingest')).replace(/\s+/g, ' ');
    expect(help).toContain(FORMAT_NAMES.join(', '));
    for (const name of FORMAT_NAMES) expect(FORMAT_PAGE).toContain(`\`${name}\``);
    expect(help).toContain(STATIC_EXTENSIONS.join(' '));
  });

  it('say the exit status, with examples, for each command that can fail for an input', async () => {
    for (const command of ['ingest', 'check', 'parse']) {
      const help = await readHelp(command);
      expect(help).toContain('Exit status:');
      expect(help).toContain('Examples:');
    }
  });
});

describe('README', () => {
  it('can be read in one sitting', () => {
    expect(README.split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  it('shows what its first two commands print', async ({ folder }) => {
    const run = async (...args: readonly string[]) =>
      (await runCli([...args, '--data-dir', folder])).stdout.replace(/^run 1.*\n/m, '');
    const [ingest = '', top = ''] = README.replace(/^run 1.*\n/m, '')
      .split('```\n')
      .slice(1)[0]
      ?.split(/^\$ .*\n/m)
      .slice(1) ?? [''];
    expect(await run('ingest', 'fixtures/access.log.gz')).toBe(ingest.trimEnd().concat('\n'));
    expect(await run('top', 'core.photo', '--limit', '3')).toBe(top);
  });
});

/** The keys that an object of the config file's schema has, with those of the objects in it: `filters.status`. */
function listKeys(schema: unknown): string[] {
  if (schema instanceof z.ZodPipe) return listKeys(schema.in);
  if (schema instanceof z.ZodOptional) return listKeys(schema.unwrap());
  if (schema instanceof z.ZodArray) return listKeys(schema.element);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, value]) => [
    key,
    ...listKeys(value).map((inner) => `${key}.${inner}`),
  ]);
}

describe('the example config file', () => {
  it('has every key, and the filters in the order in which they are asked', () => {
    const document = parseToml(readFileSync(`${PROJECT_FOLDER}fixtures/logtally.toml`, 'utf8'));
    if ('text' in document) throw new Error(document.text);
    const { value } = document;
    const listGiven = (given: unknown): string[] =>
      Array.isArray(given)
        ? given.flatMap(listGiven)
        : typeof given !== 'object' || given === null
          ? []
          : Object.entries(given).flatMap(([key, inner]) => [
              key,
              ...listGiven(inner).map((name) => `${key}.${name}`),
            ]);
    const given = new Set(listGiven(value));
    const keys = listKeys(configSchema);
    expect(keys.length).toBeGreaterThan(35);
    expect(keys.filter((key) => !given.has(key))).toEqual([]);
    expect([...given].filter((key) => key.startsWith('filters.'))).toEqual(
      FILTERS.map(({ key }) => `filters.${key}`),
    );
  });

  it('is a valid one, and matches as it says', async () => {
    const args = ['match', '--config', 'fixtures/logtally.toml', '--json', '--host', 'www.example.com'];
    const photo = JSON.parse((await runCli([...args, '/photos/12?size=large'])).stdout);
    expect(photo).toMatchObject({ contentType: 'photo', objectId: '12', filter: null });
    const page = JSON.parse((await runCli([...args, '/docs/Install/Linux/'])).stdout);
    expect(page).toMatchObject({ contentType: 'page', objectId: 'install/linux' });
    const dropped = JSON.parse((await runCli([...args, '/admin/users'])).stdout);
    expect(dropped).toMatchObject({ filter: 'exclude' });
  });
});
