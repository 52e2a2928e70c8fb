import { createWriteStream, existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';
const BAD = '203.0.113.9 - - [31/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

describe('--rejects', () => {
  it('keeps rejected lines byte for byte, and leaves nothing else behind', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'odd.log');
    const rejects = join(folder, 'rejects.log');
    const odd = ['\0\xff\xfe junk \\N\r\n', `${BAD.trimEnd()}\r\n`, '\t\n\x1b[31m\n'].map((text) =>
      Buffer.from(text, 'latin1'),
    );
    await writeFile(path, Buffer.concat([Buffer.from(GOOD), ...odd, Buffer.from(GOOD)]));
    const { code, stdout } = await target.run([
      'ingest',
      '--json',
      '--max-rejects',
      '100%',
      '--rejects',
      rejects,
      path,
    ]);
    expect({ code, rejected: JSON.parse(stdout).rejected }).toEqual({ code: 0, rejected: 3 });
    // the line of a tab alone is blank
    const expected = Buffer.concat([...odd.slice(0, 2), Buffer.from('\x1b[31m\n')]);
    expect(await readFile(rejects)).toEqual(expected);
    expect((await readdir(folder)).toSorted()).toEqual(['odd.log', 'rejects.log']);
  });

  it('holds no line of an input that was rolled back, and each line of the others once', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const rejects = join(folder, 'rejects.log');
    const [flipped, wrong, good] = [
      join(folder, 'flipped.gz'),
      join(folder, 'wrong.log'),
      join(folder, 'good.log'),
    ];
    const packed = gzipSync(Buffer.from((BAD + GOOD).repeat(5000)));
    packed.writeUInt8(packed.readUInt8(packed.length - 8) ^ 1, packed.length - 8);
    await writeFile(flipped, packed);
    await writeFile(wrong, 'no line of a log\n'.repeat(3));
    await writeFile(good, GOOD + BAD);
    const { code } = await target.run(['ingest', '--quiet', '--rejects', rejects, flipped, wrong, good]);
    expect(code).toBe(3);
    expect(await readFile(rejects, 'utf8')).toBe(BAD);
  });

  it('can be ingested again after a fix', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const rejects = join(folder, 'rejects.log');
    await target.run(['ingest', '--rejects', rejects], { input: GOOD + BAD });
    await writeFile(rejects, (await readFile(rejects, 'utf8')).replace('31/Apr', '30/Apr'));
    expect((await target.run(['ingest', rejects])).code).toBe(0);
    expect(JSON.parse((await target.run(['top', '--json'])).stdout)).toMatchObject([
      { hits: 2, lastHitOn: '2026-04-30' },
    ]);
  });

  it('names a file that cannot be written', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const { code, stderr } = await target.run(['ingest', '--rejects', join(folder, 'none/r')], {
      input: GOOD,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('the rejects file');
  });
});

describe('--max-rejects', () => {
  it.for([
    ['1', 3],
    ['2', 0],
    ['49%', 3],
    ['50%', 0],
  ] as const)(
    '%s ends a run with 2 rejects in 4 lines with exit code %i, and counts the others',
    async ([limit, code], { openTarget }) => {
      const target = await openTarget('postgres');
      const result = await target.run(['ingest', '--quiet', '--max-rejects', limit], {
        input: (GOOD + BAD).repeat(2),
      });
      expect(result.code).toBe(code);
      expect(result.stderr.includes(`more than --max-rejects ${limit} allows`)).toBe(code === 3);
      expect(JSON.parse((await target.run(['top', '--json'])).stdout)).toMatchObject([{ hits: 2 }]);
    },
  );

  it.for(['many', '101%', '-1', '1.5'])('refuses "%s"', async (limit, { openTarget }) => {
    const target = await openTarget('postgres');
    const { code, stderr } = await target.run(['ingest', '--max-rejects', limit], { input: GOOD });
    expect(code).toBe(2);
    expect(stderr).toContain('--max-rejects');
  });
});

describe('a line that is too long', () => {
  it('is one reject, kept whole, and the lines around it are counted', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'long.log');
    const rejects = join(folder, 'rejects.log');
    const long = Buffer.alloc(3_000_000, 'x');
    const longer = Buffer.alloc(70_000, 'y');
    const lines = [GOOD, long, '\n', longer, '\n', GOOD, longer, '\n'];
    await pipeline(Readable.from(lines.map((line) => Buffer.from(line))), createWriteStream(path));
    const { code, stdout } = await target.run([
      'ingest',
      '--json',
      '--max-rejects',
      '100%',
      '--rejects',
      rejects,
      path,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lines: 5, counted: 2, rejects: { 'line too long': 3 } });
    const kept = Buffer.concat([long, longer, longer].flatMap((line) => [line, Buffer.from('\n')]));
    expect((await readFile(rejects)).equals(kept)).toBe(true);
  });

  it('may be allowed, or its limit be set lower', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const input = GOOD.replace('UA', 'U'.repeat(100_000));
    const allowed = await target.run(['ingest', '--json', '--max-line-bytes', '200000'], { input });
    expect(JSON.parse(allowed.stdout)).toMatchObject({ counted: 1, rejected: 0 });
    const refused = await target.run(['ingest', '--json', '--max-line-bytes', String(GOOD.length - 2)], {
      input: GOOD + GOOD.replace('UA', 'U'),
    });
    expect(JSON.parse(refused.stdout)).toMatchObject({ counted: 1, rejects: { 'line too long': 1 } });
  });
});

describe('a log with a byte order mark and CR LF line ends', () => {
  it('is counted like any other', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const input = `\ufeff${GOOD.repeat(2).replaceAll('\n', '\r\n')}`;
    const { stdout } = await target.run(['ingest', '--json'], { input });
    expect(JSON.parse(stdout)).toMatchObject({ lines: 2, counted: 2, bytes: Buffer.byteLength(input) });
  });
});

describe('rejected lines of many files', () => {
  it('are shown of the first ten, and counted of the others', async ({ openTarget, folder }) => {
    const { run } = await openTarget('postgres');
    const paths = Array.from({ length: 12 }, (_, at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries())
      await writeFile(path, `${GOOD.replace('p/1', `p/${at}`).repeat(20)}junk ${at}\n`);
    const { code, stderr } = await run(['ingest', ...paths]);
    expect(code).toBe(0);
    expect(stderr.match(/junk \d/g)).toHaveLength(10);
    expect(stderr).toContain('2 more inputs with rejected lines, 2 lines in all; --rejects FILE keeps them');
  });
});

describe('--rejects of which the file cannot be written', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'says that the lines are counted, and how the rejected ones are kept after all (needs /dev/full)',
    async ({ openTarget, folder }) => {
      const { run } = await openTarget('postgres');
      const log = join(folder, 'a.log');
      await writeFile(log, `${GOOD.repeat(20)}junk\n`);
      const { code, stdout, stderr } = await run(['ingest', '--json', '--rejects', '/dev/full', log]);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ lines: 21, counted: 20, rejected: 1, batches: 1 },
        inputs: [{ state: 'counted', lines: 21 }],
      });
      expect(stderr).toContain(
        `'${log}': the lines are counted, but the rejected ones cannot be kept in '/dev/full'`,
      );
      expect(stderr).toContain('hint: logtally ingest --recount --rejects <file>');
      const again = ['ingest', '--quiet', '--recount', '--rejects', join(folder, 'rejects'), log];
      expect(await run(again)).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, 'rejects'), 'utf8')).toBe('junk\n');
    },
  );
});
