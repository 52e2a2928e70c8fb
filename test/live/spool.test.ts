import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { InputError } from '../../src/errors.js';
import { createLogWriter, type LogWriter, type WriterEvent } from '../../src/live/live.js';
import { it } from '../support/folder.js';
import { planWrites } from './failing-calls.js';

vi.mock('node:fs', async (importOriginal) => {
  const { withFailures } = await import('./failing-calls.js');
  return withFailures(await importOriginal());
});

const SECOND_MS = 1000;
const LIMIT = 8000;

let events: WriterEvent[] = [];

beforeEach(() => {
  events = [];
  planWrites([]);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-04-14T08:22:31.123Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

function open(spool: string, limitBytes = LIMIT): LogWriter {
  return createLogWriter({ to: { spool, limitBytes }, onEvent: (event) => events.push(event) });
}

function give(writer: LogWriter, text: string): void {
  writer.write(Buffer.from(text));
}

function makeLines(from: number, count: number): string {
  return Array.from({ length: count }, (_, at) => `${String(from + at).padStart(9, '0')}\n`).join('');
}

/** All segments with an ending, in the order of their names. */
function readSegments(spool: string, ending: '.log' | '.open'): string[] {
  const names = readdirSync(spool).filter((name) => name.endsWith(ending));
  return names.toSorted().map((name) => readFileSync(join(spool, name), 'utf8'));
}

describe('a spool', () => {
  it('holds all lines in segments whose names have their order, and which end between lines', ({
    folder,
  }) => {
    const spool = join(folder, 'spool');
    const writer = open(spool);
    for (let at = 0; at < 500; at += 1) give(writer, makeLines(at, 1));
    give(writer, 'begun');
    writer.end();
    const segments = readSegments(spool, '.log');
    expect(segments.join('')).toBe(`${makeLines(0, 500)}begun\n`);
    expect(segments.length).toBe(6);
    for (const segment of segments) expect(segment).toMatch(/\n$/);
    expect(readSegments(spool, '.open')).toEqual([]);
    expect(readdirSync(spool)[0]).toMatch(/^20260414T082231\.123Z-\d+-[0-9a-f]{8}\.log$/);
  });

  it('keeps the order of its names when the clock is set back', ({ folder }) => {
    const writer = open(folder);
    for (let at = 0; at < 300; at += 1) {
      if (at % 70 === 0) vi.setSystemTime(Date.now() - 10 * SECOND_MS);
      give(writer, makeLines(at, 1));
    }
    writer.end();
    expect(readSegments(folder, '.log').join('')).toBe(makeLines(0, 300));
  });

  it('can be entered by its owner alone', ({ folder }) => {
    const spool = join(folder, 'a', 'spool');
    const writer = open(spool);
    give(writer, 'a\n');
    expect(statSync(spool).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(spool)) expect(statSync(join(spool, name)).mode & 0o777).toBe(0o600);
    writer.end();
    chmodSync(spool, 0o750);
    expect(() => open(spool)).toThrow('others than its owner can enter it');
    rmSync(spool, { recursive: true });
    writeFileSync(spool, '');
    expect(() => open(spool)).toThrow(InputError);
    expect(() => open(join(spool, 'within'))).toThrow(`the spool '${spool}/within' cannot be used: ENOTDIR`);
  });

  it('drops what is beyond its limit, and goes on when segments were deleted', ({ folder }) => {
    const writer = open(folder);
    give(writer, makeLines(0, 700));
    give(writer, makeLines(700, 200));
    expect(events).toMatchObject([{ kind: 'dropping', path: folder, lines: 200 }]);
    expect((events[0] as { error: Error }).error.message).toContain('has reached its limit of 8000 bytes');
    // all that is there can be counted and deleted
    expect(readSegments(folder, '.open')).toEqual([]);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    vi.setSystemTime(Date.now() + SECOND_MS);
    give(writer, makeLines(900, 1));
    writer.end();
    expect(readSegments(folder, '.log').join('')).toBe(makeLines(900, 1));
    expect(events[1]).toMatchObject({ kind: 'dropped', lines: 200, bytes: 2000 });
  });

  it('takes from the limit what other processes have there', ({ folder }) => {
    writeFileSync(join(folder, '20260413T000000.000Z-1-00000000.log'), makeLines(0, 780));
    const writer = open(folder);
    give(writer, makeLines(0, 10));
    give(writer, makeLines(10, 10));
    give(writer, makeLines(20, 10));
    writer.end();
    expect(writer.counts).toMatchObject({ lines: 20, droppedLines: 10 });
  });

  it('finishes a segment after ten minutes, also if nothing comes', ({ folder }) => {
    const writer = open(folder);
    give(writer, 'a\n');
    vi.setSystemTime(Date.now() + 599 * SECOND_MS);
    writer.tick();
    expect(readSegments(folder, '.log')).toEqual([]);
    vi.setSystemTime(Date.now() + SECOND_MS);
    writer.tick();
    expect(readSegments(folder, '.log')).toEqual(['a\n']);
    give(writer, 'b\n');
    writer.end();
    expect(readSegments(folder, '.log')).toEqual(['a\n', 'b\n']);
  });

  it('finishes no segment within a line', ({ folder }) => {
    const writer = open(folder, 100_000_000);
    const piece = 'x'.repeat(2_000_000);
    give(writer, piece);
    vi.setSystemTime(Date.now() + 700 * SECOND_MS);
    writer.tick();
    give(writer, `${piece}\nnext\n`);
    writer.end();
    expect(readSegments(folder, '.log').map((text) => text.length)).toEqual([4_000_001, 5]);
  });

  it('leaves the segment of another writer alone as long as that lives, and finishes what a dead one has left', ({
    folder,
  }) => {
    const one = open(folder);
    give(one, 'one\n');
    writeFileSync(join(folder, '20260413T000000.000Z-1-00000000.open'), 'dead\ntorn');
    writeFileSync(join(folder, '20260413T000000.000Z-2-00000000.open'), '');
    const other = open(folder);
    expect(readSegments(folder, '.log')).toEqual(['dead\ntorn\n']);
    expect(readSegments(folder, '.open')).toEqual(['one\n']);
    give(other, 'other\n');
    give(one, 'one more\n');
    expect(readSegments(folder, '.open').toSorted()).toEqual(['one\none more\n', 'other\n']);
    one.end();
    other.end();
    expect(readSegments(folder, '.log').toSorted()).toEqual(['dead\ntorn\n', 'one\none more\n', 'other\n']);
  });

  it('is made anew within a second if somebody deletes it', ({ folder }) => {
    const spool = join(folder, 'spool');
    const writer = open(spool);
    give(writer, 'a\n');
    rmSync(spool, { recursive: true });
    vi.setSystemTime(Date.now() + SECOND_MS);
    give(writer, 'b\n');
    writer.end();
    expect(readSegments(spool, '.log')).toEqual(['b\n']);
  });

  it('completes a line that the full disk has torn before the segment is finished', ({ folder }) => {
    const spool = join(folder, 'spool');
    mkdirSync(spool, { mode: 0o700 });
    const writer = open(spool);
    planWrites([3, 'ENOSPC', 'ENOSPC']);
    give(writer, 'abcdef\n');
    give(writer, 'lost\n');
    vi.setSystemTime(Date.now() + 700 * SECOND_MS);
    give(writer, 'next\n');
    writer.end();
    expect(readSegments(spool, '.log')).toEqual(['abcdef\n', 'next\n']);
  });
});
