import { describe, expect, it } from 'vitest';
import { toPublicUrl } from '../../src/database/public-address.js';
import { resolveServer, toServerName } from '../../src/database/server-address.js';
import { UsageError } from '../../src/errors.js';

/** What a URL is refused with. */
function refuse(url: string, environment: Readonly<Record<string, string>> = {}): string {
  try {
    resolveServer(url, environment, '--to');
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return 'not refused';
}

describe('a database URL', () => {
  it('may be percent-encoded in every part, and names a Unix socket by its folder', () => {
    const cases = [
      ['postgres://h/a%2Fb', { host: 'h', database: 'a/b' }],
      ['postgres://h/a%3Fb%23c%25d%40e', { database: 'a?b#c%d@e' }],
      ['postgres://us%2Fer%40corp:p%3Aa%2Fs%3Fs%40w%25@h:5433/d', { user: 'us/er@corp', port: 5433 }],
      ['postgres://u:p%3Aa%2Fs%3Fs%40w%25@h/d', { password: 'p:a/s?s@w%' }],
      ['postgres://u:a@b:c@h/d', { password: 'a@b:c', host: 'h' }],
      ['postgres://u:a+b#c@h/d', { password: 'a+b#c', host: 'h', database: 'd' }],
      ['postgres://%2Frun%2Fpostgresql/d', { host: '/run/postgresql', port: 5432, database: 'd' }],
      ['postgresql://%2Ftmp:5433/d', { host: '/tmp', port: 5433 }],
      ['postgresql:///d?host=/run/postgresql&port=5434', { host: '/run/postgresql', port: 5434 }],
      ['postgres://u@/d?host=%2Frun%2Fpostgresql', { host: '/run/postgresql', user: 'u' }],
      ['postgres://[::1]:5433/d', { host: '::1', port: 5433 }],
      ['postgres://h/%E6%97%A5', { database: '日' }],
      ['postgres://h?user=u&password=p%26q&dbname=a%2Fb', { user: 'u', password: 'p&q', database: 'a/b' }],
      ['postgres://u@h', { database: 'u', port: 5432 }],
    ] as const;
    for (const [url, parts] of cases) expect(resolveServer(url, {}), url).toMatchObject(parts);
    expect(toServerName(resolveServer('postgres://u:secret@h/a%2Fb', {}))).toBe('u@h:5432/a/b');
  });

  it('leaves to the PG* variables what it does not say', () => {
    const environment = {
      PGHOST: '/tmp',
      PGPORT: '6000',
      PGUSER: 'me',
      PGDATABASE: 'stats',
      PGPASSWORD: 'x',
    };
    const address = { host: '/tmp', port: 6000, user: 'me', database: 'stats', password: 'x' };
    expect(resolveServer(null, environment)).toMatchObject(address);
    expect(resolveServer('postgres://h', environment)).toMatchObject({ ...address, host: 'h' });
    expect(resolveServer(null, { USER: 'me', PGHOST: 'h' })).toMatchObject({ user: 'me', database: 'me' });
    expect(resolveServer(null, { USER: 'me' })).toMatchObject({ host: 'localhost', port: 5432 });
  });

  it('that cannot be read is refused, and none of it is repeated', () => {
    const cases = [
      ['postgres://u:100%secret@h/d', 'written as %25'],
      ['postgres://u:secret/secret@h/d', 'its host or port cannot be read'],
      ['postgres://u:secret%FF@h/d', 'is not UTF-8 text'],
      ['postgres://u:secret@h:99999/d', 'not a number from 1 to 65535'],
      ['postgres://u:secret@h1,h2/d', '--to names several hosts'],
      ['postgres://u:secret@h:1:2/d', 'its host or port cannot be read'],
      ['mysql://u:secret@h/d', 'postgres://user@host:5432/database'],
    ] as const;
    for (const [url, words] of cases) {
      expect(refuse(url), url).toContain(words);
      expect(refuse(url), url).not.toContain('secret');
    }
  });
});

describe('sslmode', () => {
  it('is that of the URL, of PGSSLMODE, or disable; and is disable for a Unix socket', () => {
    const getMode = (url: string, environment = {}) => resolveServer(url, environment).tls.mode;
    for (const mode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])
      expect(getMode(`postgres://h/d?sslmode=${mode}`)).toBe(mode);
    expect(getMode('postgres://h/d')).toBe('disable');
    expect(getMode('postgres://h/d', { PGSSLMODE: 'require' })).toBe('require');
    expect(getMode('postgres://h/d?sslmode=prefer', { PGSSLMODE: 'require' })).toBe('prefer');
    expect(getMode('postgres://h/d?ssl=true')).toBe('require');
    expect(getMode('postgres://h/d?sslrootcert=system')).toBe('verify-full');
    expect(getMode('postgres:///d?host=/tmp&sslmode=require')).toBe('disable');
  });

  it('is refused where libpq does not know it, or where it cannot mean what it seems to', () => {
    const modes = 'it is one of disable, allow, prefer, require, verify-ca, verify-full';
    expect(refuse('postgres://h/d?sslmode=requir')).toBe(`--to: 'requir' is no sslmode | ${modes}`);
    expect(refuse('postgres://h/d', { PGSSLMODE: 'on' })).toBe(`PGSSLMODE: 'on' is no sslmode | ${modes}`);
    expect(refuse('postgres://h/d?sslmode=require&sslrootcert=system')).toContain(
      'needs sslmode=verify-full',
    );
    expect(refuse('postgres://h/d?sslnegotiation=direct')).toContain('needs sslmode=require');
  });
});

describe('the public URL of a server', () => {
  it('names the same server, role, database and encryption, without the password', () => {
    for (const url of [
      'postgres://us%2Fer%40corp:p%3Aw%25@h:5433/a%2Fb',
      'postgres://u:s3cret@%2Frun%2Fpostgresql/d',
      'postgres://u@[::1]/d?password=s3cret&sslmode=require',
      'postgres://u:s3cret@h/d?sslmode=verify-full&sslrootcert=/a%20b/root.pem&sslcert=c&sslkey=k',
      'postgres://u:s3cret@h/d?sslmode=require&sslnegotiation=direct&options=-c%20work_mem%3D64MB',
    ]) {
      const address = resolveServer(url, {});
      const told = toPublicUrl(address);
      expect(told).not.toMatch(/s3cret|p%3Aw%25/);
      const rest = { password: null, passwordSource: 'PGPASSWORD' };
      expect(resolveServer(told, {})).toEqual({ ...address, ...rest });
    }
  });
});
