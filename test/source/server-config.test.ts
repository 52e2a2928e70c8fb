import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { findServerFormats, parseServerConfig } from '../../src/parse/choice/server-config.js';
import { it } from '../support/folder.js';

/** What is found, without the file. */
function parse(text: string): string[] {
  return parseServerConfig(text, 'server.conf').map(
    ({ server, name, text, line }) => `${server} ${name} ${line}: ${text}`,
  );
}

describe("Apache's configuration", () => {
  it('gives each LogFormat that has a name, as it stands', () => {
    expect(
      parse(String.raw`ServerName www.example.com
  # LogFormat "%h" commented
  LogFormat "%h %l %u %t \"%r\" %>s %b" common
logformat '%h "%r"' single
LogFormat "%v"
LogFormat %h bare
ErrorLogFormat "[%t] %M" errors
`),
    ).toEqual([
      String.raw`apache common 3: "%h %l %u %t \"%r\" %>s %b"`,
      `apache single 4: '%h "%r"'`,
      'apache bare 6: %h',
    ]);
  });

  it('is read over continued lines, with CRLF, and named after its first line', () => {
    expect(parse('\r\nLogFormat \\\r\n  "%h \\\r\n%u" two\r\nLogFormat "%h" "number three"\r\n')).toEqual([
      'apache two 2: "%h %u"',
      'apache number three 5: "%h"',
    ]);
  });
});

describe("nginx's configuration", () => {
  it('gives each log_format over all its strings', () => {
    expect(
      parse(`http {
    # log_format commented '$status';
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status # no comment'
                      "$http_x; \\"y\\""; # a comment
    access_log /var/log/nginx/access.log main;
    log_format json escape=json '{"a": "$remote_addr",'
        '"b": "$status"}';
    server { listen 80; }
}`),
    ).toEqual([
      `nginx main 3: '$remote_addr - $remote_user [$time_local] "$request" ' '$status # no comment' "$http_x; \\"y\\""`,
      `nginx json 7: '{"a": "$remote_addr",' '"b": "$status"}'`,
    ]);
  });

  it('is given as the server sees it, too', () => {
    const [format] = parseServerConfig(`log_format a '$status \\'x\\' ' "\\"$host\\"";`, 'nginx.conf');
    expect(format?.format).toBe(`$status 'x' "$host"`);
  });

  it('is not misled by unclosed quotes and statements', () => {
    expect(parse(`log_format a '$status;\nlog_format b $status`)).toEqual([]);
  });
});

describe('the search', () => {
  it('goes through folders, reads what is switched on, and each file once', async ({ folder }) => {
    await mkdir(join(folder, 'sites-enabled'), { recursive: true });
    await mkdir(join(folder, 'sites-available'), { recursive: true });
    await writeFile(join(folder, 'httpd.conf'), 'LogFormat "%h" main\n');
    await writeFile(join(folder, 'notes.txt'), 'LogFormat "%h" notes\n');
    await writeFile(join(folder, 'sites-available', 'shop'), 'LogFormat "%h" shop\n');
    await writeFile(join(folder, 'sites-available', 'off.conf'), 'LogFormat "%h" off\n');
    await symlink('../sites-available/shop', join(folder, 'sites-enabled', 'shop'));
    await symlink('../nowhere', join(folder, 'sites-enabled', 'gone'));
    await symlink('..', join(folder, 'sites-enabled', 'round'));
    expect((await findServerFormats([folder])).map(({ name, file }) => [name, file])).toEqual([
      ['main', join(folder, 'httpd.conf')],
      ['shop', join(folder, 'sites-enabled', 'shop')],
    ]);
  });

  it('reads a given file whatever its name', async ({ folder }) => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'LogFormat "%h" notes\n');
    expect(await findServerFormats([path])).toEqual([
      { server: 'apache', name: 'notes', text: '"%h"', format: '%h', file: path, line: 1 },
    ]);
  });

  it('says which given path is missing, and passes over usual places that are', async ({ folder }) => {
    await expect(findServerFormats([join(folder, 'none')])).rejects.toThrow(
      `--server-config: '${join(folder, 'none')}' does not exist`,
    );
    await expect(findServerFormats(null)).resolves.toBeInstanceOf(Array);
  });
});
