import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { createLogWriter, type LogWriter, parseDatePattern, type WriterEvent } from '../../src/live/live.js';
import { it } from '../support/folder.js';
import { planWrites, refuseToOpen } from './failing-calls.js';

vi.mock('node:fs', async (importOriginal) => {
  const { withFailures } = await import('./failing-calls.js');
  return withFailures(await importOriginal());
});

const START = new Date(2026, 3, 14, 12);
const SECOND_MS = 1000;
const MEBIBYTE = 1_048_576;

let events: WriterEvent[] = [];

beforeEach(() => {
  events = [];
  planWrites([]);
  refuseToOpen(null);
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

function open(
  pattern: string,
  { symlink = null, mode = 0o640 }: { symlink?: string | null; mode?: number } = {},
): LogWriter {
  return createLogWriter({
    to: { pattern: parseDatePattern(pattern), mode, symlink },
    onEvent: (event) => events.push(event),
  });
}

function give(writer: LogWriter, text: string): void {
  writer.write(Buffer.from(text, 'latin1'));
}

function read(path: string): string {
  return readFileSync(path, 'latin1');
}

function passTime(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

const line = fc.string({ maxLength: 30 }).map((text) => `${text.replaceAll('\n', ' ')}\n`);

/** Cuts a text anywhere. */
function cut(text: string, parts: readonly number[]): string[] {
  const places = [0, ...parts.map((part) => Math.floor(part * text.length)), text.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((place, at) => text.slice(places[at], place));
}

describe('a log writer', () => {
  it('writes what it is given, however it is cut, and ends a last line that has no end', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.string({ maxLength: 9 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (lines, rest, parts) => {
          const path = join(mkdtempSync(join(tmpdir(), 'logtally-test-')), 'access.log');
          const last = rest.replaceAll('\n', ' ');
          const text = Buffer.from(lines.join('') + last).toString('latin1');
          const writer = open(path);
          for (const piece of cut(text, parts)) {
            give(writer, piece);
            // what is there is always whole lines
            if (existsSync(path)) expect(read(path)).toMatch(/^$|\n$/);
          }
          writer.end();
          const expected = last === '' ? text : `${text}\n`;
          expect(existsSync(path) ? read(path) : '').toBe(expected);
          expect(writer.counts).toEqual({
            lines: expected.split('\n').length - 1,
            bytes: expected.length,
            droppedLines: 0,
            droppedBytes: 0,
            files: expected === '' ? 0 : 1,
          });
          expect(events).toEqual([]);
        },
      ),
    );
  });

  it('writes each line whole or not at all, and counts both, whatever a full disk takes of each write', () => {
    const outcome = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom('ENOSPC', 'EDQUOT', 'EIO'));
    fc.assert(
      fc.property(
        fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.array(outcome),
        (pieces, outcomes) => {
          const path = join(mkdtempSync(join(tmpdir(), 'logtally-test-')), 'access.log');
          const numbered = pieces.map((lines, at) => lines.map((text, of) => `${at}.${of} ${text}`));
          const writer = open(path);
          events = [];
          planWrites(outcomes);
          for (const lines of numbered) give(writer, Buffer.from(lines.join('')).toString('latin1'));
          planWrites([]);
          writer.end();
          const written = existsSync(path)
            ? Buffer.from(read(path), 'latin1')
                .toString()
                .split(/(?<=\n)/)
            : [];
          const given = numbered.flat();
          // in their order, each as it was given
          expect(given.filter((each) => written.includes(each))).toEqual(
            written.filter((each) => each !== ''),
          );
          expect(writer.counts.lines).toBe(written.filter((each) => each !== '').length);
          expect(writer.counts.lines + writer.counts.droppedLines).toBe(given.length);
          const bytes = Buffer.byteLength(given.join(''));
          expect(writer.counts.bytes).toBe(existsSync(path) ? statSync(path).size : 0);
          expect(writer.counts.bytes + writer.counts.droppedBytes).toBeGreaterThanOrEqual(bytes);
          const told = events.flatMap((event) => (event.kind === 'dropped' ? [event.lines] : []));
          expect(told.reduce((sum, lines) => sum + lines, 0)).toBe(writer.counts.droppedLines);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells that lines are dropped at once, and their number when lines have been written for a second', ({
    folder,
  }) => {
    const path = join(folder, 'access.log');
    const writer = open(path);
    give(writer, 'a\n');
    planWrites(['ENOSPC', 'ENOSPC', 'EIO']);
    give(writer, 'b\nc\n');
    expect(events).toMatchObject([{ kind: 'dropping', path, lines: 2, error: { code: 'ENOSPC' } }]);
    passTime(SECOND_MS / 2);
    give(writer, 'd\n');
    give(writer, 'e\n');
    expect(events).toMatchObject([
      { kind: 'dropping' },
      { kind: 'dropping', lines: 4, error: { code: 'EIO' } },
    ]);
    const until = new Date();
    give(writer, 'f\n');
    expect(events).toHaveLength(2);
    passTime(SECOND_MS);
    give(writer, 'g\n');
    expect(events[2]).toEqual({ kind: 'dropped', path, lines: 4, bytes: 8, since: START, until });
    writer.end();
    expect(events).toHaveLength(3);
    expect(read(path)).toBe('a\nf\ng\n');
  });

  it('completes a line of which the full disk took a part, unless somebody has written behind it', ({
    folder,
  }) => {
    const path = join(folder, 'access.log');
    const writer = open(path);
    planWrites([3, 'ENOSPC', 'ENOSPC']);
    give(writer, 'abcdef\nlost\n');
    give(writer, 'lost too\n');
    expect(read(path)).toBe('abc');
    give(writer, 'next\n');
    expect(read(path)).toBe('abcdef\nnext\n');
    planWrites([2, 'ENOSPC']);
    give(writer, 'ghij\n');
    appendFileSync(path, 'other\nunended');
    give(writer, 'last\n');
    expect(read(path)).toBe('abcdef\nnext\nghother\nunended\nlast\n');
    writer.end();
    expect(writer.counts).toMatchObject({ lines: 3, droppedLines: 3 });
  });

  it('glues no line to the part of one that a writer before it, or one beside it, has left', ({ folder }) => {
    const path = join(folder, 'access.log');
    writeFileSync(path, 'whole\nkilled in the mid');
    const one = open(path);
    const other = open(path);
    give(one, 'one\n');
    expect(read(path)).toBe('whole\nkilled in the mid\none\n');
    give(other, 'other\n');
    planWrites([4, 'ENOSPC', 'ENOSPC']);
    give(one, 'torn apart\n');
    give(other, 'dropped\n');
    give(other, 'goes on\n');
    give(one, 'goes on too\n');
    expect(read(path)).toBe('whole\nkilled in the mid\none\nother\ntorn\ngoes on\ngoes on too\n');
    one.end();
    other.end();
    expect(one.counts).toMatchObject({ lines: 2, droppedLines: 1 });
    expect(other.counts).toMatchObject({ lines: 2, droppedLines: 1 });
  });

  it('puts each line into the file of the time at which its end comes', ({ folder }) => {
    const symlink = join(folder, 'current.log');
    const writer = open(join(folder, '%Y/%m/%d/access-%H.log'), { symlink });
    const expected = new Map<string, string>();
    for (let at = 0; at < 30 * 60; at += 1) {
      passTime(60 * SECOND_MS + 7);
      const path = parseDatePattern(join(folder, '%Y/%m/%d/access-%H.log')).format(new Date());
      expected.set(path, `${expected.get(path) ?? ''}end ${at}\n`);
      give(writer, `end ${at}\nbegin`);
      expect(readlinkSync(symlink)).toBe(path);
      // the next one begins with it
      expected.set(path, expected.get(path) ?? '');
      writer.end();
      expected.set(path, `${expected.get(path)}begin\n`);
    }
    expect(expected.size).toBe(31);
    for (const [path, text] of expected) expect(read(path)).toBe(text);
  });

  it('writes into the file of the day to which the clock is set back', ({ folder }) => {
    const writer = open(join(folder, '%d.log'));
    const day = 24 * 60 * 60 * SECOND_MS;
    passTime(day);
    give(writer, 'a\n');
    passTime(-day);
    give(writer, 'b\n');
    writer.end();
    expect(read(join(folder, '15.log'))).toBe('a\n');
    expect(read(join(folder, '14.log'))).toBe('b\n');
  });

  it('never splits a line over two files, however long it is', ({ folder }) => {
    const writer = open(join(folder, '%d.log'));
    const long = 'x'.repeat(5 * MEBIBYTE);
    vi.setSystemTime(new Date(2026, 3, 14, 23, 59, 59));
    give(writer, 'first\nbegun');
    for (const piece of cut(long, [0.1, 0.2, 0.5, 0.9])) {
      give(writer, piece);
      passTime(2 * SECOND_MS);
    }
    give(writer, '\nnext\n');
    give(writer, 'last\n');
    writer.end();
    expect(read(join(folder, '14.log'))).toBe('first\n');
    expect(read(join(folder, '15.log'))).toBe(`begun${long}\nnext\nlast\n`);
  });

  it('keeps a line in the file that has its beginning when midnight comes while it is passed on in pieces', ({
    folder,
  }) => {
    const writer = open(join(folder, '%d.log'));
    vi.setSystemTime(new Date(2026, 3, 14, 23, 59, 59));
    const long = 'x'.repeat(2 * MEBIBYTE);
    give(writer, long);
    expect(statSync(join(folder, '14.log')).size).toBe(long.length);
    passTime(2 * SECOND_MS);
    writer.tick();
    give(writer, `${long}\nnext\n`);
    writer.end();
    expect(read(join(folder, '14.log'))).toBe(`${long}${long}\n`);
    expect(read(join(folder, '15.log'))).toBe('next\n');
    expect(writer.counts).toMatchObject({ lines: 2, bytes: 2 * long.length + 6 });
  });

  it('drops all of a long line of which a piece was dropped, and ends its part', ({ folder }) => {
    const path = join(folder, 'access.log');
    const writer = open(path);
    const long = 'x'.repeat(2 * MEBIBYTE);
    give(writer, long);
    planWrites(['ENOSPC']);
    give(writer, long);
    give(writer, `${long}\nnext\n`);
    writer.end();
    expect(read(path)).toBe(`${long}\nnext\n`);
    expect(writer.counts).toMatchObject({ lines: 1, droppedLines: 1, droppedBytes: 2 * long.length + 1 });
  });

  it('makes a new file within a second if the file was renamed, deleted or replaced', ({ folder }) => {
    const path = join(folder, 'access.log');
    const writer = open(path);
    give(writer, 'a\n');
    renameSync(path, `${path}.1`);
    give(writer, 'b\n');
    passTime(SECOND_MS);
    give(writer, 'c\n');
    rmSync(path);
    passTime(SECOND_MS);
    give(writer, 'd\n');
    rmSync(path);
    writeFileSync(path, 'of somebody else\n');
    writer.reopen();
    give(writer, 'e\n');
    writer.end();
    expect(read(`${path}.1`)).toBe('a\nb\n');
    expect(read(path)).toBe('of somebody else\ne\n');
    expect(writer.counts.files).toBe(4);
  });

  it('goes on in a file that copytruncate has emptied, from its beginning', ({ folder }) => {
    const path = join(folder, 'access.log');
    const writer = open(path);
    give(writer, 'a\n');
    writeFileSync(path, '');
    give(writer, 'b\n');
    writer.end();
    expect(read(path)).toBe('b\n');
  });

  it('goes on in the file of the day before while the new one cannot be opened', ({ folder }) => {
    const [old, fresh] = [join(folder, '14', 'access.log'), join(folder, '15', 'access.log')];
    const writer = open(join(folder, '%d', 'access.log'));
    give(writer, 'a\n');
    passTime(12 * 60 * 60 * SECOND_MS);
    refuseToOpen(fresh);
    give(writer, 'b\n');
    passTime(SECOND_MS);
    give(writer, 'c\n');
    expect(events).toMatchObject([{ kind: 'kept', path: fresh, kept: old, error: { code: 'EACCES' } }]);
    refuseToOpen(null);
    passTime(SECOND_MS);
    give(writer, 'd\n');
    writer.end();
    expect(read(old)).toBe('a\nb\nc\n');
    expect(read(fresh)).toBe('d\n');
    expect(writer.counts.droppedLines).toBe(0);
  });

  it('drops lines while there is no file, and opens one when it can', ({ folder }) => {
    const path = join(folder, 'access.log');
    refuseToOpen(path);
    const writer = open(path);
    give(writer, 'a\n');
    give(writer, 'b\nc\n');
    refuseToOpen(null);
    passTime(SECOND_MS);
    give(writer, 'd\n');
    writer.end();
    expect(read(path)).toBe('d\n');
    expect(events.map(({ kind }) => kind)).toEqual(['dropping', 'dropped']);
    expect(writer.counts).toMatchObject({ lines: 1, droppedLines: 3, droppedBytes: 6 });
  });

  it('never writes to what is no file', ({ folder }) => {
    const path = join(folder, 'access.log');
    mkdirSync(path);
    const writer = open(path);
    give(writer, 'a\n');
    writer.end();
    expect(events).toMatchObject([
      { kind: 'dropping', error: { code: 'EISDIR' } },
      { kind: 'dropped', lines: 1 },
    ]);
  });

  it('makes files and folders as the mode and the umask say', ({ folder }) => {
    const umask = process.umask(0o027);
    try {
      for (const [mode, file, made] of [
        [0o640, 0o640, 0o750],
        [0o644, 0o640, 0o750],
        [0o600, 0o600, 0o700],
      ] as const) {
        const path = join(folder, String(mode), 'deep', 'access.log');
        const writer = open(path, { mode });
        give(writer, 'a\n');
        writer.end();
        expect(statSync(path).mode & 0o777).toBe(file);
        expect(statSync(join(path, '..')).mode & 0o777).toBe(made);
        expect(statSync(join(path, '../..')).mode & 0o777).toBe(made);
      }
    } finally {
      process.umask(umask);
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  'what another user has put there (needs root, to be two users)',
  () => {
    const OTHER = 65_534;

    it('takes no lines: neither a link nor a file in a folder for everybody', ({ folder }) => {
      const shared = join(folder, 'shared');
      mkdirSync(shared);
      chmodSync(shared, 0o1777);
      const secret = join(folder, 'secret');
      writeFileSync(secret, 'untouched\n');
      const [link, file] = [join(shared, 'link'), join(shared, 'file')];
      symlinkSync(secret, link);
      lchownSync(link, OTHER, OTHER);
      writeFileSync(file, '');
      chownSync(file, OTHER, OTHER);
      for (const path of [link, file]) {
        const writer = open(path);
        give(writer, 'a\n');
        writer.end();
        expect(writer.counts).toMatchObject({ lines: 0, droppedLines: 1 });
      }
      expect(read(secret)).toBe('untouched\n');
      expect(read(file)).toBe('');
      expect(events).toMatchObject([
        { kind: 'dropping' },
        { kind: 'dropped' },
        { kind: 'dropping' },
        { kind: 'dropped' },
      ]);
    });
  },
);

describe('the link to the log of the time', () => {
  it('is set again if somebody removed it or led it elsewhere', ({ folder }) => {
    const [path, symlink] = [join(folder, 'access.log'), join(folder, 'current')];
    symlinkSync('elsewhere', symlink);
    const writer = open(path, { symlink });
    give(writer, 'a\n');
    expect(readlinkSync(symlink)).toBe(path);
    rmSync(symlink);
    passTime(SECOND_MS);
    give(writer, 'b\n');
    expect(readlinkSync(symlink)).toBe(path);
    writer.end();
  });

  it('takes no file away, and says so once', ({ folder }) => {
    const [path, symlink] = [join(folder, '%d.log'), join(folder, 'current')];
    writeFileSync(symlink, 'a log that somebody needs\n');
    const writer = open(path, { symlink });
    give(writer, 'a\n');
    passTime(SECOND_MS);
    give(writer, 'b\n');
    writer.end();
    expect(read(symlink)).toBe('a log that somebody needs\n');
    expect(read(join(folder, '14.log'))).toBe('a\nb\n');
    expect(events).toMatchObject([{ kind: 'unlinked', path: symlink }]);
  });
});
