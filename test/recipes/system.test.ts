// The recipes for what counts by itself, tried by cron, systemd and logrotate: a line goes in, a total comes out.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { describeWith, getText, type RecipeText, readRecipe } from '../support/recipes.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const LINE = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" core.photo';

/** What a shell, a unit, a table of cron and a format of Apache take for something else. */
const ODD = {
  site: `it's 100 % "$HOME" \\ site`,
  format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{X-Content-Type-ID}o %{X-Object-ID}o`,
};

async function writeOddLog(folder: string): Promise<string> {
  await mkdir(join(folder, "a site's"));
  const log = join(folder, "a site's", 'access.log');
  await writeFile(log, `${LINE} 1\n`);
  await writeFile(`${log}.1`, `${LINE} 2\n`);
  return log;
}

/** What the shell of cron or of a unit does, with the few variables that it has. */
function runShell(target: Target, script: string, environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...environment, ...toSecret(target) },
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
}

/** The password, which no recipe has. */
function toSecret({ environment }: Target): Readonly<Record<string, string>> {
  const { password } = new URL(environment['DATABASE_URL'] ?? '');
  return password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) };
}

/** The lines `NAME=value` of a text. */
function listVariables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

function readHits(target: Target) {
  return target.query(
    'select site, object_id, hit_count::int as hits from logtally.object_ranking order by 2',
  );
}

function listHits(site: string, ...ids: readonly string[]) {
  return ids.map((id) => ({ site, object_id: id, hits: 1 }));
}

describeWith('/usr/bin/crontab', 'cron')('the recipe for cron', () => {
  it('is a table that cron takes, whose command counts a log with its rotated ones', async ({
    folder,
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const log = await writeOddLog(folder);
    const args = ['cron', '--log', log, '--site', ODD.site, '--format', ODD.format];
    const table = getText(await readRecipe(args, target.environment), '/etc/cron.d');
    const [, entry = ''] = /^\*\/15 \* \* \* \* {2}logtally {2}(.*)$/m.exec(table) ?? [];
    // a table of one user has no column for the user
    await writeFile(join(folder, 'table'), table.replace('  logtally  ', '  '));
    expect(spawnSync('crontab', ['-n', join(folder, 'table')]).status).toBe(0);
    // cron ends the command at a percent sign without a backslash, and takes the backslash away
    expect(entry).not.toMatch(/(?<!\\)%/);
    runShell(target, entry.replaceAll('\\%', '%'), listVariables(table));
    expect(await readHits(target)).toEqual(listHits(ODD.site, '1', '2'));
  });
});

describeWith('/usr/bin/systemd-analyze', 'systemd')('the recipe for systemd', () => {
  const writeUnits = async (folder: string, recipe: RecipeText): Promise<readonly string[]> => {
    const units = recipe.filter(([place]) => /\.(?:service|timer)$/.test(place));
    const paths = units.map(([place]) => join(folder, place.replace(/.*\//, '')));
    for (const [at, [, text]] of units.entries()) await writeFile(paths[at] ?? '', text);
    return paths;
  };
  const verify = (paths: readonly string[]) => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
      encoding: 'utf8',
    });
    return { status, stderr };
  };

  it('has units that systemd understands, whatever fills them in', async ({ folder }) => {
    const log = await writeOddLog(folder);
    const data = join(folder, 'its data');
    await mkdir(data);
    const args = ['--log', log, '--site', ODD.site, '--format', ODD.format, '--data-dir', data];
    const paths = await writeUnits(folder, await readRecipe(['systemd', ...args]));
    expect(paths).toHaveLength(5);
    expect(verify(paths)).toEqual({ status: 0, stderr: '' });
  });

  it('has a service whose command counts a log with its rotated ones', async ({ folder, openTarget }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, `${LINE} 1\n`);
    await writeFile(`${log}.1`, `${LINE} 2\n`);
    const recipe = await readRecipe(['systemd', '--log', log], target.environment);
    const unit = getText(recipe, 'logtally-ingest.service');
    const [, script = ''] = /^ExecStart=\/bin\/sh -c '([^']*)'$/m.exec(unit) ?? [];
    const variables = listVariables(getText(recipe, '/etc/logtally/environment'));
    // the folder of the state is the user's who counts
    const here = script.replace('/var/lib/logtally/', `${folder}/`);
    runShell(target, here, { PATH: process.env['PATH'] ?? '', ...variables });
    expect(await readHits(target)).toEqual(listHits('default', '1', '2'));
  });
});

describeWith('/usr/sbin/logrotate', 'logrotate')('the recipe for logrotate', () => {
  it('rotates without losing a line, and counts right before if it is told so', async ({
    folder,
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const recipe = await readRecipe(['logrotate', '--log', log], target.environment);
    const isRoot = process.getuid?.() === 0;
    const entry = getText(recipe, '/etc/logrotate.d/logtally-');
    await writeFile(
      join(folder, 'rotation'),
      isRoot ? entry : entry.replace(/\tcreate 0640.*\n/, '\tcreate\n'),
    );
    await chmod(folder, 0o755);
    // stands for the change of the user, whom only the machine of the recipe has
    const [bin, script] = [join(folder, 'bin'), getText(recipe, 'httpd-prerotate')];
    await mkdir(bin);
    await writeFile(
      join(bin, 'runuser'),
      '#!/bin/sh\ntest "$1 $2" = "-u logtally" && shift 3 && exec "$@"\n',
    );
    await chmod(join(bin, 'runuser'), 0o755);
    const variables = { PATH: `${bin}:${process.env['PATH']}` };
    for (const id of ['1', '2']) {
      await appendFile(log, `${LINE} ${id}\n`);
      runShell(target, script.replace('/var/lib/logtally', folder), variables);
      const args = ['--force', '--state', join(folder, 'state'), join(folder, 'rotation')];
      const { status, stderr } = spawnSync('/usr/sbin/logrotate', args, { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    const logs = readdirSync(folder).filter((name) => name.startsWith('access.log'));
    expect(logs.toSorted()).toEqual(['access.log', 'access.log.1', 'access.log.2.gz']);
    await appendFile(log, `${LINE} 3\n`);
    runShell(target, script.replace('/var/lib/logtally', folder), variables);
    expect(await readHits(target)).toEqual(listHits('default', '1', '2', '3'));
  });
});
