import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineCutter } from '../../src/source/line-cutter.js';
import { MAX_LINE_BYTES, trimLineEnd } from '../../src/source/lines.js';
import { countRuns } from '../support/random-runs.js';

const MARK = '\xef\xbb\xbf';
const MEGABYTE = 1024 * 1024;

interface Line {
  readonly line: string;
  readonly number: number;
  readonly offset: number;
  readonly nulBytes: number;
  readonly isTooLong: boolean;
  readonly isUnfinished: boolean;
}

/** Where a line or the NUL bytes before it begin. */
function getStart(line: Line | undefined): number | undefined {
  return line === undefined ? undefined : line.offset - line.nulBytes;
}

/** Cuts chunks into lines, and collects what the handler is told. */
function readLines(chunks: Iterable<Buffer>, maxLineBytes: number = MAX_LINE_BYTES): readonly Line[] {
  const lines: Line[] = [];
  let cutOff = 0;
  const cutter = new LineCutter({
    start: 0,
    maxLineBytes,
    handle: (line, { bytes, ...position }, isTooLong) => {
      expect(bytes, 'what is handed over and what was cut off').toBe(line.length + cutOff);
      cutOff = 0;
      lines.push({ line, ...position, isTooLong });
    },
    onCut: (bytes) => {
      cutOff += bytes.length;
    },
    scan: (_bytes, from) => from,
  });
  for (const chunk of chunks) cutter.push(chunk);
  cutter.finish();
  return lines;
}

/** The lines of a whole buffer by the plainest means: look for LF after LF. */
function findLines(bytes: Buffer, maxLineBytes: number = MAX_LINE_BYTES): readonly Line[] {
  const lines: Line[] = [];
  let offset = bytes.toString('latin1', 0, 3) === MARK ? 3 : 0;
  while (offset < bytes.length) {
    const found = bytes.indexOf(10, offset);
    const end = found === -1 ? bytes.length : found;
    const nulBytes = /^\0*/.exec(bytes.toString('latin1', offset, end))?.[0].length ?? 0;
    offset += nulBytes;
    const line = bytes.toString('latin1', offset, Math.min(end, offset + maxLineBytes + 1));
    const isTooLong = end - offset > maxLineBytes;
    lines.push({ line, number: lines.length + 1, offset, nulBytes, isTooLong, isUnfinished: found === -1 });
    offset = end + 1;
  }
  return lines;
}

function fromLatin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** 200 bytes with everything that could be taken for a line end, and lines around the limit of 40 bytes. */
const TRICKY = fromLatin1(
  [
    `${MARK}first\r`,
    '',
    'a\rb\vc\fd\x85e\xe2\x80\xa8f\0g',
    `${MARK}not at the beginning`,
    '\0\0\0behind NULs',
    '\0\0',
    'x'.repeat(40),
    'y'.repeat(41),
    '\r',
    '\xc3\xa4\xff\xfe',
    '\\.',
  ]
    .join('\n')
    .padEnd(200, '\nlast line without an end '),
);
const TRICKY_LIMIT = 40;

describe('lines', () => {
  test('are the same wherever the input is cut in two', () => {
    expect(TRICKY).toHaveLength(200);
    const expected = findLines(TRICKY, TRICKY_LIMIT);
    expect(expected.filter((line) => line.isTooLong)).toHaveLength(1);
    for (let at = 0; at <= TRICKY.length; at += 1) {
      const lines = readLines([TRICKY.subarray(0, at), TRICKY.subarray(at)], TRICKY_LIMIT);
      expect(lines, `cut at ${at}`).toEqual(expected);
    }
  });

  test('are the same when the input comes byte by byte, or three at a time', () => {
    for (const size of [1, 3]) {
      const chunks = Array.from({ length: Math.ceil(200 / size) }, (_, index) =>
        TRICKY.subarray(index * size, (index + 1) * size),
      );
      const lines = readLines(chunks, TRICKY_LIMIT);
      expect(lines).toEqual(findLines(TRICKY, TRICKY_LIMIT));
    }
  });

  test('give the file back when they are joined at their offsets, whatever the bytes and the chunks', () => {
    const byte = fc.oneof(
      fc.constantFrom(10, 10, 13, 0, 0, 0xef, 0xbb, 0xbf, 0x85),
      fc.integer({ min: 0, max: 255 }),
    );
    const bytes = fc
      .tuple(fc.boolean(), fc.array(byte, { maxLength: 120 }))
      .map(([hasMark, rest]) => Buffer.concat([fromLatin1(hasMark ? MARK : ''), Buffer.from(rest)]));
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bytes, sizes, fc.integer({ min: 1, max: 12 }), (file, chunkSizes, limit) => {
        const lines = readLines(cut(file, chunkSizes), limit);
        expect(lines).toEqual(findLines(file, limit));
        const slices = lines.map((line, index) =>
          file.subarray(line.offset - line.nulBytes, getStart(lines[index + 1]) ?? file.length),
        );
        const mark = file.toString('latin1', 0, 3) === MARK ? file.subarray(0, 3) : Buffer.alloc(0);
        expect(Buffer.concat([mark, ...slices])).toEqual(file);
      }),
      { numRuns: countRuns(500) },
    );
  });

  test.each([
    ['CR', '\r'],
    ['VT', '\v'],
    ['FF', '\f'],
    ['NEL as one byte', '\x85'],
    ['NEL as UTF-8', '\xc2\x85'],
    ['U+2028', '\xe2\x80\xa8'],
    ['U+2029', '\xe2\x80\xa9'],
    ['NUL', '\0'],
    ['FS', '\x1c'],
  ])('do not end at %s', (_, character) => {
    const lines = readLines([fromLatin1(`one${character}line\nnext`)]);
    expect(lines.map(({ line }) => line)).toEqual([`one${character}line`, 'next']);
  });

  test('are counted when they are empty, and there is none after the last LF', () => {
    expect(readLines([fromLatin1('\n\n')]).map(({ offset }) => offset)).toEqual([0, 1]);
    expect(readLines([fromLatin1('\n\na\n')])).toHaveLength(3);
    expect(readLines([])).toEqual([]);
    expect(readLines([fromLatin1(MARK)])).toEqual([]);
  });

  test('include a last one without LF, of which it is known that it did not end', () => {
    expect(readLines([fromLatin1('one\ntwo')]).at(-1)).toEqual({
      line: 'two',
      number: 2,
      offset: 4,
      nulBytes: 0,
      isTooLong: false,
      isUnfinished: true,
    });
    expect(readLines([fromLatin1('one\ntwo\n')]).at(-1)?.isUnfinished).toBe(false);
  });
});

