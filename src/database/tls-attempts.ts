/** Lists the ways in which a connection is tried, in their order: encrypted and verified as the settings say, or plain. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { toMessage, UsageError } from '../errors.js';
import { findHomeFile } from './server-address.js';
import { SYSTEM_ROOTS, type TlsSettings } from './tls-settings.js';

/** False: not encrypted. */
export type TlsAttempt = ConnectionOptions | false;

/** @throws UsageError if a certificate that is asked for cannot be read */
export async function loadTlsAttempts(tls: TlsSettings): Promise<readonly TlsAttempt[]> {
  if (tls.mode === 'disable') return [false];
  const own = {
    ...(tls.certificate === null ? {} : { cert: await readPem('sslcert', tls.certificate) }),
    ...(tls.key === null ? {} : { key: await readPem('sslkey', tls.key) }),
  };
  const unverified = { ...own, rejectUnauthorized: false };
  if (tls.mode === 'allow') return [false, unverified];
  if (tls.mode === 'prefer') return [unverified, false];
  if (tls.mode === 'no-verify') return [unverified];
  const roots = await readRoots(tls);
  if (tls.mode === 'verify-full') return [{ ...own, ...roots }];
  if (roots !== null) return [{ ...own, ...roots, checkServerIdentity: () => undefined }];
  if (tls.mode === 'require') return [unverified];
  throw new UsageError('sslmode=verify-ca needs a root certificate, and there is no ~/.postgresql/root.crt', {
    hint: 'name its file with sslrootcert or PGSSLROOTCERT, or use sslmode=verify-full',
  });
}

/** @returns null if no file is named and the user has none; verify-full then takes the roots that Node.js knows */
async function readRoots({ rootCertificate }: TlsSettings): Promise<{ readonly ca: string } | null> {
  if (rootCertificate === SYSTEM_ROOTS) return null;
  if (rootCertificate !== null) return { ca: await readPem('sslrootcert', rootCertificate) };
  const usual = findHomeFile('.postgresql/root.crt');
  return usual !== null && existsSync(usual) ? { ca: await readPem('sslrootcert', usual) } : null;
}

async function readPem(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${setting}: '${path}' cannot be read: ${toMessage(error)}`, { cause: error });
  }
}
