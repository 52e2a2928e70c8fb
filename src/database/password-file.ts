/** The password file, ~/.pgpass, as libpq reads it (PostgreSQL manual, 34.16). */
import { constants, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import split2 from 'split2';
import { DatabaseError, findErrorCode, toMessage } from '../errors.js';
import { SQLSTATE } from './database-errors.js';
import type { ServerAddress } from './server-address.js';

/** The bits of a mode that give rights to others than the owner. */
const GROUP_AND_WORLD = 0o077;

/** Folders of Unix sockets that the file calls `localhost`. */
const USUAL_SOCKET_FOLDERS = ['/tmp', '/run/postgresql', '/var/run/postgresql'];

/**
 * Looks the password up in the first line that fits the address.
 *
 * @throws DatabaseError if there is none, with the reason as its hint
 */
export async function readPassword(server: ServerAddress): Promise<string> {
  const { passwordFile: path } = server;
  if (path === null) return refuse(`there is no home folder with a .pgpass; ${HOW_TO_GIVE_IT}`);
  try {
    // a FIFO that nobody writes to is not waited for
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return refuse(`'${path}' is not read: it is not a plain file`);
      if (process.platform !== 'win32' && (stats.mode & GROUP_AND_WORLD) !== 0) {
        return refuse(
          `'${path}' is not read: it has group or world access; permissions should be u=rw (0600) or less: chmod 0600 '${path}'`,
        );
      }
      const lines: string[] = [];
      await pipeline(
        file.createReadStream({ autoClose: false }),
        split2(),
        async (found: AsyncIterable<string>) => {
          for await (const line of found) lines.push(line.replace(/\r+$/, ''));
        },
      );
      return findPassword(lines, server);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    const isMissing = findErrorCode(error) === 'ENOENT';
    const why = isMissing ? 'does not exist' : `cannot be read: ${toMessage(error)}`;
    return refuse(`'${path}' ${why}; ${HOW_TO_GIVE_IT}`);
  }
}

const HOW_TO_GIVE_IT =
  'a line host:port:database:user:password in ~/.pgpass (mode 0600) can hold it, or PGPASSWORD';

/** The message of pg would explain nothing. */
function refuse(reason: string): never {
  throw new DatabaseError('the server asks for a password, and none is given', {
    hint: reason,
    code: SQLSTATE.invalidPassword,
  });
}

/** The line of a password file for a server, with the word PASSWORD in the password's place. */
export function formatPasswordLine(server: ServerAddress): string {
  const fields = listFields(server).map((field) => field.replaceAll(/[:\\]/g, String.raw`\$&`));
  return [...fields, 'PASSWORD'].join(':');
}

/** What a line has before its password. */
function listFields({ host, port, database, user }: ServerAddress): readonly string[] {
  return [USUAL_SOCKET_FOLDERS.includes(host) ? 'localhost' : host, String(port), database, user];
}

function findPassword(lines: readonly string[], server: ServerAddress): string {
  const wanted = listFields(server);
  const address = wanted.join(':');
  for (const line of lines) {
    if (line.startsWith('#')) continue;
    const fields = splitLine(line);
    if (!wanted.every((value, at) => fields[at] === '*' || undoEscapes(fields[at]) === value)) continue;
    const password = undoEscapes(fields[wanted.length]);
    return password === ''
      ? refuse(`'${server.passwordFile}' has an empty password for ${address}`)
      : password;
  }
  return refuse(`'${server.passwordFile}' has no line for ${address}; PGPASSWORD can hold it as well`);
}

/** Splits a line at its colons, except those behind a backslash. */
function splitLine(line: string): readonly string[] {
  return line.match(/(?:^|(?<=:))(?:\\.|[^:\\]|\\$)*(?=:|$)/g) ?? [];
}

function undoEscapes(field = ''): string {
  return field.replace(/\\(.)/g, '$1');
}
