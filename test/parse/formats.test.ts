import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { createRecordParser } from '../../src/parse/lines/record.js';
import {
  DEFAULT_FORMAT_NAME,
  DEFAULT_FORMAT_OPTIONS,
  listFormats,
  resolveFormat,
} from '../../src/parse/presets/formats.js';

const FORMATS = listFormats(DEFAULT_FORMAT_OPTIONS);
const getFormat = (name: string) => resolveFormat(name, DEFAULT_FORMAT_OPTIONS);
const NAMES = FORMATS.map((format) => format.name);

/** Presets whose examples are one line of text between delimiters. */
const TEXT_FORMATS = FORMATS.filter((format) => !['json', 'ltsv', 'w3c', 'cloudfront'].includes(format.name));

/** What programs write otherwise than servers do: times in UTC or without an offset, whole URLs. */
const OWN_WAYS: Readonly<Record<string, object>> = {
  haproxy: { time: '2026-04-14T10:22:31.123' },
  envoy: {
    time: '2026-04-14T08:22:31.123+00:00',
    remoteHost: null,
    extra: { 'X-Forwarded-For': '203.0.113.9' },
  },
  squid: {
    time: '2026-04-14T08:22:31.123+00:00',
    target: 'http://www.example.com/photos/1234/',
    protocol: null,
  },
  alb: { time: '2026-04-14T08:22:31.123456+00:00', target: 'http://www.example.com:80/photos/1234/' },
  s3: { time: '2026-04-14T08:22:31+00:00' },
};

/** What may be missing at the end of an example, or may be shorter there. */
const OPEN_ENDS: Readonly<Record<string, RegExp>> = {
  combined_ids: / 7 1234$/,
  ingress: / \w{32}$/,
  squid: /(?<=text)\/html$/,
  alb: / arn:.*$/,
  s3: / aG9zdA==.*$/,
};

describe.each(TEXT_FORMATS)('the preset $name', (format) => {
  test('reads its own example', () => {
    expect(createRecordParser(format).parse(format.example)).toMatchObject({
      remoteHost: '203.0.113.9',
      time: '2026-04-14T10:22:31+02:00',
      method: 'GET',
      target: '/photos/1234/',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes: 5120,
      ...OWN_WAYS[format.name],
    });
  });

  test('rejects its example cut anywhere before its optional end', () => {
    const { parse } = createRecordParser(format);
    const whole = format.example.replace(OPEN_ENDS[format.name] ?? /$^/, '');
    // a number cut short is still a number, an address and a word too
    const end = /(?:\d"?|text)$/.test(whole) ? whole.search(/(?:[\d."]+|text)$/) : whole.length - 1;
    for (let length = 0; length <= end; length += 1) {
      expect(parse(whole.slice(0, length)), whole.slice(0, length)).toHaveProperty('reject');
    }
  });
});

describe.each(FORMATS)('the preset $name', (format) => {
  test('is found by its name, and reads the last line of its example', () => {
    expect(getFormat(format.name).name).toBe(format.name);
    expect(format.summary).not.toBe('');
    const parser = createRecordParser(format);
    const lines = format.example.split('\n');
    for (const line of lines.slice(0, -1)) parser.readDirective(line);
    expect(parser.parse(lines.at(-1) ?? '')).toMatchObject({
      remoteHost: '203.0.113.9',
      target: '/photos/1234/',
      ...OWN_WAYS[format.name],
    });
  });
});

test('every preset has a name of its own, and one of them is the default', () => {
  expect(new Set(NAMES).size).toBe(NAMES.length);
  expect(NAMES).toEqual([
    'combined_ids',
    'combined',
    'common',
    'vhost_combined',
    'vhost_common',
    'combined_forwarded',
    'cloudfront',
    'w3c',
    'ingress',
    'traefik',
    'haproxy',
    'envoy',
    'squid',
    'alb',
    's3',
    'json',
    'ltsv',
    'syslog',
    'docker',
  ]);
  expect(getFormat(DEFAULT_FORMAT_NAME).name).toBe('combined_ids');
});

test.each(['combnied', '', 'COMBINED', '__proto__'])(
  'refuses the unknown name "%s" and lists the presets',
  (name) => {
    let caught: unknown;
    try {
      getFormat(name);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UsageError);
    expect(caught).toMatchObject({ message: `--format: there is no log format '${name}'`, exitCode: 2 });
    for (const known of NAMES) expect(caught).toHaveProperty('hint', expect.stringContaining(known));
  },
);

describe.each(FORMATS)('the preset $name', (format) => {
  test('takes time linear in the line, wherever what is slow begins', () => {
    const repeated = [
      ' ',
      '"',
      'a ',
      '- ',
      '1, ',
      '1 : ',
      ',',
      '[',
      '] [',
      '\\\\',
      '"a" ',
      ': ',
      '\t',
      '{} ',
      '1/',
    ];
    const { parse } = createRecordParser(format);
    const line = format.example.split('\n').at(-1) ?? '';
    const starts = [...line.matchAll(/[ "[\t]|$/g)].map((match) =>
      line.slice(0, match.index + match[0].length),
    );
    const begun = performance.now();
    for (const start of starts) for (const text of repeated) parse(start + text.repeat(3_000));
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
