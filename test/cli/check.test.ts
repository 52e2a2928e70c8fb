import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { finishCli, runCli, startCli } from '../support/cli.js';
import { it } from '../support/test.js';

const COMBINED = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA"';
const WITH_IDS = `${COMBINED} 7 1234`;
const CUSTOM = '203.0.113.9 [14/Apr/2026:10:22:31 +0200] 0.015';

/** Lines with their ends. */
function toLog(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Checks without the configuration of the machine's own servers. */
async function check(folder: string, args: readonly string[], input: string | Buffer = '') {
  const serverConfig = join(folder, 'empty.conf');
  await writeFile(serverConfig, '');
  return runCli(['check', ...args, '--server-config', serverConfig], { input });
}

describe('the format', () => {
  it('is found out from the lines, and shown field by field', async ({ folder }) => {
    const { code, stdout, stderr } = await check(folder, ['-'], toLog(COMBINED, '', WITH_IDS));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`standard input: combined_ids fits: 2 of 2 lines, found out from the lines

line 3:
field        value
virtualHost  -
remoteHost   203.0.113.9
ident        -
user         -
time         2026-04-14T10:22:31+02:00
method       GET
target       /p/1
protocol     HTTP/1.1
request      GET /p/1 HTTP/1.1
status       200
bytes        5
referrer     -
userAgent    UA
contentType  7
objectId     1234

the option: --format combined_ids
`);
  });

  it('may be given, and is told where it does not fit, with what would', async ({ folder }) => {
    const { code, stdout } = await check(
      folder,
      ['-', '--format', 'common'],
      toLog(COMBINED, 'junk \x1b[31m'),
    );
    expect(code).toBe(3);
    expect(stdout).toContain('standard input: common does not fit: 0 of 2 lines\n');
    expect(stdout).toContain('standard input line 1, byte 0: rejected: trailing text: 203.0.113.9 - -');
    expect(stdout).toContain(`line 2, byte ${COMBINED.length + 1}: rejected: `);
    expect(stdout).toContain('junk \\x1b[31m');
    expect(stdout).toContain('better: combined fits 1 line: --format combined\n');
  });

  it('fits with one bad line in ten, as ingest counts it, and not with two', async ({ folder }) => {
    const lines = Array.from({ length: 63 }, () => COMBINED);
    const fits = await check(folder, ['-'], toLog(...lines, ...Array(7).fill('junk')));
    expect(fits.code).toBe(0);
    expect(fits.stdout).toContain(
      'standard input: combined fits: 63 of 70 lines, found out from the lines\n',
    );
    expect(fits.stdout).toContain('rejected: line ends early');
    const { code, stdout } = await check(
      folder,
      ['-', '--format', 'combined'],
      toLog(...lines, ...Array(8).fill('junk')),
    );
    expect(code).toBe(3);
    expect(stdout).toContain('combined does not fit: 63 of 71 lines');
    expect(stdout.match(/rejected:/g)).toHaveLength(5);
    expect(stdout).toContain('\n3 lines more do not fit\n');
  });

  it('does not fit where there is no line', async ({ folder }) => {
    expect(await check(folder, ['-'], '\n# a comment\n')).toEqual({
      code: 3,
      stdout: 'standard input has no line to try\n',
      stderr: '',
    });
  });

  it('is told for each file, packed or not', async ({ folder }) => {
    const [plain, packed] = [join(folder, 'plain.log'), join(folder, 'packed.log')];
    await writeFile(plain, toLog(COMBINED));
    await writeFile(packed, gzipSync('#Fields: date time c-ip\r\n2026-04-14 08:22:31 ::1\r\n'));
    const { code, stdout } = await check(folder, [plain, packed]);
    expect(code).toBe(0);
    expect(stdout).toContain(`'${plain}': combined fits: 1 of 1 line`);
    expect(stdout).toContain(`'${packed}': w3c fits: 1 of 1 line`);
  });

  it('that is impossible is a usage error, and a missing file a failure', async ({ folder }) => {
    expect(await check(folder, ['-', '--format', 'nonsense'])).toMatchObject({ code: 2 });
    expect(await check(folder, [join(folder, 'none.log')])).toMatchObject({ code: 1 });
  });
});

