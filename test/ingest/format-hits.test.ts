// What a hit is, in every preset: the object that the URL names, on the day that the line says.
import { expect, test } from 'vitest';
import { compileRules } from '../../src/attribute/rules.js';
import { maskRequestTarget } from '../../src/audience/audience.js';
import { createHitParser } from '../../src/ingest/counting/hit.js';
import { DEFAULT_FORMAT_OPTIONS, listCandidates, resolveFormat } from '../../src/parse/presets/formats.js';
import { createPlainAttribution } from '../support/plain-attribution.js';

const BY_PATH = { ...createPlainAttribution('default'), rules: compileRules([], maskRequestTarget) };

/** By path nothing else is asked for, but ids in the line come first. */
const BY_IDS = new Set(['combined_ids']);

test.each(listCandidates(DEFAULT_FORMAT_OPTIONS).filter(({ name }) => !name.includes(':')))(
  'the preset $name counts the path of its URL, whether the URL is whole or a path',
  (format) => {
    const parser = createHitParser(format, BY_PATH);
    const lines = format.example.split('\n');
    for (const line of lines.slice(0, -1)) parser.readDirective(line);
    expect(parser.parse(lines.at(-1) ?? '')).toEqual(
      BY_IDS.has(format.name)
        ? { site: 'default', contentType: '7', objectId: '1234', day: '2026-04-14' }
        : { site: 'default', contentType: 'path', objectId: '/photos/1234/', day: '2026-04-14' },
    );
  },
);

test.each([
  ['squid', '1776124799.999     13 ::1 TCP_MISS/200 5 GET http://a/p - HIER_NONE/- -', '2026-04-13'],
  [
    'haproxy',
    '::1:5 [14/Apr/2026:23:59:59.999] a b/c 0/0/0/0/0 200 5 - - ---- 0/0/0/0/0 0/0 "GET /p HTTP/1.1"',
    '2026-04-14',
  ],
  ['envoy', '[2026-04-14T23:59:59.999Z] "GET /p HTTP/2" 200 - 0 5 0 - "-" "-" "-" "-" "-"', '2026-04-14'],
  [
    'syslog:common',
    'Apr 14 00:00:01 a b: ::1 - - [13/Apr/2026:23:59:59 -0700] "GET /p HTTP/1.1" 200 5',
    '2026-04-13',
  ],
  [
    'docker:common',
    '2026-04-14T06:59:59Z stdout F ::1 - - [13/Apr/2026:23:59:59 -0700] "GET /p HTTP/1.1" 200 5',
    '2026-04-13',
  ],
])('%s counts the day that the line itself says: that of UTC for seconds since 1970', (name, line, day) => {
  const parser = createHitParser(resolveFormat(name, DEFAULT_FORMAT_OPTIONS), BY_PATH);
  expect(parser.parse(line)).toMatchObject({ objectId: '/p', day });
});
