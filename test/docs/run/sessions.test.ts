// LOGTALLY_WRITE_SESSIONS=1 writes what the commands print into the pages that show something else.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../../support/cli.js';
import type { Target } from '../../support/targets.js';
import { it } from '../../support/test.js';
import { BOOK, type Page } from '../support/pages.js';
import {
  changesDatabase,
  fillFolder,
  isShown,
  listPageSteps,
  nameHost,
  runSessions,
  type SessionResult,
} from '../support/session.js';

const WRITES = process.env['LOGTALLY_WRITE_SESSIONS'] === '1';

const PAGES = BOOK.filter((page) => listPageSteps(page).length > 0);

const EXAMPLE = 'fixtures/access.log.gz';

async function runPage(page: Page, target: Target, folder: string): Promise<readonly SessionResult[]> {
  const before = process.cwd();
  await mkdir(folder);
  fillFolder(folder);
  process.chdir(folder);
  try {
    return await runSessions(page, target.environment);
  } finally {
    process.chdir(before);
  }
}

async function writeOutput(page: Page, results: readonly SessionResult[]): Promise<void> {
  const path = `${PROJECT_FOLDER}${page.path}`;
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const result of results.toReversed()) {
    if (isShown(result)) continue;
    const { step, stdout, stderr } = result;
    const text = nameHost(stderr + stdout)
      .replaceAll('\r\n', '\n')
      .trimEnd();
    const shown = text === '' ? [] : text.split('\n');
    lines.splice(step.line, step.output.split('\n').length - 1, ...shown);
  }
  await writeFile(path, lines.join('\n'));
}

async function check(page: Page, results: readonly SessionResult[]): Promise<void> {
  if (WRITES) return writeOutput(page, results);
  for (const result of results.filter((each) => !isShown(each))) {
    const { step, stdout, stderr } = result;
    expect(`${page.path}:${step.line}: $ ${step.command}\n${step.output}`).toBe(
      `${page.path}:${step.line}: $ ${step.command}\n${stderr}${stdout}`,
    );
  }
}

describe('the sessions of the documentation', () => {
  it('print what the pages show, of those that only ask', async ({ openTarget, folder }) => {
    const asking = PAGES.filter((page) => !changesDatabase(page));
    expect(asking.length).toBeGreaterThan(3);
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet', `${PROJECT_FOLDER}${EXAMPLE}`]);
    for (const [at, page] of asking.entries())
      await check(page, await runPage(page, target, join(folder, String(at))));
  });

  it.for(PAGES.filter(changesDatabase).map((page) => [page.path, page] as const))(
    'print what %s shows, from an empty database on',
    async ([, page], { openTarget, folder }) => {
      await check(page, await runPage(page, await openTarget('postgres'), join(folder, 'page')));
    },
  );

  it('are told if they print something else', () => {
    const step = {
      command: 'logtally top',
      line: 1,
      output: 'a 1  b\n...\nrun 1: 1 input in 1.0 s, 5 lines/s\n',
    };
    const result = { step, code: 0, stderr: '' };
    const stdout = 'a 1   b\nc\nd\nrun 1: 1 input in 2.3 s, 1,000 lines/s\n';
    expect(isShown({ ...result, stdout })).toBe(true);
    expect(isShown({ ...result, stdout: stdout.replace('a 1', 'a 2') })).toBe(false);
    expect(isShown({ ...result, stdout: `${stdout}more\n` })).toBe(false);
  });
});
