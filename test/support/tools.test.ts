import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from './project-folder.js';
import { TOOLS } from './tools.js';

describe('npm run doctor', () => {
  it('lists each program that a test looks for, with the same package', () => {
    const tests = readdirSync(join(PROJECT_FOLDER, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(PROJECT_FOLDER, 'test', path), 'utf8'));
    const wanted = tests.flatMap((text) => [...text.matchAll(/\bhasProgram\('([\w-]+)', '([\w-]+)'\)/g)]);
    expect(wanted.length).toBeGreaterThan(1);
    for (const [, name, debian] of wanted)
      expect(TOOLS).toContainEqual(expect.objectContaining({ name, debian }));
  });

  it('tells of each what is not tested without it, and whether the tests can run', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'test/doctor.ts'], {
      cwd: PROJECT_FOLDER,
      encoding: 'utf8',
      // programs of /usr/sbin alone are found
      env: { PATH: '', LOGTALLY_TEST_DATABASE_URL: 'postgres://localhost/x' },
    });
    expect(stdout).toContain('missing   bzip2: apt-get install bzip2; not tested: archives\n');
    expect(stdout.split('\n').filter((line) => /^(?:ok|missing|required) /.test(line)).length).toBe(
      TOOLS.length + 5,
    );
    expect(stdout).toMatch(/\nthe tests can run: npm test\n$/);
    expect(status).toBe(0);
  });
});
