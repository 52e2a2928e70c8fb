import { expect, test } from 'vitest';
import {
  parseExtensions,
  parseHosts,
  parseMethods,
  parsePathGlob,
  parseReferrerGlob,
  parseRemoteHosts,
  parseStatuses,
} from '../../src/attribute/filter-values.js';
import { UsageError } from '../../src/errors.js';

test('extensions are taken with and without a dot, in any case', () => {
  expect(parseExtensions('.CSS, js')).toEqual(['css', 'js']);
});

test.each([
  [parseStatuses, '2x'],
  [parseStatuses, '200,'],
  [parseStatuses, '300-200'],
  [parseStatuses, '2000'],
  [parseMethods, 'GET,'],
  [parseMethods, 'GET HEAD'],
  [parseExtensions, 'tar.gz'],
  [parseExtensions, ''],
  [parseHosts, 'a b'],
  [parseHosts, 'http://a'],
  [parseHosts, '[a'],
  [parseRemoteHosts, '10.0.0.0/33'],
  [parseRemoteHosts, '10.0.0.0/'],
  [parseRemoteHosts, '10.0.0/8'],
  [parseRemoteHosts, ''],
  [parsePathGlob, 'photos/**'],
  [parsePathGlob, '/a['],
  [parsePathGlob, ''],
  [parseReferrerGlob, '{a'],
])('%o refuses "%s"', (parse, text) => {
  expect(() => parse(text)).toThrow(UsageError);
});
