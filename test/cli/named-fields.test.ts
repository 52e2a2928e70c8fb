// Settings of summaries that name a field of the log: a name that fits nothing is told.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { it } from '../support/test.js';

const SUMMARIES = ['--by-path', '--summary', 'requests,visitors,titles'];

const MISSPELT = `[summaries]
visitor_id_field = "vistor"
session_field = "sesionid"
title_field = "X-Titel"
extra_fields = ["request_time", "request_tmie"]
`;

const NAMES = [
  ["'vistor'", 'visitor_id_field'],
  ["'sesionid'", 'session_field'],
  ["'X-Titel'", 'title_field'],
  ["'request_tmie'", 'extra_fields'],
] as const;

const NGINX =
  '$remote_addr [$time_local] "$request" $status "$http_user_agent" $request_time $cookie_visitor "$upstream_http_x_title" "$sent_http_x_title"';

const LINE =
  '203.0.113.9 [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 "Mozilla/5.0 (X11)" 0.1 v1 "Inner" "Red boat"\n';

const JSON_LINE = `${JSON.stringify({
  ...{ time: '2026-04-14T10:22:31Z', method: 'GET', uri: '/p/1', status: 200 },
  ...{ request_time: 0.1, cookie_visitor: '' },
})}\n`;

describe('a setting that names a field', () => {
  it('which the format does not have is told before anything is counted, and not with --quiet', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const config = join(folder, 'logtally.toml');
    await writeFile(config, MISSPELT);
    const args = ['ingest', '--config', config, '--format', NGINX, ...SUMMARIES];
    const { stderr } = await target.run([...args, '--dry-run'], { input: LINE });
    for (const [name, key] of NAMES)
      expect(stderr).toContain(
        `the format has no field ${name}, which ${key} names: nothing is kept of it\n`,
      );
    expect(stderr).toContain("its further fields are 'request_time', 'cookie_visitor'");
    expect(stderr).not.toContain("no field 'request_time'");
    expect(stderr).not.toContain('no line has');
    expect(await target.run([...args, '--quiet'], { input: LINE })).toMatchObject({ code: 0, stderr: '' });
  });

  it('which no line has is told at the end, if lines name their fields themselves', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const config = join(folder, 'logtally.toml');
    await writeFile(config, MISSPELT.replace('vistor', 'cookie_visitor'));
    const args = ['ingest', '--config', config, '--format', 'json', ...SUMMARIES];
    const { code, stderr } = await target.run(args, { input: JSON_LINE });
    expect(code).toBe(0);
    for (const [name, key] of NAMES.slice(1))
      expect(stderr).toContain(`no line has the field ${name}, which ${key} names: nothing is kept of it\n`);
    expect(stderr).not.toContain("'request_time'");
    // there, and empty
    expect(stderr).not.toContain("'cookie_visitor'");
  });

  it('finds the response header that nginx sends, by its name in any case', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      '[summaries]\ntitle_field = "X-Title"\nextra_fields = ["REQUEST_TIME", "x-title"]\n',
    );
    const args = ['ingest', '--config', config, '--format', NGINX, ...SUMMARIES];
    const { code, stderr } = await target.run(args, { input: LINE });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('no field') });
    expect(await target.query('select title from logtally.object_title_daily')).toEqual([
      { title: 'Red boat' },
    ]);
    expect(await target.query('select extra from logtally.request')).toEqual([
      { extra: { REQUEST_TIME: '0.1', 'x-title': 'Red boat' } },
    ]);
  });
});
