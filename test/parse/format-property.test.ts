// What holds for every format string: any text either makes a format or a usage error, and what a format writes it reads.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { listGroups } from '../../src/parse/lines/layout.js';
import { createPatternReader } from '../../src/parse/lines/line-reader.js';
import { DEFAULT_OBJECT_FIELDS, parseFormatString } from '../../src/parse/strings/format-string.js';
import { countRuns } from '../support/random-runs.js';
import { readValues } from './read-line.js';

/** Compiles a format as far as to its reader; a usage error is an answer too. */
function compile(format: string): void {
  try {
    const pieces = parseFormatString(format, DEFAULT_OBJECT_FIELDS);
    createPatternReader(pieces, 'all').read('');
    const groups = listGroups(pieces);
    expect(new Set(groups).size, format).toBe(groups.length);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
  }
}

test('any text makes a format in which each field has a name of its own, or a usage error', () => {
  const bits = fc.constantFrom(
    '%',
    '{',
    '}',
    '$',
    'a',
    't',
    'h',
    '"',
    "'",
    '\\',
    ' ',
    '%t',
    '%h',
    '$msec',
    '\n',
    '>s',
    ';',
    '%D',
    '%{sec}t',
    '%{msec_frac}t',
    '%U',
    '%q',
    '%u',
    '|',
    '%{Foo}i',
    '$uri',
    '$time_local',
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 15 }), (parts) => compile(parts.join(''))),
    { numRuns: countRuns(1000) },
  );
});

describe('any list of directives', () => {
  // a comma at the end of an address would make a list of what follows
  const token = fc.stringMatching(/^[!#-+\--[\]-~]{1,12}$/);
  const client = fc.stringMatching(/^[\w.:%*-]{0,12}[\w.%*-]$/);
  const free = fc.stringMatching(/^(?:[ !#-[\]-~]|\\["\\nx]){0,20}$/);
  const user = fc.stringMatching(/^[a-z]{1,5}(?: [a-z]{1,5}){0,3}$/);
  const status = fc.stringMatching(/^(?:[1-5]\d\d|-)$/);
  const size = fc.stringMatching(/^(?:\d{1,10}|-)$/);
  const value = (written: string, text: fc.Arbitrary<string>, quote = '') =>
    fc.record({ written: fc.constant(written), text, quote: fc.constant(quote) });
  const toDirective = (names: readonly string[], text: fc.Arbitrary<string>, quote = '') =>
    fc.constantFrom(...names).chain((name) => value(name, text, quote));
  const apache = fc.oneof(
    toDirective(['%h', '%a'], client),
    toDirective(['%A', '%D', '%{us}T', '%l', '%{X-Foo}i', '%{Bar}o', '%{n}n', '%L', '%R'], token),
    toDirective(['%r', '%{Referer}i', '%{User-agent}i', '%u', '%{Cookie}i', '%q', '%U'], free, '"'),
    toDirective(['%u'], user),
    toDirective(['%s', '%>s', '%!200,304>s'], status),
    toDirective(['%b', '%B', '%O', '%I', '%S'], size),
  );
  const nginx = fc.oneof(
    toDirective(['$remote_addr'], client),
    toDirective(['$request_time', '$pipe', '$http_x_foo', '$host', '$args'], token),
    toDirective(
      ['$request', '$http_referer', '$http_user_agent', '$http_x_forwarded_for', '$uri'],
      free,
      '"',
    ),
    toDirective(['$status'], status),
    toDirective(['$body_bytes_sent', '$bytes_sent', '$request_length'], size),
  );

  test.each([
    ['Apache', apache, '%t', '[14/Apr/2026:10:22:31 +0200]'],
    ['nginx', nginx, '[$time_local]', '[14/Apr/2026:10:22:31 +0200]'],
  ])('of %s reads back what was written', (_, directive, timeFormat, time) => {
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 12 }), fc.nat(12), (directives, timeAt) => {
        const users = directives.filter((each) => each.written === '%u' && each.quote === '');
        fc.pre(users.length < 2);
        const format = directives.map(({ written, quote }) => quote + written + quote);
        const line = directives.map(({ text, quote }) => quote + text + quote);
        format.splice(timeAt, 0, timeFormat);
        line.splice(timeAt, 0, time);
        expect(readValues(format.join(' '), line.join(' '))).toEqual(directives.map(({ text }) => text));
      }),
      { numRuns: countRuns(500) },
    );
  });
});
