// What a person sees on a terminal, of which `script` (util-linux) makes one.

import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { lines } from '../support/logs.js';
import { it } from '../support/test.js';

const hasScript = spawnSync('script', ['--version']).status === 0;

/** Runs the command on a terminal of 60 columns. */
async function runOnTerminal(args: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const command = `stty cols 60; exec ${process.execPath} ${PROJECT_FOLDER}bin/logtally.js ${args}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

/** What is left on a screen of 60 columns: of what DEC's terminals know, what the program uses. */
function show(output: string): string {
  const screen: string[] = [''];
  let [row, column, savedRow] = [0, 0, 0];
  let wraps = true;
  for (const [, sequence, text = ''] of output.matchAll(
    /(\x1b\[\??\d*[A-Za-z]|\x1b[78]|\r|\n)|([^\x1b\r\n])/g,
  )) {
    if (text !== '') {
      if (column === 60 && wraps) [row, column] = [row + 1, 0];
      const at = Math.min(column, 59);
      const line = (screen[row] ?? '').padEnd(at);
      screen[row] = line.slice(0, at) + text + line.slice(at + 1);
      column = at + 1;
    } else if (sequence === '\n') [row, screen[row + 1]] = [row + 1, screen[row + 1] ?? ''];
    else if (sequence === '\r' || sequence === '\x1b[1G') column = 0;
    else if (sequence === '\x1b[2K') screen[row] = '';
    else if (sequence === '\x1b[0K') screen[row] = (screen[row] ?? '').slice(0, column);
    else if (sequence === '\x1b[?7h') wraps = true;
    else if (sequence === '\x1b[?7l') wraps = false;
    else if (sequence === '\x1b7') savedRow = row;
    else if (sequence === '\x1b8') row = savedRow;
  }
  return screen.join('\n');
}

describe.skipIf(!hasScript)('on a terminal', () => {
  it('messages and the progress bar do not overwrite each other', { timeout: 120_000 }, async ({
    folder,
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 20_000));
    const url = target.environment['DATABASE_URL'] ?? '';
    const output = await runOnTerminal(`ingest --format auto --database-url ${url} ${path} ${path}`, {});
    expect(output).toContain('lines/s');
    const screen = show(output);
    const warning =
      'logtally: warning: other users of this machine can see the password on the command line; use ~/.pgpass or PGPASSWORD';
    const chosen = 'logtally: --format auto: combined_ids, which fits 200 of the first 200 lines';
    // both are longer than a line of the screen
    expect(screen.replaceAll('\n', '')).toContain(warning + chosen);
    expect(screen).toMatch(/\nlines read +20,000\b/);
    expect(screen).not.toContain('####');
  });

  it('an answer that nothing has been counted says which database was asked', async ({
    folder,
    openTarget,
    expect,
  }) => {
    expect(show(await runOnTerminal('top', { HOME: folder })).replaceAll('\n', '')).toBe(
      `logtally: there is no database in '${folder}/.local/share/logtally'; --data-dir or --database-url names another one` +
        'nothing has been counted yet',
    );
    const { environment } = await openTarget('postgres');
    expect(show(await runOnTerminal('top', environment)).replaceAll('\n', '')).toMatch(
      /^logtally: logtally_test@127\.0\.0\.1:\d+.* has no tables of logtally; .*yet$/,
    );
  });
});
