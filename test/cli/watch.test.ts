// `logtally top --watch`: the list that is shown anew, on a terminal and as lines of JSON.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe } from 'vitest';
import { runCli, startCli } from '../support/cli.js';
import { startPostgres } from '../support/postgres.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { HAS_TERMINAL, startOnTerminal } from '../support/terminal.js';
import { it } from '../support/test.js';

function toLog(hits: Readonly<Record<string, number>>, day = '14/Apr/2026'): string {
  return Object.entries(hits)
    .map(([id, count]) =>
      `203.0.113.9 - - [${day}:10:22:31 +0000] "GET /${id} HTTP/1.1" 200 100 "-" "-" photo ${id}\n`.repeat(
        count,
      ),
    )
    .join('');
}

/** To the second screen, and back: cursor, wrapping and colours as they were. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

const ingest = (target: Target, log: string, ...args: readonly string[]) =>
  succeed(target, ['ingest', '--quiet', ...args], log);

describe.skipIf(!HAS_TERMINAL).each(OFTEN_TESTED)('top --watch on a terminal, from %s', (kind) => {
  it('shows the list anew in place, marks what has changed, and gives the terminal back at Ctrl-C', {
    timeout: 120_000,
  }, async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await ingest(target, toLog({ a: 5, b: 4, c: 3 }));
    const terminal = startOnTerminal('top photo --watch 1', target.environment);
    const first = await terminal.waitFor(/photo/);
    expect(first).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+, every 1 s, Ctrl-C ends it\n\nphoto\n/);
    expect(first).toMatch(/\n +1 +a +5 +41.7%.*\n +2 +b +4 .*\n +3 +c +3 /);

    await ingest(target, toLog({ c: 2, d: 1 }, '15/Apr/2026'));
    const changed = await terminal.waitFor(/\n +1 +a +5 +33.3%/);
    expect(changed).toMatch(/\n +1 +c +5 +\+2 +▲2 .*\n +3 +b +4 +▼1 .*\n +4 +d +1 +▲ /);
    // a mark stays for one look
    await terminal.waitFor(/\n +1 +c +5 {3,}\d/);

    expect(terminal.readFrames().at(-1)).not.toContain('first day');
    terminal.resize(120);
    await terminal.waitFor(/last 14 days +first day +last day/);
    terminal.type('\x03');
    const output = await terminal.finish();
    const [before = '', shown = '', ...others] = output.split(ENTER);
    expect(others).toEqual([]);
    expect(shown.split(LEAVE)).toHaveLength(2);
    const after = shown.split(LEAVE)[1] ?? '';
    expect(after).toContain('exit 0');
    // the state of the terminal's driver, but for its size
    const [state = 'none'] = /[\da-f:]{20,}/.exec(before) ?? [];
    expect(after).toContain(state);
  });
});

describe.skipIf(!HAS_TERMINAL)('top --watch', () => {
  it('marks what the lists of summaries and of content types have gained', { timeout: 120_000 }, async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const keep = ['--summary', 'statuses'];
    await ingest(target, toLog({ a: 5 }), ...keep);
    const types = startOnTerminal('top --types --watch 1', target.environment);
    const statuses = startOnTerminal('top --summary statuses --watch 1', target.environment);
    await Promise.all([types.waitFor(/photo +1 +5 /), statuses.waitFor(/GET +200 +5 /)]);
    await ingest(target, toLog({ b: 3 }), ...keep);
    await types.waitFor(/photo +2 +8 .* \+3\n/);
    await statuses.waitFor(/GET +200 +8 .* \+3 /);
    for (const terminal of [types, statuses]) terminal.type('\x03');
    for (const terminal of [types, statuses]) expect(await terminal.finish()).toContain('exit 0');
  });

  it('goes on when the server is started again, and says so above the list', { timeout: 120_000 }, async ({
    expect,
  }) => {
    const server = await startPostgres();
    try {
      const environment = { DATABASE_URL: await server.createDatabase() };
      await runCli(['ingest', '--quiet'], { environment, input: toLog({ a: 5 }) });
      const terminal = startOnTerminal('top --watch 1', environment);
      await terminal.waitFor(/ a +5 /);
      await server.kill();
      const lost = await terminal.waitFor(/trying again/);
      // the list of before
      expect(lost).toMatch(/^\d.*, Ctrl-C ends it\n[^\n]*(?:\n[^\n]*)*trying again\nphoto\n.*\n +1 +a +5 /);
      await server.start();
      await terminal.waitFor(/it can be read again\nphoto\n.*\n +1 +a +5 /);
      await runCli(['ingest', '--quiet'], { environment, input: toLog({ a: 1 }, '15/Apr/2026') });
      await terminal.waitFor(/ a +6 +\+1 /);
      terminal.type('\x03');
      expect(await terminal.finish()).toContain('exit 0');
    } finally {
      await server.stop();
    }
  });

  it('shows an error of its first look as any other command does', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await ingest(target, toLog({ a: 1 }));
    const output = await startOnTerminal('top phot --watch', target.environment).finish();
    expect(output).not.toContain(ENTER);
    expect(output).toMatch(/no content type 'phot' has been counted.*\r\n.*did you mean 'photo'.*\r\nexit 2/);
  });
});

describe('top --watch where there is no terminal', () => {
  it('is refused, and says what can be asked instead', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const { code, stdout, stderr } = await target.run(['top', '--watch']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--watch shows the list on a terminal.*\n.*hint: --json prints one object a line/);
    for (const [args, message] of [
      [['--watch', 'photo'], 'if it is a content type, name it before the option: photo --watch'],
      [['--watch', '0'], "--watch: '0' is not a whole number of at least 1"],
      [['--watch', '--csv'], 'cannot be used with'],
    ] as const) {
      const answer = await target.run(['top', ...args]);
      expect(answer).toMatchObject({ code: 2, stdout: '' });
      expect(answer.stderr).toContain(message);
    }
  });

  it('prints an object for each look with --json, and ends with 0 at SIGTERM', { timeout: 120_000 }, async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await ingest(target, toLog({ a: 5 }));
    const child = startCli(['top', '--watch', '1', '--json'], target.environment);
    const closed = once(child, 'close');
    if (child.stdout === null) throw new Error('the command was started without pipes');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const waitFor = async (hits: number) => {
      for (;;) {
        const { lookedAt, rows } = JSON.parse(String((await lines.next()).value));
        expect(new Date(lookedAt).toISOString()).toBe(lookedAt);
        if (rows[0]?.hits === hits) return rows;
      }
    };
    const { stdout } = await target.run(['top', '--json']);
    expect(await waitFor(5)).toEqual(JSON.parse(stdout));
    await ingest(target, toLog({ a: 2 }, '15/Apr/2026'));
    await waitFor(7);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });

  it('ends with 0 when nobody reads its lines any more', { timeout: 120_000 }, async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const child = startCli(['top', '--watch', '1', '--json'], target.environment);
    const closed = once(child, 'close');
    if (child.stdout === null) throw new Error('the command was started without pipes');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await closed).toEqual([0, null]);
  });
});
