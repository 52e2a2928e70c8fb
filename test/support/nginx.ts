// A real nginx of the test's own before an application.

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPort, startProgram } from './recipes.js';

export const NGINX = '/usr/sbin/nginx';

interface NginxOptions {
  /** A folder, which other users must be able to enter. */
  readonly folder: string;
  /** What stands in the http block. */
  readonly http: string;
  /** What stands in the server block. */
  readonly server: string;
  /** The port of the application. */
  readonly upstream: number;
}

/** Starts it until the test ends. @returns its port */
export async function startNginx({ folder, http, server, upstream }: NginxOptions): Promise<number> {
  await chmod(folder, 0o755);
  const port = await findPort();
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(temporary, name)};`,
  );
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `daemon off;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'nginx-error.log')};
events {}
http {
${paths.join('\n')}
${http}
server {
listen 127.0.0.1:${port};
${server}
location / { proxy_pass http://127.0.0.1:${upstream}; }
}
}
`,
  );
  await startProgram(NGINX, ['-c', config, '-p', folder], { port });
  return port;
}
