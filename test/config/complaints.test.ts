import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readConfig } from '../../src/config/config-file.js';
import { UsageError } from '../../src/errors.js';
import { it } from '../support/folder.js';

/** Reads a config file as a command does that nobody interrupts. */
function readUndisturbed(path: string | undefined, environment: Readonly<Record<string, string>>) {
  return readConfig(path, { environment, signal: new AbortController().signal });
}

/** Writes a config file, and reads it by name. */
async function read(folder: string, content: string | Buffer) {
  const path = join(folder, 'test.toml');
  await writeFile(path, content);
  return readUndisturbed(path, {});
}

/** The complaints about a config file, one a line, without its name. */
async function readComplaints(folder: string, content: string | Buffer): Promise<readonly string[]> {
  const error = await read(folder, content).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError)) throw new Error('there was no complaint', { cause: error });
  const name = `${join(folder, 'test.toml')}:`;
  return error.message
    .split('\n')
    .flatMap((line) => (line.includes(name) ? [line.trim().replace(name, '')] : []));
}

describe('complaints', () => {
  it('tell which names of content types cannot be meant', async ({ folder }) => {
    const once = '[[content_type]]\nid = 7\nname = "photo"\n';
    const cases = [
      [`${once}${once}`, "5: content_type.id: '7' without a site is there twice"],
      [`${once}site = "a"\n${once}site = "a"\n`, "6: content_type.id: '7' of site 'a' is there twice"],
      ['[[content_type]]\nid = 7\n', '1: content_type: needs a name, a label_query or a url'],
      ['[[content_type]]\nname = "photo"\n', '1: content_type.id: is missing'],
      ['[[content_type]]\nid = "a b"\nname = "x"\n', '2: content_type.id: must be an integer, or a letter'],
      [
        '[[content_type]]\nid = 7\nlabel_query = "select id, title from photo"\n',
        '3: content_type.label_query: must select by $1, the ids',
      ],
      ['content_type = "photo"\n', '1: content_type: must be written as [[content_type]]'],
      ...[
        'https://www.example.com/photos/',
        'www.example.com/{id}',
        '/photos/{id}',
        'javascript:alert(1)//x/{id}',
        'ftp://www.example.com/{id}',
        'https://www.example.com{id}',
        'https://{id}.example.com/{id}',
        'https://www.example.com@{id}/',
        'https://user:secret@example.com/{id}',
        'https://www.example.com/{ID}/{name}',
        'https://www.example.com/a b/{id}',
        'https://www.example.com:port/{id}',
      ].map(
        (url) =>
          [
            `[[content_type]]\nid = 7\nurl = "${url}"\n`,
            '3: content_type.url: must be an http or https URL with {id} behind the host',
          ] as const,
      ),
    ] as const;
    for (const [content, complaint] of cases) {
      const complaints = await readComplaints(folder, content);
      expect(complaints).toEqual([expect.stringContaining(complaint)]);
    }
  });

  it('come all at once, each with its line and key', async ({ folder }) => {
    const complaints = await readComplaints(
      folder,
      `formt = "auto"
by_path = "yes"
max_rejects = "5 %"
max_line_bytes = 0
client_ip_from = "forwarded"
trusted_proxies = [
  "10.0.0.0/8",
  "10.0.0.0/64",
]
sites = { "A.example" = "a", "a.example:80" = "b" }

[filters]
status = "2xx,20"
exclude = "photos/**"
colour = "red"
bots = 1

[[object]]
content_type = "a photo"
path = "/photos/:slug"
status = "ok"
id = "x"

[[object]]
path = "photos"

[[object]]
content_type = "a"
path = "/a/:id"
object_id = "id"
fixed_id = "-"
`,
    );
    expect(complaints).toEqual([
      '1: formt: there is no such key',
      '2: by_path: must be true or false',
      '3: max_rejects: must be a number of lines, or a percentage such as "5%"',
      '4: max_line_bytes: must be at least 1',
      '5: client_ip_from: must be "remote-host" or "x-forwarded-for"',
      "8: trusted_proxies: '10.0.0.0/64' is neither an address nor a network",
      '10: sites.a.example:80: is there twice, without regard to case and port',
      "13: filters.status: '20' is not a status",
      "14: filters.exclude: 'photos/**' matches no path: paths begin with a slash",
      '15: filters.colour: there is no such key',
      '16: filters.bots: must be true or false',
      '19: object.content_type: must be an integer, or a letter followed by letters, digits, _ . or -, up to 64 in all',
      "20: object.path: '/photos/:slug' has no part :id to be the object id, it names only :slug",
      "21: object.status: 'ok' is not a status",
      '22: object.id: there is no such key',
      '24: object.content_type: is missing',
      "25: object.path: 'photos' does not begin with a slash",
      '31: object.fixed_id: must be one word of up to 512 bytes that is not -',
      '31: object.fixed_id: cannot go with object_id',
    ]);
  });

  it.for([
    ['a b = 1', '1: '],
    ['by_path = true\nformat = "auto', '2: '],
    ['format = \nby_path = true', '1: '],
    ['format = "a"\nformat = "b"', '2: '],
    ['by_path = yes', '1: '],
    ['filters = 1', '1: filters: '],
    ['object = 1', '1: object: must be written as [[object]]'],
    ['[object]\npath = "/"', '1: object: must be written as [[object]]'],
    ['object = [1]', '1: object: '],
    ['format = ""', '1: format: must not be empty'],
    ['filters.status = []', '1: filters.status: must not be empty'],
    ['format = 2026-01-01', '1: format: must be a text in quotes'],
    ['[sites]\n__proto__ = "a"', '2: __proto__ cannot be a key'],
    ['[[object]]\ncontent_type = "a"\npath = "/:"', '3: object.path: '],
    ['[[object]]\ncontent_type = "a"\npath = "/a"', "3: object.path: '/a' has no part :id"],
  ] as const)('are about %j', async ([content, beginning], { folder }) => {
    const complaints = await readComplaints(folder, content);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]?.slice(0, beginning.length)).toBe(beginning);
  });

  it('are usage errors', async ({ folder }) => {
    await expect(read(folder, 'a = 1')).rejects.toMatchObject({ exitCode: 2 });
    await expect(read(folder, Buffer.from('site = "\xff"', 'latin1'))).rejects.toThrow('it is not UTF-8');
    await expect(readUndisturbed(folder, {})).rejects.toThrow(UsageError);
  });

  it('have the right line after a byte order mark and CR LF line ends', async ({ folder }) => {
    expect(await readComplaints(folder, '\ufeffformat = "auto"\r\nby_path = 1\r\n')).toEqual([
      '2: by_path: must be true or false',
    ]);
  });
});
