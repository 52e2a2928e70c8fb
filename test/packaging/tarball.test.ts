// What `npm pack` packs of the build, and what npm would do where it is installed.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../support/project-folder.js';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

/** The files that would be packed; the build of the tests is taken as it is. */
function listPacked(): readonly string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const answer = execFileSync('npm', args, {
    ...{ cwd: PROJECT_FOLDER, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(answer) as Packed[];
  return (packed?.files ?? []).map(({ path }) => path).toSorted();
}

const { scripts, man, bin } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
  man: readonly string[];
  bin: { readonly logtally: string };
};

describe('the tarball', () => {
  it('has the built program, its SQL, its manual and its documents, and no sources', () => {
    const packed = listPacked();
    const folders = new Set(packed.map((path) => path.replace(/\/.*/, '')));
    expect([...folders].toSorted()).toEqual([
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'docs',
      'fixtures',
      'package.json',
      'sql',
    ]);
    expect(packed).toEqual(
      expect.arrayContaining([bin.logtally, 'dist/cli.js', 'dist/page/page.js', ...man]),
    );
    expect(packed.some((path) => /^dist\/database\/pglite-.*\.tar\.gz$/.test(path))).toBe(true);
    expect(packed.filter((path) => /(?:\.map|(?<!\.d)\.ts)$/.test(path))).toEqual([]);
  });

  it('runs nothing where it is installed', () => {
    const run = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(scripts).filter((name) => run.includes(name))).toEqual([]);
    // a checkout builds itself at npm ci, and a tarball is of a new build
    expect(scripts['prepublish']).toBe('npm run build');
    expect(scripts['prepack']).toMatch(/npm run build$/);
  });
});
