// Times as formats write them: `%{format}t` of Apache, in one directive or in several.
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { parseStrftime } from '../../src/parse/times/strftime.js';
import { readLine } from './read-line.js';

const SECOND = '2026-04-14T10:22:31';

describe('a time', () => {
  test.each([
    ['%t', '[14/Apr/2026:10:22:31 +0200]', `${SECOND}+02:00`],
    ['%{begin}t', '[14/Apr/2026:10:22:31 +0200]', `${SECOND}+02:00`],
    ['%{%d/%b/%Y:%H:%M:%S %z}t', '14/Apr/2026:10:22:31 +0200', `${SECOND}+02:00`],
    ['%{begin:%Y-%m-%dT%H:%M:%S%z}t', '2026-04-14T10:22:31+0200', `${SECOND}+02:00`],
    ['%{end:%F %T}t', '2026-04-14 10:22:31', SECOND],
    ['%{%Y%m%d%H%M%S}t', '20260414102231', SECOND],
    ['%{%D %R}t', '04/14/26 10:22', `${SECOND.slice(0, -3)}:00`],
    ['%{%e %h %Y}t %{%X}t', '14 Apr 2026 10:22:31', SECOND],
    ['%{%T}t %{%F}t %{%z}t', '10:22:31 2026-04-14 -0500', `${SECOND}-05:00`],
    ['%{%F %T}t.%{usec_frac}t', '2026-04-14 10:22:31.000042', `${SECOND}.000042`],
    ['%{sec}t', '1776154951', '2026-04-14T08:22:31+00:00'],
    ['%{sec}t.%{msec_frac}t', '1776154951.042', '2026-04-14T08:22:31.042+00:00'],
    ['%{msec}t', '1776154951042', '2026-04-14T08:22:31.042+00:00'],
    ['%{begin:usec}t', '1776154951000042', '2026-04-14T08:22:31.000042+00:00'],
    ['%{%s}t', '1776154951', '2026-04-14T08:22:31+00:00'],
    ['%{%F 100%% %T}t', '2026-04-14 100% 10:22:31', SECOND],
  ])('%s reads %s', (format, text, time) => {
    expect(readLine(`%>s ${format} %D`, `200 ${text} 5`)).toEqual({ time, status: '200', 'extra:%D': '5' });
  });

  test('with words in it keeps them as further fields', () => {
    expect(readLine('%{%c}t %h', 'Tue Apr 14 10:22:31 2026 h')).toEqual({
      time: SECOND,
      'extra:weekday': 'Tue',
      remoteHost: 'h',
    });
  });

  test('that is written twice is a field the second time', () => {
    expect(readLine('%t %{end}t', '[14/Apr/2026:10:22:31 +0200] [14/Apr/2026:10:22:32 +0200]')).toEqual({
      time: `${SECOND}+02:00`,
      'extra:%{end}t': '14/Apr/2026:10:22:32 +0200',
    });
    expect(readLine('%{msec}t %t', '1776154951042 [14/Apr/2026:10:22:31 +0200]')).toEqual({
      time: `${SECOND}+02:00`,
      'extra:%{msec}t': '1776154951042',
    });
  });

  test('stands beside other fields without text between them where its shape is certain', () => {
    expect(readLine('%t%h', '[14/Apr/2026:10:22:31 +0200]h')).toMatchObject({ remoteHost: 'h' });
    expect(readLine('%>s%{%F %T}t', '2002026-04-14 10:22:31')).toEqual({ time: SECOND, status: '200' });
  });
});

test.each([
  ['%I:%M %p', '%I', 'of 24 hours'],
  ['%k:%M', '%k', 'with its zero'],
  ['%B', '%B', '%b or %m'],
  ['%Ex', '%Ex', 'known are'],
  ['%', '%', 'known are'],
])('the time %s cannot be read back, which is an error', (format, conversion, hint) => {
  const parse = () => parseStrftime(format, `%{${format}}t`);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(`'${conversion}' in '%{${format}}t' cannot be read`);
  expect(parse).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
});
