// An expression takes time linear in a line where each of its fields can end at one place only, or at a bounded number of them:
// then there is nothing, or little, to go back to. The places are counted here, as an expression cannot be asked for its steps.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldKind, type Piece, toPattern } from '../../src/parse/lines/layout.js';
import { parseFormatString } from '../../src/parse/strings/format-string.js';
import { DEFAULT_OBJECT_FIELDS } from '../../src/parse/strings/object-fields.js';
import { countRuns } from '../support/random-runs.js';
import { readLine } from './read-line.js';

/** At how many places a field that begins a text can end, if `follows` has to come behind it. */
function countEnds(field: Extract<Piece, { field: unknown }>, text: string, follows: string): number {
  let ends = 0;
  for (let at = text.indexOf(follows); at !== -1; at = text.indexOf(follows, at + 1)) {
    const upToHere = new RegExp(`^(?:${toPattern(field)})(?=[^]{${text.length - at}}$)`, 's');
    if (upToHere.test(text)) ends += 1;
  }
  return ends;
}

const hostile = fc
  .array(fc.constantFrom('a', ',', ', ', ' ', ' : ', ':', '?', '-', '"', '\\', '[', ' [', '|'), {
    maxLength: 60,
  })
  .map((parts) => `a${parts.join('')} `);

describe('a field ends', () => {
  test.each<FieldKind>(['token', 'addresses', 'list', 'upstreams'])(
    'before one space only, whatever the line: %s',
    (kind) => {
      fc.assert(
        fc.property(hostile, (line) => {
          expect(countEnds({ field: 'remoteHost', kind }, line, ' ')).toBeLessThanOrEqual(1);
        }),
        { numRuns: countRuns(200) },
      );
    },
  );

  test('before the first of the text behind it', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        expect(countEnds({ field: 'remoteHost', before: ':' }, line, ':')).toBeLessThanOrEqual(1);
        expect(countEnds({ field: 'target', kind: 'pathToken' }, line, '?')).toBeLessThanOrEqual(1);
        expect(countEnds({ field: 'target', kind: 'pathWords' }, line, '?')).toBeLessThanOrEqual(1);
      }),
      { numRuns: countRuns(200) },
    );
  });

  test('of words before at most 256 of the spaces, and of the brackets of times before one', () => {
    const many = 'a b '.repeat(300);
    expect(countEnds({ field: 'user', kind: 'words' }, many, ' ')).toBeLessThanOrEqual(256);
    fc.assert(
      fc.property(hostile, (line) => {
        expect(countEnds({ field: 'user', kind: 'words' }, line, ' [')).toBeLessThanOrEqual(1);
      }),
      { numRuns: countRuns(200) },
    );
  });
});

describe('a pasted format', () => {
  const DAY = '[14/Apr/2026:10:22:31 +0200]';

  test('parts words at the first of the text between them', () => {
    expect(readLine('%{a}i:%{b}i:%{c}i %t', `x:y:z:z ${DAY}`)).toMatchObject({
      'extra:a': 'x',
      'extra:b': 'y',
      'extra:c': 'z:z',
    });
    const pieces = parseFormatString('%{a}i:%{b}i:%{c}i %t', DEFAULT_OBJECT_FIELDS);
    expect(pieces.filter((piece) => 'before' in piece)).toHaveLength(2);
  });

  test('parts a host from its port at the last colon, and a path from its query at the first question mark', () => {
    expect(readLine('%v:%p %t', `[::1]:80 ${DAY}`)).toMatchObject({ virtualHost: '[::1]' });
    expect(readLine('%t "%m %U%q %H"', `${DAY} "GET /a b?c?d HTTP/1.1"`)).toMatchObject({
      target: '/a b',
      query: '?c?d',
    });
  });

  test('reads a list of addresses up to the first space without a comma', () => {
    expect(readLine('%{X-Forwarded-For}i %h %t', `10.0.0.1, 10.0.0.2 10.0.0.3 ${DAY}`)).toMatchObject({
      'extra:X-Forwarded-For': '10.0.0.1, 10.0.0.2',
      remoteHost: '10.0.0.3',
    });
  });
});
