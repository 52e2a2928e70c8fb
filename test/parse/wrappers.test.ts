// Lines of other formats behind the prefix of syslog, and in the wrappers of container runtimes.
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { detectFormat } from '../../src/parse/choice/detect.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import type { LogFormat } from '../../src/parse/lines/line-reader.js';
import { createRecordParser } from '../../src/parse/lines/record.js';
import {
  DEFAULT_FORMAT_OPTIONS,
  listCandidates,
  listFormats,
  resolveFormat,
} from '../../src/parse/presets/formats.js';

const CANDIDATES = listCandidates(DEFAULT_FORMAT_OPTIONS);
const PLAIN = listFormats(DEFAULT_FORMAT_OPTIONS).filter(
  ({ name }) => !['w3c', 'cloudfront', 'syslog', 'docker'].includes(name),
);

const WRAP: Readonly<Record<string, (line: string) => string>> = {
  'syslog of RFC 3164': (line) => `Apr  4 10:22:31 web1 app[812]: ${line}`,
  'syslog of RFC 5424': (line) => `<190>1 2026-04-14T08:22:31.003Z web1 app 812 - [a b="\\"]"] ${line}`,
  'syslog as rsyslog writes it': (line) => `2026-04-14T10:22:31.123456+02:00 web1 app: ${line}`,
  "docker's json-file": (line) =>
    JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-04-14T08:22:31.123456789Z' }),
  "docker's kubelet": (line) => `2026-04-14T08:22:31.123456789Z stdout F ${line}`,
};

function choose(text: string, sample: readonly string[]): LogFormat {
  return resolveFormatChoice(text, DEFAULT_FORMAT_OPTIONS, () => undefined).choose(sample, {
    path: 'access.log',
    linesBefore: 0,
  });
}

describe.each(Object.entries(WRAP))('%s', (title, wrap) => {
  const name = title.startsWith('syslog') ? 'syslog' : 'docker';

  it.each(PLAIN.map((format) => [format.name, format]))(
    'around %s reads what it reads bare',
    (inner, format) => {
      const wrapped = resolveFormat(`${name}:${inner}`, DEFAULT_FORMAT_OPTIONS);
      expect(wrapped.name).toBe(`${name}:${inner}`);
      const bare = createRecordParser(format).parse(format.example);
      expect(bare).toHaveProperty('time');
      expect(createRecordParser(wrapped).parse(wrap(format.example))).toEqual(bare);
    },
  );

  it.each(PLAIN.map((format) => [format.name, format]))('around %s is found out by auto', (inner, format) => {
    const { format: found } = detectFormat([wrap(format.example)], CANDIDATES);
    // the preset itself reads the prefix that its program is known to write
    expect([`${name}:${inner}`, ...(name === 'syslog' ? [inner] : [])]).toContain(found.name);
  });

  it('named alone finds out what is inside', () => {
    const common = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5';
    expect(choose(name, [wrap(common)]).name).toBe(`${name}:common`);
    expect(choose(`${name}:auto`, [wrap(common)]).name).toBe(`${name}:common`);
    expect(choose(name, []).name).toBe(`${name}:combined_ids`);
  });

  it('takes a format string after the colon', () => {
    const { parse } = createRecordParser(choose(`${name}:$remote_addr [$time_local] $status`, []));
    expect(parse(wrap('::1 [14/Apr/2026:10:22:31 +0200] 200'))).toMatchObject({
      remoteHost: '::1',
      status: 200,
    });
    expect(parse('::1 [14/Apr/2026:10:22:31 +0200] 200')).toMatchObject({ field: name });
  });
});

describe('the name of a wrapped format', () => {
  it.each([
    ['syslog:w3c', "'w3c' cannot be read inside of syslog"],
    ['docker:syslog', "'syslog' cannot be read inside of docker"],
    ['docker:syslog:combined', "'syslog:combined' cannot be read inside of docker"],
    ['syslog:', "there is no log format ''"],
    ['docker:combnied', "there is no log format 'combnied'"],
  ])('%s is refused', (text, message) => {
    expect(() => resolveFormat(text, DEFAULT_FORMAT_OPTIONS)).toThrow(UsageError);
    expect(() => resolveFormat(text, DEFAULT_FORMAT_OPTIONS)).toThrow(message);
  });
});

describe('lines that mean harm', () => {
  it.each([
    ['hosts', `Apr 14 10:22:31 ${'a'.repeat(200_000)}`],
    ['tags', `Apr 14 10:22:31 ${'a: '.repeat(70_000)}`],
    ['brackets', `Apr 14 10:22:31 web1 ${'a['.repeat(100_000)}`],
    ['structured data', `<1>1 - a b c d ${'[a]'.repeat(70_000)}`],
    ['quotes in structured data', `<1>1 - a b c d [${'"\\" "'.repeat(40_000)}`],
    ['priorities', '<190>'.repeat(40_000)],
    ['CRI tags', `2026-04-14T08:22:31Z stdout F:${':'.repeat(200_000)}`],
    ['JSON', `{"log":"${'\\n'.repeat(100_000)}`],
    ['deep JSON', '{"log":'.repeat(30_000)],
  ])('take no long time: %s', (_, line) => {
    const parsers = ['syslog', 'docker'].map((name) =>
      createRecordParser(resolveFormat(name, DEFAULT_FORMAT_OPTIONS)),
    );
    const begun = performance.now();
    for (const parser of parsers) expect(parser.parse(line)).toHaveProperty('reject');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