describe('the byte order mark', () => {
  test.each([[[3]], [[1, 2]], [[2, 1]], [[1, 1, 1]]])(
    'is skipped at the beginning, also in chunks of %j bytes, and counts for the offset',
    (sizes) => {
      const lines = readLines(cut(fromLatin1(`${MARK}one\ntwo\n`), [...sizes, 100]));
      expect(lines.map(({ line, offset }) => [line, offset])).toEqual([
        ['one', 3],
        ['two', 7],
      ]);
    },
  );

  test('is skipped once, and stays everywhere else', () => {
    const lines = readLines([fromLatin1(`${MARK}${MARK}one\n${MARK}two`)]);
    expect(lines.map(({ line }) => line)).toEqual([`${MARK}one`, `${MARK}two`]);
  });

  test.each(['\xef', '\xef\xbb', '\xef\xbbx', '\xefx'])('is not seen in its beginning alone', (text) => {
    const lines = readLines([fromLatin1(text)]);
    expect(lines).toEqual(findLines(fromLatin1(text)));
    expect(lines).toMatchObject([{ line: text, offset: 0 }]);
  });
});

describe('NUL bytes', () => {
  test('at the beginning of a line are no part of it, however many they are', () => {
    const hole = Buffer.alloc(3 * MEGABYTE);
    const lines = readLines(
      cut(Buffer.concat([Buffer.from('one\n'), hole, Buffer.from('two\0three\nfour')]), [MEGABYTE / 16]),
    );
    expect(lines.map(({ line, offset, nulBytes, isTooLong }) => [line, offset, nulBytes, isTooLong])).toEqual(
      [
        ['one', 0, 0, false],
        ['two\0three', 4 + hole.length, hole.length, false],
        ['four', 4 + hole.length + 10, 0, false],
      ],
    );
  });

  test('do not count for the limit of the line behind them', () => {
    const lines = readLines([fromLatin1(`${'\0'.repeat(100)}${'x'.repeat(10)}\n\0${'y'.repeat(11)}\n`)], 10);
    expect(lines.map(({ isTooLong }) => isTooLong)).toEqual([false, true]);
  });
});

describe('a long line', () => {
  test('is whole at the limit and too long with one more byte', () => {
    const text = `${'a'.repeat(MAX_LINE_BYTES)}\n${'b'.repeat(MAX_LINE_BYTES + 1)}\nend\n`;
    const lines = readLines([fromLatin1(text)]);
    expect(lines.map(({ line, offset, isTooLong }) => [line.length, offset, isTooLong])).toEqual([
      [MAX_LINE_BYTES, 0, false],
      [MAX_LINE_BYTES + 1, MAX_LINE_BYTES + 1, true],
      [3, 2 * MAX_LINE_BYTES + 3, false],
    ]);
  });

  test('of 10 MB is one line, cut and marked, and the offset after it is exact', () => {
    const bytes = Buffer.concat([
      Buffer.from('before\n'),
      Buffer.alloc(10 * MEGABYTE, 'x'),
      Buffer.from('\nafter\n'),
    ]);
    const lines = readLines(cut(bytes, [MEGABYTE / 16]));
    expect(lines.map(({ line, offset, isTooLong }) => [line.length, offset, isTooLong])).toEqual([
      [6, 0, false],
      [MAX_LINE_BYTES + 1, 7, true],
      [5, 7 + 10 * MEGABYTE + 1, false],
    ]);
  });

  test('of 10 MB without an end is one line, cut and marked', () => {
    const lines = readLines(cut(Buffer.alloc(10 * MEGABYTE, 'x'), [MEGABYTE / 16]));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ number: 1, offset: 0, isTooLong: true });
    expect(lines[0]?.line).toHaveLength(MAX_LINE_BYTES + 1);
    expect(lines[0]?.isUnfinished).toBe(true);
  });

  test('is not kept in memory: of each no more than one byte over the limit is passed on', () => {
    const lines = readLines(Array(100).fill(Buffer.alloc(MEGABYTE, 'x')));
    expect(lines.map(({ line }) => line.length)).toEqual([MAX_LINE_BYTES + 1]);
  });
});

describe('the end of a line', () => {
  test('loses one CR, and keeps those inside the line', () => {
    expect(['a\r', 'a\r\r', 'a\rb', '\r', '', 'a\n'].map(trimLineEnd)).toEqual([
      'a',
      'a\r',
      'a\rb',
      '',
      '',
      'a\n',
    ]);
  });
});

/** Cuts bytes into chunks of the given sizes, over and over. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
