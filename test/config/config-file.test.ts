import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { STATIC_EXTENSIONS } from '../../src/attribute/filter-values.js';
import { EMPTY_CONFIG, readConfig } from '../../src/config/config-file.js';
import { it, type TestFixtures } from '../support/folder.js';

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

const EVERY_KEY = `
format = "auto"
site = "mine"
content_type_field = "X-Type"
object_id_field = "X-Id"
by_path = true
max_rejects = "2.5%"
max_line_bytes = 1_000
trusted_proxies = ["10.0.0.0/8", "::1"]
client_ip_from = "x-forwarded-for"
site_from = "vhost"

[json_fields]
userAgent = "http.ua"

[sites]
"WWW.example.com:443" = "shop"

[filters]
status = "200,3xx"
method = ["get", "HEAD"]
include = "/a/**"
exclude = ["/{b,c}/**", "*.pdf"]
static = true
referrer = "*.spam.example"
remote_host = ["10.0.0.0/8", "*.crawler.example"]
bots = true
host = "*.Example.com"

[[object]]
content_type = "photo"
path = "/photos/:id/"

[[object]]
content_type = 7
path = "/:lang/start/:page"
object_id = "page"
method = "GET"
status = [200, "304"]
host = ["a", "b"]
case_sensitive = false
trailing_slash = "exact"
lower_case = true

[[object]]
content_type = "page"
path = "/"
fixed_id = 1

[[content_type]]
id = 7
name = "photo"
label_query = "select id::text, title from core_photo where id::text = any($1)"
url = "https://www.example.com/photos/{id}/"

[[content_type]]
id = "7"
site = "shop"
name = "picture"
`;

describe('the config file', () => {
  it('is read whole', async ({ folder }) => {
    const config = await read(folder, EVERY_KEY);
    expect(config).toEqual({
      path: join(folder, 'test.toml'),
      format: 'auto',
      site: 'mine',
      content_type_field: 'X-Type',
      object_id_field: 'X-Id',
      by_path: true,
      max_rejects: '2.5%',
      max_line_bytes: 1000,
      trusted_proxies: ['10.0.0.0/8', '::1'],
      client_ip_from: 'x-forwarded-for',
      site_from: 'vhost',
      json_fields: { userAgent: 'http.ua' },
      sites: { 'www.example.com': 'shop' },
      filters: {
        status: ['200', '3xx'],
        method: ['GET', 'HEAD'],
        include: ['/a/**'],
        exclude: ['/{b,c}/**', '*.pdf'],
        static: STATIC_EXTENSIONS,
        referrer: ['*.spam.example'],
        remote_host: ['10.0.0.0/8', '*.crawler.example'],
        bots: true,
        host: ['*.example.com'],
      },
      rules: [
        {
          line: 30,
          contentType: 'photo',
          path: '/photos/:id/',
          objectId: { part: 'id' },
          methods: [],
          statuses: [],
          hosts: [],
          isCaseSensitive: true,
          ignoresTrailingSlash: true,
          lowersObjectId: false,
        },
        {
          line: 34,
          contentType: '7',
          path: '/:lang/start/:page',
          objectId: { part: 'page' },
          methods: ['GET'],
          statuses: ['200', '304'],
          hosts: ['a', 'b'],
          isCaseSensitive: false,
          ignoresTrailingSlash: false,
          lowersObjectId: true,
        },
        expect.objectContaining({ line: 45, contentType: 'page', objectId: { fixed: '1' } }),
      ],
      content_type: [
        {
          id: '7',
          name: 'photo',
          label_query: 'select id::text, title from core_photo where id::text = any($1)',
          url: 'https://www.example.com/photos/{id}/',
        },
        { id: '7', site: 'shop', name: 'picture' },
      ],
    });
  });

  it('that is empty says what an absent one says', async ({ folder }) => {
    expect(await read(folder, '# nothing\n')).toEqual({ ...EMPTY_CONFIG, path: join(folder, 'test.toml') });
    expect(await read(folder, '[filters]\n')).toEqual({
      ...EMPTY_CONFIG,
      path: join(folder, 'test.toml'),
      filters: {},
    });
  });

  it('may begin with a byte order mark and have CR LF line ends', async ({ folder }) => {
    expect(await read(folder, '\ufeffformat = "auto"\r\nby_path = true\r\n')).toMatchObject({
      by_path: true,
    });
  });

  it('can turn static files off, or name their extensions', async ({ folder }) => {
    const off = await read(folder, 'filters.static = false');
    expect(off.filters).toEqual({ static: [] });
    const own = await read(folder, 'filters = { static = [".CSS", "js"] }');
    expect(own.filters).toEqual({ static: ['css', 'js'] });
  });
});

describe('which file it is', () => {
  const workingFolder = process.cwd();

  beforeEach<TestFixtures>(({ folder }) => {
    process.chdir(folder);
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'platform'));
  });

  afterEach(() => {
    process.chdir(workingFolder);
    vi.unstubAllEnvs();
  });

  it('says --config, before LOGTALLY_CONFIG, before the file in the working folder', async () => {
    await writeFile('a.toml', 'site = "a"');
    await writeFile('b.toml', 'site = "b"');
    await writeFile('logtally.toml', 'site = "c"');
    expect(await readUndisturbed('a.toml', { LOGTALLY_CONFIG: 'b.toml' })).toMatchObject({ site: 'a' });
    expect(await readUndisturbed(undefined, { LOGTALLY_CONFIG: 'b.toml' })).toMatchObject({ site: 'b' });
    expect(await readUndisturbed(undefined, { LOGTALLY_CONFIG: '' })).toMatchObject({
      site: 'c',
      path: 'logtally.toml',
    });
  });

  // elsewhere the platform's folder is not to be moved
  it.runIf(process.platform === 'linux')('is the one in the config folder last', async ({ folder }) => {
    expect(await readUndisturbed(undefined, {})).toEqual(EMPTY_CONFIG);
    await mkdir(join(folder, 'platform', 'logtally'), { recursive: true });
    await writeFile(join(folder, 'platform', 'logtally', 'logtally.toml'), 'site = "d"');
    expect(await readUndisturbed(undefined, {})).toMatchObject({ site: 'd' });
    await writeFile('logtally.toml', 'site = "c"');
    expect(await readUndisturbed(undefined, {})).toMatchObject({ site: 'c' });
  });

  it('need not be there for a command that is asked to stop while it starts, and goes on', async () => {
    expect(await readConfig(undefined, { environment: {}, signal: AbortSignal.abort() })).toEqual(
      EMPTY_CONFIG,
    );
  });

  it('must be there where it is named, and be readable where it is there', async ({ folder }) => {
    await expect(readUndisturbed('none.toml', {})).rejects.toThrow("--config: there is no file 'none.toml'");
    await expect(readUndisturbed(undefined, { LOGTALLY_CONFIG: 'none.toml' })).rejects.toThrow(
      "LOGTALLY_CONFIG: there is no file 'none.toml'",
    );
    await mkdir(join(folder, 'logtally.toml'));
    await expect(readUndisturbed(undefined, {})).rejects.toThrow(
      "the config file 'logtally.toml' cannot be read",
    );
  });
});
