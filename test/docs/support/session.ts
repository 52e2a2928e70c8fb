// Runs the sessions of a page in a folder of their own, one command after the other, as a person at a terminal would.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER, runCli } from '../../support/cli.js';
import { isSimple, listSteps, type Step, splitWords } from './command-line.js';
import type { Page } from './pages.js';

export interface SessionResult {
  readonly step: Step;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** The commands that change what a database has: a page with one of them begins with an empty one. */
const CHANGES = /\blogtally (?:ingest|undo|prune|forget|init)\b/;

export function listPageSteps({ blocks }: Page): readonly Step[] {
  return blocks.filter(({ language }) => language === 'console').flatMap(listSteps);
}

export function changesDatabase(page: Page): boolean {
  return listPageSteps(page).some(({ command }) => CHANGES.test(command));
}

/** What a reader has in the folder: the fixtures, a log in the format combined, and the command on the PATH. */
export function fillFolder(folder: string): void {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(`${PROJECT_FOLDER}fixtures`, join(folder, 'fixtures'));
  copyFileSync(`${PROJECT_FOLDER}fixtures/combined.log`, join(folder, 'access.log'));
  const program = `#!/bin/sh\nexec '${process.execPath}' '${PROJECT_FOLDER}bin/logtally.js' "$@"\n`;
  writeFileSync(join(folder, 'bin/logtally'), program, { mode: 0o755 });
}

/**
 * Runs the sessions of a page in the current folder. A block of TOML that begins with its name becomes that file.
 *
 * @param environment names the database
 */
export async function runSessions(page: Page, environment: Environment): Promise<readonly SessionResult[]> {
  const results: SessionResult[] = [];
  for (const block of page.blocks) {
    const [, file] = /^# (logtally\.toml)\n/.exec(block.text) ?? [];
    if (block.language === 'toml' && file !== undefined) writeFileSync(file, block.text, { mode: 0o644 });
    if (block.language !== 'console') continue;
    for (const step of listSteps(block)) {
      const codeBefore = results.at(-1)?.code ?? 0;
      results.push({ step, ...(await runStep(step, environment, codeBefore)) });
    }
  }
  return results;
}

async function runStep({ command }: Step, environment: Environment, codeBefore: number | null) {
  if (command === 'echo $?') return { code: 0, stdout: `${codeBefore}\n`, stderr: '' };
  const line = command.replace(/^npx /, '');
  if (line.startsWith('logtally ') && isSimple(line))
    return runCli(splitWords(line).slice(1), { environment });
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
    encoding: 'utf8',
    env: { ...environment, PATH: `${process.cwd()}/bin:${process.env['PATH']}` },
  });
  return { code: status, stdout, stderr };
}

/** The machine is called `web1` on the pages. */
export function nameHost(text: string): string {
  return text
    .split(/([^\w.-])/)
    .map((word) => (word === hostname() ? 'web1' : word))
    .join('');
}

/** Replaces what differs from machine to machine and from day to day. */
function toStable(text: string): string {
  return nameHost(text)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/keep it since \d{4}-\d\d-\d\d/g, 'keep it since TODAY')
    .replaceAll(/ in \d+\.\d s, [\d,]+ lines\/s/g, ' in SPEED')
    .replaceAll(/\S+@\S+\/logtally_\w+/g, 'stats@db.example.com/stats')
    .replaceAll(/\r\n/g, '\n')
    .replaceAll(/ {2,}/g, '  ')
    .trimEnd();
}

/** Whether a page shows what a command prints: its standard output, if it has any, or its messages as well, before or behind it. */
export function isShown({ step, stdout, stderr }: SessionResult): boolean {
  const shown = toPattern(toStable(step.output));
  const texts = [stderr + stdout, stdout + stderr, ...(stdout === '' ? [] : [stdout])];
  return texts.some((text) => shown.test(`${toStable(text)}\n`));
}

/** A line of three dots stands for any lines, or none. */
function toPattern(shown: string): RegExp {
  const parts = shown.split('\n').map((line) => {
    return line === '...' ? '(?:.*\\n)*?' : `${line.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\\n`;
  });
  return new RegExp(`^${parts.join('')}$`);
}
