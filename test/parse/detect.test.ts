import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../src/parse/choice/detect.js';
import { DEFAULT_FORMAT_OPTIONS, listFormats, resolveFormat } from '../../src/parse/presets/formats.js';

const FORMATS = listFormats(DEFAULT_FORMAT_OPTIONS);
const COMMON = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5';
const COMBINED = `${COMMON} "-" "UA"`;

function detect(lines: readonly string[]): string {
  const { format, fitting, lines: tried } = detectFormat(lines, FORMATS);
  return `${format.name} ${fitting}/${tried}`;
}

describe('each preset', () => {
  it.each(FORMATS.map((format) => [format.name, format]))(
    'finds itself in its example: %s',
    (name, format) => {
      expect(detectFormat(format.example.split('\n'), FORMATS).format.name).toBe(name);
    },
  );
});

describe('the choice', () => {
  it('is the format that most lines fit', () => {
    expect(detect([COMMON, COMBINED, COMMON, 'junk'])).toBe('common 2/4');
  });

  it('is combined where no line has ids, and combined_ids where one has', () => {
    expect(detect([COMBINED, COMBINED])).toBe('combined 2/2');
    expect(detect([COMBINED, `${COMBINED} 7 1234`])).toBe('combined_ids 2/2');
    expect(detect([COMBINED, `${COMBINED} - -`])).toBe('combined_ids 2/2');
  });

  it('is not misled by a virtual host, which could be a client of a strange user', () => {
    expect(detect([`www.example.com ${COMBINED}`])).toBe('vhost_combined 1/1');
    expect(detect([`www.example.com:443 ${COMBINED.replace('- -', '- bob')}`])).toBe('vhost_combined 1/1');
    expect(detect([COMBINED.replace('- -', '- john doe'), COMBINED])).toBe('combined 2/2');
  });

  it.each([
    ['web1 nginx: '],
    ['web1 nginx[123]: '],
    ['nginx: '],
    ['Apr 14 10:22:31 web1 nginx: '],
    ['Apr  4 10:22:31 web1 nginx[123]: '],
    ['web-1 | '],
  ])('takes no part of a prefix for a virtual host, a client or a user: %s', (prefix) => {
    for (const line of [COMMON, COMBINED, COMBINED.replace('- -', '- bob')]) {
      const { fits } = detectFormat(
        [prefix + line],
        FORMATS.filter(({ name }) => name !== 'syslog'),
      );
      expect(fits.filter(({ fitting }) => fitting > 0).map(({ format }) => format.name)).toEqual([]);
    }
  });

  it("takes neither Docker's wrapper nor the messages of a service for json", () => {
    const time = '2026-04-14T08:22:31.123456789Z';
    const { fits } = detectFormat(
      [
        JSON.stringify({ log: 'listening on port 80\n', stream: 'stdout', time }),
        JSON.stringify({ level: 'info', msg: 'started', time }),
      ],
      FORMATS,
    );
    expect(fits.filter(({ fitting }) => fitting > 0)).toEqual([]);
  });

  it('takes one more field, quoted or not, for what it is', () => {
    expect(detect([`${COMBINED} "-"`, `${COMBINED} "198.51.100.7, 10.0.0.1"`])).toBe(
      'combined_forwarded 2/2',
    );
    expect(detect([`${COMBINED} -`])).toBe('combined_forwarded 1/1');
  });

  it('passes over blank lines, directives and the CR of line ends', () => {
    expect(detect(['', '# a comment\r', `${COMMON}\r`, ' \t\r'])).toBe('common 1/1');
  });

  it('hands directives to those that want them', () => {
    expect(detect(['#Fields: date time c-ip', '2026-04-14 08:22:31 ::1', '#Fields: time date', 'x'])).toBe(
      'w3c 1/2',
    );
  });

  it('is the first candidate where none fits', () => {
    expect(detect([])).toBe(`${FORMATS[0]?.name} 0/0`);
    expect(detect(['junk'])).toBe(`${FORMATS[0]?.name} 0/1`);
  });

  it('may be a format string', () => {
    const format = resolveFormat('%h %t %s', DEFAULT_FORMAT_OPTIONS);
    const found = detectFormat(['::1 [14/Apr/2026:10:22:31 +0200] 200'], [...FORMATS, format]);
    expect(found.format).toBe(format);
    expect(found.fits.find((fit) => fit.format.name === 'common')?.fitting).toBe(0);
    expect(found.fits.map((fit) => fit.format)).toEqual([...FORMATS, format]);
  });

  it('needs a candidate', () => {
    expect(() => detectFormat([], [])).toThrow('no format to choose from');
  });
});
