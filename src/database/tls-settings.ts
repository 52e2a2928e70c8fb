/** Resolves whether a connection is encrypted, and what is verified: sslmode as libpq reads it (PostgreSQL manual, 34.19). */
import { UsageError } from '../errors.js';

/** From the weakest to the strongest. `no-verify` is what other programs call `require` without a root certificate. */
export const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export type TlsMode = (typeof TLS_MODES)[number] | 'no-verify';

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
export const SYSTEM_ROOTS = 'system';

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
