/** Resolves whether a connection is encrypted, and what is verified: sslmode as libpq reads it (PostgreSQL manual, 34.19). */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { toMessage, UsageError } from '../errors.js';

/** From the weakest to the strongest. `no-verify` is what other programs call `require` without a root certificate. */
const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

type TlsMode = (typeof TLS_MODES)[number] | 'no-verify';

export interface TlsSettings {
  readonly mode: TlsMode;
  /** The file of root certificates; `system` for those that Node.js knows; null for ~/.postgresql/root.crt, if it exists. */
  readonly rootCertificate: string | null;
  /** The files of a certificate of the client's own and of its key; null for none. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** Whether encryption begins without a question to the server (PostgreSQL 17). */
  readonly isDirect: boolean;
}

/** The roots that come with Node.js, in the place of a file. */
const SYSTEM_ROOTS = 'system';

interface TlsQuestion {
  /** The parameters of the URL. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The flag or variable that has the URL, for messages. */
  readonly source: string;
  readonly host: string;
}

/**
 * Resolves the settings. Without any sslmode nothing is encrypted; a Unix socket never is.
 *
 * @throws UsageError if a value is none of those that libpq knows, or two contradict each other
 */
export function resolveTls({ parameters, environment, source, host }: TlsQuestion): TlsSettings {
  const get = (name: string) => parameters.get(name) || environment[`PG${name.toUpperCase()}`] || null;
  const rootCertificate = get('sslrootcert');
  const from = parameters.get('sslmode') ? source : 'PGSSLMODE';
  const asked = get('sslmode') ?? readFlag(parameters.get('ssl'));
  const mode = asked ?? (rootCertificate === SYSTEM_ROOTS ? 'verify-full' : 'disable');
  if (!isTlsMode(mode)) {
    throw new UsageError(`${from}: '${mode}' is no sslmode`, {
      hint: `it is one of ${TLS_MODES.join(', ')}`,
    });
  }
  if (rootCertificate === SYSTEM_ROOTS && mode !== 'verify-full') {
    throw new UsageError(`sslrootcert=system needs sslmode=verify-full, not ${mode}`, {
      hint: 'anybody can have a certificate of a public authority: only with the host name does it say who answers',
    });
  }
  const negotiation = get('sslnegotiation') ?? 'postgres';
  const isDirect = negotiation === 'direct';
  if (!isDirect && negotiation !== 'postgres') {
    throw new UsageError(`sslnegotiation: '${negotiation}' is neither postgres nor direct`);
  }
  if (isDirect && ['disable', 'allow', 'prefer'].includes(mode)) {
    throw new UsageError(`sslnegotiation=direct needs sslmode=require or a stronger one, not ${mode}`);
  }
  const isSocket = host.startsWith('/');
  return {
    mode: isSocket ? 'disable' : mode,
    rootCertificate,
    certificate: get('sslcert'),
    key: get('sslkey'),
    isDirect: isDirect && !isSocket,
  };
}

/** Reads `?ssl=true`, as other programs write it. */
function readFlag(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (/^(?:true|1|on|yes)$/i.test(text)) return 'require';
  return /^(?:false|0|off|no)$/i.test(text) ? 'disable' : text;
}

function isTlsMode(text: string): text is TlsMode {
  return text === 'no-verify' || TLS_MODES.some((mode) => mode === text);
}

/** One way in which a connection is tried; false: not encrypted. */
export type TlsAttempt = ConnectionOptions | false;

/**
 * Lists the ways in which a connection is tried, in their order.
 *
 * @throws UsageError if a certificate that is asked for cannot be read
 */
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

/** Finds the path of a file in the home folder; null if there is no such folder. */
export function findHomeFile(name: string): string | null {
  try {
    return homedir() === '' ? null : join(homedir(), name);
  } catch {
    return null;
  }
}
