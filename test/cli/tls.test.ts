// Encrypted connections: sslmode means what it means to libpq. The server's certificate is for localhost, by a root of its own.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Certificates, createCertificates, hasOpenssl } from '../support/certificates.js';
import { runCli } from '../support/cli.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { it } from '../support/test.js';

const IS_ENCRYPTED = 'select ssl as encrypted from pg_stat_ssl where pid = pg_backend_pid()';

describe.skipIf(!hasOpenssl() && !process.env['CI'])('a server with encryption (needs openssl)', () => {
  let server: PostgresServer;
  let plain: PostgresServer;
  let folder = '';
  let files: Certificates;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logtally-tls-'));
    files = await createCertificates(folder);
    const settings = { ssl: 'on', ssl_cert_file: files.certificate, ssl_key_file: files.key };
    server = await startPostgres({ settings: { ...settings, listen_addresses: 'localhost' } });
    plain = await startPostgres();
    for (const { url } of [server, plain])
      expect((await runCli(['init'], { environment: { DATABASE_URL: url } })).code).toBe(0);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await plain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks over a connection with these parameters. */
  async function ask(
    { url }: PostgresServer,
    parameters: Readonly<Record<string, string>>,
    { host = 'localhost', environment = {} as Readonly<Record<string, string>> } = {},
  ) {
    const address = new URL(url);
    address.hostname = host;
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    const home = join(folder, 'home');
    await mkdir(home, { recursive: true });
    const { code, stdout, stderr } = await runCli(['query', '--csv', IS_ENCRYPTED], {
      environment: { HOME: home, ...environment, DATABASE_URL: address.href },
    });
    return { code, encrypted: stdout.split('\r\n')[1] ?? null, stderr };
  }

  const ENCRYPTED = { code: 0, encrypted: 't', stderr: '' };
  const PLAIN = { code: 0, encrypted: 'f', stderr: '' };

  it('is spoken to as each sslmode says, without a warning', async () => {
    const sslrootcert = files.root;
    for (const sslmode of ['prefer', 'require', 'no-verify'])
      expect(await ask(server, { sslmode }), sslmode).toEqual(ENCRYPTED);
    for (const sslmode of ['require', 'verify-ca', 'verify-full'])
      expect(await ask(server, { sslmode, sslrootcert }), sslmode).toEqual(ENCRYPTED);
    for (const sslmode of ['disable', 'allow'])
      expect(await ask(server, { sslmode }), sslmode).toEqual(PLAIN);
    expect(await ask(server, {})).toEqual(PLAIN);
    expect(await ask(server, {}, { environment: { PGSSLMODE: 'require' } })).toEqual(ENCRYPTED);
    const verified = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: sslrootcert };
    expect(await ask(server, {}, { environment: verified })).toEqual(ENCRYPTED);
  });

  it('is not believed where its certificate cannot be verified', async () => {
    const cases = [
      ['verify-full', {}, 'localhost', 'sslrootcert or PGSSLROOTCERT names the file'],
      ['verify-full', { sslrootcert: files.root }, '127.0.0.1', 'is for another host name'],
      ['verify-ca', { sslrootcert: files.certificate }, 'localhost', 'sslrootcert or PGSSLROOTCERT names'],
      ['require', { sslrootcert: files.certificate }, 'localhost', 'sslrootcert or PGSSLROOTCERT names'],
    ] as const;
    for (const [sslmode, parameters, host, hint] of cases) {
      const answer = await ask(server, { sslmode, ...parameters }, { host });
      expect(answer, sslmode).toMatchObject({ code: 1, encrypted: null });
      expect(answer.stderr, sslmode).toContain(`logtally: hint: `);
      expect(answer.stderr, sslmode).toContain(hint);
    }
    expect(
      await ask(server, { sslmode: 'verify-ca', sslrootcert: files.root }, { host: '127.0.0.1' }),
    ).toEqual(ENCRYPTED);
    const unnamed = await ask(server, { sslmode: 'verify-ca' });
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a root certificate') });
    const missing = await ask(server, { sslmode: 'verify-ca', sslrootcert: '/no/such.crt' });
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("sslrootcert: '/no/such.crt'"),
    });
  });

  it('is missed where an encrypted connection is required of one that has none', async () => {
    expect(await ask(plain, { sslmode: 'prefer' }, { host: '127.0.0.1' })).toEqual(PLAIN);
    const refused = await ask(plain, { sslmode: 'require' }, { host: '127.0.0.1' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the server has no encryption');
  });

  it('is told from a typing error', async () => {
    const { code, stderr } = await ask(server, { sslmode: 'requires' });
    expect(code).toBe(2);
    expect(stderr).toContain("DATABASE_URL: 'requires' is no sslmode");
  });
});