describe('the lines', () => {
  it('are the first 1,000, and the rest is not waited for', async ({ folder }) => {
    const serverConfig = join(folder, 'empty.conf');
    await writeFile(serverConfig, '');
    const child = startCli(['check', '-', '--server-config', serverConfig]);
    child.stdin?.on('error', () => {});
    child.stdin?.write(toLog(...Array<string>(1_000).fill(COMBINED)));
    const { code, stdout } = await finishCli(child);
    child.stdin?.destroy();
    expect(code).toBe(0);
    expect(stdout).toContain('1,000 of 1,000 lines');
  });

  it('are read no further in a file, damaged as it may be', async ({ folder }) => {
    const path = join(folder, 'cut.log.gz');
    const packed = gzipSync(
      Array.from({ length: 200_000 }, (_, at) => `${COMBINED} 7 ${at * 7919}\n`).join(''),
    );
    await writeFile(path, packed.subarray(0, packed.length - 1_000));
    expect(await check(folder, [path])).toMatchObject({ code: 0, stderr: '' });
  });

  it('may be too long', async ({ folder }) => {
    const long = COMBINED.replace('UA', 'x'.repeat(1_000));
    const { code, stdout } = await check(folder, ['-', '--max-line-bytes', '500'], toLog(COMBINED, long));
    expect(code).toBe(3);
    expect(stdout).toContain('rejected: line too long');
  });
});

describe("the server's configuration", () => {
  it('is searched for formats, which are listed with the option to paste, and tried', async ({ folder }) => {
    await mkdir(join(folder, 'conf.d'));
    const apache = join(folder, 'httpd.conf');
    const nginx = join(folder, 'conf.d', 'json.conf');
    await writeFile(apache, 'LogFormat "%h %t %{ms}T" timing\nLogFormat "%h \\"it\'s\\" %t" quoted\n');
    await writeFile(
      nginx,
      `log_format js escape=json '{"at": "$time_iso8601", "ra": "$remote_addr", "request": "$request"}';\n`,
    );
    const log = join(folder, 'access.log');
    await writeFile(log, toLog('{"at": "2026-04-14T10:22:31+02:00", "ra": "::1", "request": "-"}'));

    const listed = await runCli(['check', '--server-config', folder]);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toBe(`formats in the server's configuration:
  nginx js, ${nginx}:1
    --format json --json-field time=at --json-field remoteHost=ra
  apache timing, ${apache}:1
    --format '%h %t %{ms}T'
  apache quoted, ${apache}:2
    --format '%h "it'\\''s" %t'
`);

    const tried = await runCli(['check', log, '--server-config', folder]);
    expect(tried.code).toBe(0);
    expect(tried.stdout).toContain(`'${log}': nginx js fits: 1 of 1 line`);
    expect(tried.stdout).toContain(
      'the option: --format json --json-field time=at --json-field remoteHost=ra\n',
    );
  });

  it('is where a better format may be', async ({ folder }) => {
    const path = join(folder, 'httpd.conf');
    await writeFile(path, 'LogFormat "%h %t %{us}T" timing\nLogFormat "%h" "no time"\n');
    const { code, stdout } = await runCli(['check', '-', '--format', 'combined', '--server-config', path], {
      input: toLog(CUSTOM.replace('0.015', '15')),
    });
    expect(code).toBe(3);
    expect(stdout).toContain("better: apache timing fits 1 line: --format '%h %t %{us}T'\n");
    expect(stdout).toMatch(/apache no time, .*:2\n {4}cannot be read: .+\n/);
  });

  it('is a failure where it is missing', async ({ folder }) => {
    const path = join(folder, 'none');
    expect(await runCli(['check', '--server-config', path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `logtally: error: --server-config: '${path}' does not exist\n`,
    });
  });
});

it('prints one JSON object when asked to', async ({ folder }) => {
  const { code, stdout } = await check(
    folder,
    ['-', '--json', '--format', 'combined'],
    toLog(COMBINED, 'junk'),
  );
  expect(code).toBe(3);
  const { inputs, serverFormats } = JSON.parse(stdout);
  expect(serverFormats).toEqual([]);
  expect(inputs).toEqual([
    {
      path: '-',
      format: 'combined',
      detected: false,
      lines: 2,
      fitting: 1,
      fits: false,
      sample: expect.objectContaining({ line: 1, remoteHost: '203.0.113.9', extra: {} }),
      rejects: [expect.objectContaining({ line: 2, offset: COMBINED.length + 1, text: 'junk' })],
      nearest: [],
      better: null,
    },
  ]);
});
