// A root certificate, and one for `localhost` that it has signed, made by openssl.

import { execFile, spawnSync } from 'node:child_process';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UNPRIVILEGED_ID } from './cluster.js';

export interface Certificates {
  /** The file of the root certificate. */
  readonly root: string;
  /** The server's own, and its key. */
  readonly certificate: string;
  readonly key: string;
}

/** Whether there is openssl to make certificates with. */
export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

/** @param folder where the files are written; the user that runs the server can enter it afterwards */
export async function createCertificates(folder: string): Promise<Certificates> {
  const run = promisify(execFile);
  const at = (name: string) => join(folder, name);
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', at('root.key'), '-out', at('root.crt')],
    ...['-subj', '/CN=Test root', '-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  await run('openssl', [
    ...['req', ...newKey, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=localhost'],
  ]);
  await writeFile(at('names'), 'subjectAltName=DNS:localhost\n');
  await run('openssl', [
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('root.crt'), '-CAkey', at('root.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', at('server.crt')],
  ]);
  await chmod(folder, 0o755);
  await chmod(at('server.key'), 0o600);
  // the server refuses a key that is not its own
  if (process.getuid?.() === 0) await chown(at('server.key'), UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  return { root: at('root.crt'), certificate: at('server.crt'), key: at('server.key') };
}
