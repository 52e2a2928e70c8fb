import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER, runCli, spawnCli } from '../support/cli.js';
import { it } from '../support/folder.js';
import { getText, readRecipe } from '../support/recipes.js';

const NAMES = 'apache nginx caddy django rails express php cron systemd logrotate rsyslog'.split(' ');

/** What a person is told instead of a recipe. */
async function refuse(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(['recipe', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
}

describe('recipe', () => {
  it('lists the recipes, and prints several one after the other', async () => {
    const { stdout } = await runCli(['recipe']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['recipe', ...NAMES]);
    const [two, one, other] = await Promise.all(
      [['cron', 'php'], ['cron'], ['php']].map((names) => spawnCli(['recipe', ...names])),
    );
    expect(two?.stdout).toBe(`${one?.stdout}\n${other?.stdout}`);
  });

  it('says which recipes there are if there is none of a name', async () => {
    expect(await refuse('ngnix')).toBe(
      `logtally: error: there is no recipe 'ngnix'\nlogtally: hint: did you mean nginx? there are ${NAMES.join(', ')}\n`,
    );
  });

  it('refuses what no file can have in its place', async () => {
    expect(await refuse('apache', '--log', 'access.log')).toContain(
      "--log: 'access.log' is not the absolute",
    );
    expect(await refuse('nginx', '--log', '/var/log/$host.log')).toContain("has a '$'");
    expect(await refuse('logrotate', '--log', '/x/*" { compress } "/x/k')).toContain("has a '{'");
    expect(await refuse('cron', '--site', 'a\nb')).toContain("--site: 'a\\x0ab' has characters");
    expect(await refuse('nginx', '--format', 'traefik')).toContain("nginx cannot write 'traefik'");
    expect(await refuse('nginx', '--format', '%h %t')).toContain("nginx cannot write '%h %t'");
    expect(await refuse('cron', '--format', 'nonsense')).toContain("there is no log format 'nonsense'");
    expect(await refuse('systemd', '--format', '')).toContain("there is no log format ''");
    expect(await refuse('cron', '--site', String.raw`50\%`)).toContain('cron cannot run');
    expect(await refuse('caddy', '--format', 'combined')).toContain("Caddy cannot write 'combined'");
    expect(await refuse('caddy', 'logrotate')).toContain('Caddy rotates its log itself');
    expect(await refuse('logrotate', '--log', '/var/log/caddy/shop.log')).toContain(
      'Caddy rotates its log itself',
    );
  });

  it.for(NAMES)('never has a password: %s', async (name) => {
    const environment = { DATABASE_URL: 'postgres://us%40er:s3cret@db.example.com:5433/st?sslmode=require' };
    const { stdout } = await runCli(['recipe', name], { environment });
    expect(stdout).not.toContain('s3cret');
    expect(stdout).toContain('\n1. ');
    const flag = await runCli(['recipe', name, '--database-url', 'postgres://u@h/d?password=s3cret']);
    expect(flag.stdout + flag.stderr).not.toContain('s3cret');
    expect(flag.stderr).toContain('can see the password');
    if (name !== 'cron') return;
    expect(stdout).toContain('\nDATABASE_URL=postgres://us%40er@db.example.com:5433/st?sslmode=require\n');
    expect(stdout).toContain('\ndb.example.com:5433:st:us@er:PASSWORD\n');
  });

  it('is filled in from the config file, which the commands are told to read', async ({ folder }) => {
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      'site_from = "vhost"\nformat = "combined"\ncontent_type_field = "X-Kind"\nobject_id_field = "X-Key"\n',
    );
    const apache = await readRecipe(['apache', '--config', config]);
    const format = '%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
    expect(getText(apache, 'conf-available')).toBe(`Header note X-Kind x_kind
Header note X-Key x_key
Header unset X-Kind
Header unset X-Key
LogFormat "${format.replaceAll('"', '\\"')} %{x_kind}n %{x_key}n" logtally
`);
    expect(getText(apache, 'after some')).toContain(
      `ingest --config ${config} --format '${format} %{x_kind}n %{x_key}n' /var/log/apache2/access.log\n`,
    );
    expect(getText(await readRecipe(['cron', '--config', config]), 'cron.d')).toContain(
      `LOGTALLY_CONFIG=${config}\n`,
    );
    expect(getText(await readRecipe(['django', '--config', config]), 'counted.py')).toContain(
      'response["X-Key"] = str(instance.pk)',
    );
    await writeFile(config, 'object_id_field = "%{OID}n"\n');
    expect(await refuse('php', '--config', config)).toContain("object_id_field = '%{OID}n'");
  });

  it("counts the files of Caddy's rotation, whose time stands before the ending", async () => {
    const log = ['--log', '/var/log/caddy/access.log'];
    const caddy = await readRecipe(['cron', '--format', 'json', ...log]);
    expect(getText(caddy, 'cron.d')).toMatch(/ \/var\/log\/caddy\/access\[\.-\]\[l2\]\*$/m);
    expect(getText(await readRecipe(['cron', ...log]), 'cron.d')).toMatch(
      / \/var\/log\/caddy\/access\.log\*$/m,
    );
    const without = await readRecipe(['cron', '--format', 'json', '--log', '/var/log/my.site/access']);
    expect(getText(without, 'cron.d')).toMatch(/ \/var\/log\/my\.site\/access\*$/m);
  });

  it('takes the log of the server that is asked for beside, and tells that server to open it anew', async () => {
    const beside = await readRecipe(['nginx', 'logrotate', 'cron']);
    expect(getText(beside, '/etc/logrotate.d/logtally-nginx-access')).toContain('\t\tnginx -s reopen\n');
    expect(getText(beside, 'cron.d')).toMatch(/ \/var\/log\/nginx\/access\.log\*$/m);
    const elsewhere = await readRecipe(['nginx', 'logrotate', '--log', '/srv/shop/access.log']);
    const rotation = getText(elsewhere, '/etc/logrotate.d/logtally-shop-access');
    expect(rotation).toContain('create 0640 www-data adm');
    expect(rotation).toContain('\t\tnginx -s reopen\n');
    // neither of two logs is chosen silently
    for (const recipe of ['cron', 'systemd', 'logrotate'])
      expect(await refuse('nginx', 'caddy', recipe)).toContain(
        'one log is counted, but nginx and caddy write one each',
      );
    const named = await readRecipe(['nginx', 'caddy', 'cron', '--log', '/srv/shop/access.log']);
    expect(getText(named, 'cron.d')).toMatch(/ingest --quiet \/srv\/shop\/access\.log\*$/m);
    expect((await readRecipe(['nginx', 'caddy'])).length).toBeGreaterThan(3);
  });

  it('finds the rotated logs of Caddy, and no other log beside them', async ({ folder }) => {
    const own = [
      'shop.log',
      'shop.log.1.gz',
      'shop-2026-11-22T19-47-34.441.log',
      'shop-2026-11-22T19-47-34.441.log.gz',
    ];
    for (const name of [...own, 'shop-admin.log', 'shopping.log', 'shop'])
      await writeFile(join(folder, name), '');
    const cron = await readRecipe(['caddy', 'cron', '--log', join(folder, 'shop.log')]);
    const [, pattern = ''] = /--format json (\S+)$/m.exec(getText(cron, 'cron.d')) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\n' ${pattern}`]);
    expect(stdout.split('\n').filter(Boolean)).toEqual(own.map((name) => join(folder, name)).toSorted());
  });

  it('reads the log in the format that the server beside writes', async ({ folder }) => {
    const caddy = await readRecipe(['caddy', 'cron', 'systemd']);
    expect(getText(caddy, 'cron.d')).toMatch(/ --format json \/var\/log\/caddy\/access\[\.-\]\[l2\]\*$/m);
    expect(getText(caddy, 'logtally-follow.service')).toContain(' --format json ');
    const apache = await readRecipe(['apache', 'cron']);
    expect(getText(apache, 'cron.d')).not.toContain('--format');
    // what the config file says cannot be written by Apache, which therefore writes the usual format
    const config = join(folder, 'logtally.toml');
    await writeFile(config, 'format = "json"\n');
    const other = await readRecipe(['apache', 'cron', '--config', config]);
    expect(getText(other, 'cron.d')).toMatch(/ --format combined_ids \/var\/log\/apache2\/access\.log\*$/m);
  });

  it('leaves a service what it needs of a home folder', async () => {
    const systemd = await readRecipe(['systemd', '--log', '/home/ann/site/access.log']);
    const unit = getText(systemd, 'logtally-follow.service');
    expect(unit).toContain('\nProtectHome=read-only\n');
    expect(unit).toMatch(/^ExecStart=\S+ follow .* \/home\/ann\/site\/access\.log$/m);
  });

  it('calls the program by the name on the search path, if that is this program', async ({ folder }) => {
    await mkdir(join(folder, 'bin'));
    const installed = join(folder, 'bin', 'logtally');
    await symlink(`${PROJECT_FOLDER}bin/logtally.js`, installed);
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
    const { stdout } = await spawnCli(['recipe', 'apache', 'cron'], { environment: { PATH } });
    expect(stdout).toContain('\nlogtally top\n');
    expect(stdout).toContain(`  logtally  ${installed} ingest --quiet `);
    const here = await runCli(['recipe', 'cron']);
    expect(here.stdout).toContain(`  logtally  ${PROJECT_FOLDER}bin/logtally.js ingest --quiet `);
  });
});
