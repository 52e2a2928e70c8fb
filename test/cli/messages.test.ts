// What is said where something is wrong: nothing that a terminal would obey, nothing twice, and always in the same form.

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { type CliResult, runCli } from '../support/cli.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" 7 1234\n';

/** Turns text red, clears a line, ends one that looks like the program's own, and reverses what follows. */
const EVIL = 'a\x1b[31m\x1b[2K\r\nlogtally: error: forged\x07\u202egol.exe\u200b\x9b31m';
const SHOWN =
  'a\\x1b[31m\\x1b[2K\\x0d\\x0alogtally: error: forged\\x07\\xe2\\x80\\xaegol.exe\\xe2\\x80\\x8b\\xc2\\x9b31m';

/** Nothing but line ends is invisible, and each line says whose it is. */
function expectPlain({ stdout, stderr }: CliResult, what: string): void {
  expect((stdout + stderr).replaceAll('\n', ''), what).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  for (const line of stderr.trimEnd().split('\n')) expect(line, what).toMatch(/^(?:logtally: |$)/);
}

describe('a name that a terminal would obey', () => {
  it('is shown with its invisible characters as \\xhh in every message', async ({ openTarget, folder }) => {
    const { run } = await openTarget('postgres');
    const at = (name: string) => join(folder, name);
    await writeFile(at(EVIL), GOOD + GOOD.slice(0, -5));
    await writeFile(at(`${EVIL}.junk`), 'junk\n'.repeat(30));
    await writeFile(at(`${EVIL}.mixed`), `${GOOD}junk\n`.repeat(30));
    await writeFile(at(`${EVIL}.gz`), gzipSync(GOOD.repeat(99)).subarray(0, 60));
    await writeFile(at(`${EVIL}.none`), GOOD.replace('7 1234', '- -'));
    await mkdir(at(`${EVIL}.d`));
    const logs = ['', '.junk', '.mixed', '.gz', '.none', '.d', '.missing'].map((end) => at(EVIL + end));
    const runs: readonly (readonly string[])[] = [
      ['ingest', ...logs],
      ['ingest', '--site', EVIL, at(EVIL)],
      ['ingest', '--rejects', at(`${EVIL}.d`), at(EVIL)],
      ['ingest', '--config', at(`${EVIL}.toml`), at(EVIL)],
      ['ingest', '--config', at(`${EVIL}.mixed`), at(EVIL)],
      ['ingest', '--format', EVIL, at(EVIL)],
      ['ingest', '--max-rejects', EVIL, at(EVIL)],
      ['ingest', `--${EVIL}`],
      ['parse', at(`${EVIL}.junk`)],
      ['parse', at(`${EVIL}.gz`)],
      ['check', at(`${EVIL}.missing`)],
      ['check', '--server-config', at(`${EVIL}.conf`), at(EVIL)],
      ['report', '--output', at(`${EVIL}/page.html`)],
      ['report', '--output', at(`${EVIL}.d`)],
      ['top', '--data-dir', at(EVIL), EVIL],
      ['query', `select '${EVIL}'::int`],
      [
        'query',
        `select 1 as "${EVIL}"`,
        '--database-url',
        `postgres://127.0.0.1:1/${encodeURIComponent(EVIL)}`,
      ],
      ['init', '--database-url', `postgres://${encodeURIComponent(EVIL)}@127.0.0.1:1/d`],
      ['match', EVIL],
      [EVIL],
    ];
    for (const args of runs) {
      const result = await run(args);
      const what = args.join(' ').replaceAll(folder, '');
      expectPlain(result, what);
      if (args[0] === 'ingest' || args.length === 1)
        expect(result.stderr, what).toContain(SHOWN.slice(0, 20));
    }
  });

  it('is shown so where a database is created in it', async ({ folder }) => {
    const dataFolder = join(folder, EVIL);
    const created = await runCli(['init', '--data-dir', dataFolder]);
    expect(created.code).toBe(0);
    expectPlain(created, 'init');
    expect(created.stderr).toContain(`embedded database in '${join(folder, SHOWN)}'`);
  });
});

