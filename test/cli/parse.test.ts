import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';
const RECORD = {
  line: 1,
  virtualHost: null,
  remoteHost: '203.0.113.9',
  ident: null,
  user: null,
  time: '2026-04-14T10:22:31+02:00',
  method: 'GET',
  target: '/p/1',
  protocol: 'HTTP/1.1',
  request: 'GET /p/1 HTTP/1.1',
  status: 200,
  bytes: 5,
  referrer: null,
  userAgent: 'UA',
  contentType: '7',
  objectId: '1',
  extra: {},
};

it('prints each record as one JSON object with exactly the documented keys, in their order', async () => {
  const { code, stdout } = await runCli(['parse'], { input: GOOD });
  expect(code).toBe(0);
  expect(stdout).toBe(`${JSON.stringify(RECORD)}\n`);
});

it('tells rejects on standard error with line, byte and reason, and keeps them out of the records', async () => {
  const { code, stdout, stderr } = await runCli(['parse'], { input: `${GOOD}\njunk \x1b[31m\n${GOOD}` });
  expect(code).toBe(0);
  expect(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).line),
  ).toEqual([1, 4]);
  expect(stderr).toBe(
    `logtally: standard input line 3, byte ${GOOD.length + 1}: rejected: line ends early (ident): junk \\x1b[31m\n`,
  );
});

it('prints rejects among the records when asked to', async () => {
  const { stdout, stderr } = await runCli(['parse', '--rejects-inline'], { input: `${GOOD}junk\n` });
  expect(stderr).toBe('');
  const [, reject] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(reject).toEqual({ line: 2, offset: GOOD.length, reject: 'line ends early', field: 'remoteHost' });
});

it('counts lines from 1 in each file, packed or not, and in the order given', async ({ folder }) => {
  const plain = join(folder, 'plain.log');
  const packed = join(folder, 'packed.log');
  await writeFile(plain, GOOD + GOOD);
  await writeFile(packed, gzipSync(GOOD));
  const { stdout } = await runCli(['parse', packed, plain]);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).line),
  ).toEqual([1, 1, 2]);
});

it('exits 3 where no line is in the format', async () => {
  expect(await runCli(['parse'], { input: 'junk\n' })).toMatchObject({ code: 3, stdout: '' });
});

it('says as ingest does what helps where no line is in the format', async () => {
  const hint = async (input: string, ...args: readonly string[]) =>
    (await runCli(['parse', ...args], { input })).stderr.match(/(?<=hint: ).*/)?.[0];
  const syslog = 'Dec 31 23:59:59 web1 app[1]: 10.0.0.1 "GET /b HTTP/1.1" 200\n';
  expect(await hint(syslog, '--format', 'syslog:%h "%r" %>s')).toBe('say the year of its dates with --year');
  expect(await hint(GOOD, '--format', 'common')).toBe('they fit --format combined_ids');
  expect(await hint('junk\n')).toBe('name its format with --format');
});
