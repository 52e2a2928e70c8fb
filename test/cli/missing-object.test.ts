// What is said of a log of which no line names an object.

import { describe, expect } from 'vitest';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const COMMON = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5';
const REQUEST = {
  time_iso8601: '2026-04-14T10:22:31+02:00',
  remote_addr: '203.0.113.9',
  request: 'GET /p/1 HTTP/1.1',
  status: '200',
};

async function readHint(target: Target, input: string, args: readonly string[]): Promise<string> {
  const { code, stderr } = await target.run(['ingest', '--dry-run', ...args], { input });
  expect({ args, code }).toEqual({ args, code: 0 });
  expect(stderr).toContain('names an object, so nothing was counted\n');
  return /^logtally: hint: (.*)$/m.exec(stderr)?.[1] ?? '';
}

describe('the hint after a log of which no line names an object', () => {
  it('lists the keys that its JSON lines have, as --json-field takes them, and what works', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const lines = [
      { ...REQUEST, app: { kind: 'photo', ids: ['12'] } },
      { ...REQUEST, 'k\u001b[2J\u202e': null, ['x'.repeat(65)]: 1 },
    ];
    const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const hint = await readHint(target, input, ['--format', 'json']);
    expect(hint).toBe(
      "name two of the keys 'app.kind', 'app.ids.0', 'k\\x1b[2J\\xe2\\x80\\xae': --json-field contentType=KEY --json-field objectId=KEY; or count objects by rules from URLs (--config) or --by-path",
    );
    const known = `${JSON.stringify(REQUEST)}\n`;
    expect(await readHint(target, known, ['--format', 'json'])).toMatch(
      /^let the server write two more keys, and name them: --json-field contentType=KEY/,
    );
    const named = ['--json-field', 'contentType=app.kind', '--json-field', 'objectId=app.ids.0'];
    const counted = await target.run(['ingest', '--json', '--format', 'json', ...named], { input });
    expect(JSON.parse(counted.stdout)).toMatchObject({ counted: 1, unattributed: 1 });
  });

  it('names the option that fits any other format', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const pasted = ['--format', '%h %l %u %t "%r" %>s %b %{X-Kind}o %{OID}n'];
    expect(await readHint(target, `${COMMON} photo 12\n`, pasted)).toMatch(
      /^name two of the fields 'X-Kind', 'OID': --content-type-field NAME --object-id-field NAME \(/,
    );
    const w3c =
      '#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-04-14 08:22:31 203.0.113.9 GET / 200\n';
    expect(await readHint(target, w3c, ['--format', 'w3c'])).toMatch(
      /^let the server log the fields sc\(X-Content-Type-ID\) and sc\(X-Object-ID\)/,
    );
    expect(await readHint(target, `${COMMON}\n`, ['--format', 'common'])).toMatch(
      /^end the LogFormat with %\{X-Content-Type-ID\}o %\{X-Object-ID\}o/,
    );
    expect(await readHint(target, `${COMMON} "-" "-"\n`, [])).toContain('--by-path');
    const named = ['--content-type-field', 'X-Kind', '--object-id-field', '%{OID}n'];
    const counted = await target.run(['ingest', '--json', ...pasted, ...named], {
      input: `${COMMON} photo 12\n`,
    });
    expect(JSON.parse(counted.stdout)).toMatchObject({ counted: 1 });
  });
});
