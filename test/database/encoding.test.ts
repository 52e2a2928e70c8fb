// A database in another encoding than UTF-8 cannot hold every object id.

import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import { it } from '../support/test.js';

const LINE =
  '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" 7 \\xe6\\x97\\xa5\n';
const MANUAL = 'createdb --encoding UTF8 --locale C.UTF-8 --template template0 NAME';

describe.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('a database whose encoding is %s', (encoding) => {
  it('is refused when the schema is made, with how to make one that can be used', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const server = target.environment['DATABASE_URL'] ?? '';
    const url = new URL(server);
    url.pathname = `${url.pathname}_${encoding.toLowerCase()}`;
    const name = url.pathname.slice(1);
    await target.query(`create database "${name}" encoding '${encoding}' locale 'C' template template0`);
    try {
      expect((await target.run(['ingest', '--quiet'], { input: LINE })).code).toBe(0);
      const environment = { DATABASE_URL: url.href };
      const answers = [
        await runCli(['init'], { environment }),
        await runCli(['ingest'], { environment, input: LINE }),
        await runCli(['export', '--to', url.href, '--lock-wait', '5'], { environment: target.environment }),
      ];
      for (const { code, stderr } of answers) {
        expect(code).toBe(1);
        expect(stderr).toContain(
          `the database ${name} has the encoding ${encoding}, and object ids need UTF8`,
        );
        expect(stderr).toContain(`hint: create one that has it: ${MANUAL}`);
      }
      const { stdout } = await runCli(['init', '--print']);
      await expect(queryOnce(url.href, stdout)).rejects.toThrow('object ids need UTF8');
      const made = "select 1 from pg_namespace where nspname = 'logtally'";
      expect(await queryOnce(url.href, made)).toEqual([]);
    } finally {
      await dropDatabase(server, url.href);
    }
  });
});
