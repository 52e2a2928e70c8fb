/** The password file, ~/.pgpass, as libpq reads it (PostgreSQL manual, 34.16). */
import { open } from 'node:fs/promises';
import { findErrorCode, toMessage } from '../errors.js';
import type { ServerAddress } from './server-address.js';

/** The bits of a mode that give rights to others than the owner. */
const GROUP_AND_WORLD = 0o077;

/** Folders of Unix sockets that the file calls `localhost`. */
const USUAL_SOCKET_FOLDERS = ['/tmp', '/run/postgresql', '/var/run/postgresql'];

export type FoundPassword =
  | { readonly password: string }
  /** Why no password was found, for a hint. */
  | { readonly password: null; readonly reason: string };

/** Looks the password up in the first line that fits the address. */
export async function findPassword(server: ServerAddress): Promise<FoundPassword> {
  const { passwordFile: path } = server;
  if (path === null) return toNone(`there is no home folder with a .pgpass; ${HOW_TO_GIVE_IT}`);
  try {
    const file = await open(path);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return toNone(`'${path}' is not read: it is not a plain file`);
      if (process.platform !== 'win32' && (stats.mode & GROUP_AND_WORLD) !== 0) {
        return toNone(
          `'${path}' is not read: it has group or world access; permissions should be u=rw (0600) or less: chmod 0600 '${path}'`,
        );
      }
      return matchLines((await file.readFile('utf8')).split(/\r?\n/), server);
    } finally {
      await file.close();
    }
  } catch (error) {
    const isMissing = findErrorCode(error) === 'ENOENT';
    const why = isMissing ? 'does not exist' : `cannot be read: ${toMessage(error)}`;
    return toNone(`'${path}' ${why}; ${HOW_TO_GIVE_IT}`);
  }
}

const HOW_TO_GIVE_IT =
  'a line host:port:database:user:password in ~/.pgpass (mode 0600) can hold it, or PGPASSWORD';

function toNone(reason: string): FoundPassword {
  return { password: null, reason };
}

function matchLines(lines: readonly string[], server: ServerAddress): FoundPassword {
  const host = USUAL_SOCKET_FOLDERS.includes(server.host) ? 'localhost' : server.host;
  const wanted = [host, String(server.port), server.database, server.user];
  for (const line of lines) {
    if (line.startsWith('#')) continue;
    const fields = splitLine(line);
    const password = fields[wanted.length] ?? '';
    if (
      password !== '' &&
      wanted.every((value, at) => fields[at] === '*' || undoEscapes(fields[at]) === value)
    )
      return { password: undoEscapes(password) };
  }
  return toNone(
    `'${server.passwordFile}' has no line for ${wanted.join(':')}; PGPASSWORD can hold it as well`,
  );
}

/** Splits a line at its colons, except those behind a backslash. */
function splitLine(line: string): readonly string[] {
  return line.match(/(?:^|(?<=:))(?:\\.|[^:\\]|\\$)*(?=:|$)/g) ?? [];
}

function undoEscapes(field = ''): string {
  return field.replace(/\\(.)/g, '$1');
}