/** Phrases of a message: what stands between colons and semicolons, and names in quotes. */
function listRepeated(line: string): readonly string[] {
  const phrases = [...line.split(/[:;] /), ...(line.match(/'[^']+'/g) ?? [])];
  return phrases.filter((phrase, at) => phrase !== '' && phrases.indexOf(phrase) !== at);
}

describe('no message says a thing twice', () => {
  it('of an archive that is cut off or damaged, packed by any tool', async ({ openTarget, folder }) => {
    const { run } = await openTarget('postgres');
    const packed = {
      gz: gzipSync(GOOD.repeat(9999)),
      ...Object.fromEntries(
        (['bzip2', 'xz', 'zstd'] as const).map((tool) => [
          tool,
          execFileSync(tool, ['-c'], { input: GOOD.repeat(9999) }),
        ]),
      ),
    };
    for (const [tool, bytes] of Object.entries(packed)) {
      const flipped = Buffer.from(bytes);
      flipped[flipped.length - 6] = 255 - (flipped[flipped.length - 6] ?? 0);
      const cases = [
        bytes.subarray(0, -9),
        bytes.subarray(0, 3),
        flipped,
        Buffer.concat([bytes, Buffer.from('x')]),
      ];
      for (const [at, content] of cases.entries()) {
        const path = join(folder, `${at}.${tool}`);
        await writeFile(path, content);
        for (const command of ['ingest', 'parse'])
          for (const line of (await run([command, path])).stderr.split('\n'))
            expect({ line, repeated: listRepeated(line) }).toEqual({ line, repeated: [] });
      }
    }
  });

  it('of a file, a folder or a server that cannot be used', async ({ openTarget, folder }) => {
    const { run } = await openTarget('postgres');
    const at = (name: string) => join(folder, name);
    await writeFile(at('log'), `${GOOD}junk\n`);
    await mkdir(at('folder'));
    await writeFile(at('empty'), '');
    await chmod(at('empty'), 0o600);
    const runs: readonly (readonly string[])[] = [
      ['ingest', at('missing'), at('folder'), '/dev/null'],
      ['ingest', '--rejects', at('missing/rejects'), at('log')],
      ['ingest', '--rejects', at('folder'), at('log')],
      ['ingest', '--config', at('folder'), at('log')],
      ['ingest', '--config', at('missing'), at('log')],
      ['check', '--server-config', at('missing'), at('log')],
      ['report', '--output', at('missing/page.html')],
      ['report', '--output', at('empty/page.html')],
      ['top', '--database-url', 'postgres://127.0.0.1:1/d'],
      ['top', '--database-url', 'postgres://localhost:1/d'],
      ['top', '--database-url', 'postgres:///d?host=/no/such/folder'],
      ['ingest', '--data-dir', at('empty'), at('log')],
    ];
    for (const args of runs) {
      const { code, stderr } = await run(args);
      expect(code, args.join(' ')).not.toBe(0);
      for (const line of stderr.split('\n'))
        expect({ line, repeated: listRepeated(line) }).toEqual({ line, repeated: [] });
      expect(stderr).not.toContain(': connect E');
    }
  });
});

describe('a mistake on the command line', () => {
  it('is told as every other error is, with a hint', async () => {
    const cases = [
      [
        ['ingest', '--fromat', 'x'],
        "unknown option '--fromat'",
        'did you mean --format? logtally ingest --help',
      ],
      [['top', '--nonsense'], "unknown option '--nonsense'", 'logtally top --help tells more'],
      [['tpo'], "unknown command 'tpo'", 'did you mean top? logtally --help tells more'],
      [['show', '7'], "missing required argument 'object-id'", 'logtally show --help tells more'],
      [
        ['ingest', '--verify', 'x'],
        "argument 'x' is invalid. Allowed choices are heads, full",
        'logtally ingest',
      ],
      [['report'], "required option '--output <file>' not specified", 'logtally report --help tells more'],
    ] as const;
    for (const [args, message, hint] of cases) {
      const { code, stdout, stderr } = await runCli(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      const [first = '', second = '', ...rest] = stderr.split('\n');
      expect(first).toMatch(/^logtally: error: /);
      expect(first).toContain(message);
      expect(second).toMatch(/^logtally: hint: /);
      expect(second).toContain(hint);
      expect(rest).toEqual(['']);
    }
    const { code, stderr } = await runCli([]);
    expect({ code, isHelp: stderr.startsWith('Usage: logtally') }).toEqual({ code: 2, isHelp: true });
  });
});
