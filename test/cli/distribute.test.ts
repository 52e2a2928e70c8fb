// What `init --distribute` says where there is no Citus; test/citus has what it does where there is one.

import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { it } from '../support/test.js';

describe('init --distribute', () => {
  it('needs the extension, says so, and creates nothing', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const { code, stderr } = await target.run(['init', '--distribute']);
    expect(code).toBe(1);
    expect(stderr).toContain('has no extension citus');
    expect(stderr).toContain(
      'hint: add citus to shared_preload_libraries of the coordinator and of each worker',
    );
    expect(await target.query("select 1 from pg_namespace where nspname = 'logtally'")).toEqual([]);
  });

  it('needs a server, and creates no embedded database to find that out', async ({ folder }) => {
    const { code, stderr } = await runCli(['init', '--distribute', '--data-dir', `${folder}/data`]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'logtally: error: --distribute needs a server, the coordinator of Citus\n' +
        'logtally: hint: name it with --database-url or DATABASE_URL\n',
    });
  });

  it.for(['--print', '--print-grants'])('excludes %s, which runs nothing', async (flag) => {
    expect(await runCli(['init', '--distribute', flag])).toMatchObject({ code: 2, stdout: '' });
  });
});
