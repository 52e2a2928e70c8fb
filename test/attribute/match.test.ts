import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect } from 'vitest';
import type { CommandContext } from '../../src/commands/context.js';
import { createCommand } from '../../src/commands/match.js';
import { UsageError } from '../../src/errors.js';
import { createMessageStream } from '../../src/output/messages.js';
import { it, type TestFixtures } from '../support/folder.js';

const CONFIG = `site = "mine"

[sites]
"shop.example.com" = "shop"

[filters]
exclude = "/photos/private*"
status = "2xx,304"

[[object]]
content_type = "photo"
path = "/photos/:id/"
method = "GET"

[[object]]
content_type = "photo"
path = "/img/:id.jpg"
`;

/** Runs the command without the program around it. */
async function match(
  args: readonly string[],
  environment: CommandContext['environment'] = {},
): Promise<string> {
  let output = '';
  const write = (text: string, done?: () => void) => {
    output += text;
    done?.();
    return true;
  };
  const stdout: NodeJS.WriteStream = Object.create(process.stdout, { write: { value: write } });
  const { signal } = new AbortController();
  const context = {
    environment,
    stdout,
    stderr: createMessageStream(stdout),
    signal,
    onHangup: () => {},
    outliveSignals: () => undefined,
    startAnother: () => {
      throw new Error('match starts no other process');
    },
    programPath: '/usr/local/bin/logtally',
    nodePath: '/usr/bin/node',
    version: '0',
    command: 'match',
    setExitCode: () => {},
  };
  await createCommand(context)
    .exitOverride()
    .parseAsync([...args], { from: 'user' });
  return output;
}

describe('match', () => {
  let config = '';

  beforeEach<TestFixtures>(async ({ folder }) => {
    config = join(folder, 'test.toml');
    await writeFile(config, CONFIG);
  });

  it('says the object, its site and its rule', async () => {
    const text = await match(['https://shop.example.com:8443/photos/12%2F34?size=large', '--config', config]);
    expect(text).toBe(
      [
        'photo 12/34 of site shop',
        `by the rule of ${config}:10, /photos/:id/`,
        'no filter drops it',
        '',
      ].join('\n'),
    );
  });

  it('says which rules do not match, and why', async () => {
    const text = await match(['/photos/1', '--method', 'post', '--config', config]);
    expect(text).toBe(
      [
        'no object',
        `no rule of ${config} matches`,
        'not by the rule of line 10, /photos/:id/: another method',
        'not by the rule of line 15, /img/:id.jpg: another path',
        'no filter drops it',
        '',
      ].join('\n'),
    );
  });

  it('says which filter drops the request', async () => {
    expect(await match(['/photos/private1', '--config', config])).toContain("the filter 'exclude' drops it");
    expect(await match(['/photos/1', '--status', '404', '--config', config])).toContain(
      "the filter 'status' drops it",
    );
    const bot = ['/photos/1', '--user-agent', 'Googlebot/2.1', '--config', config];
    expect(await match(bot)).toContain('no filter drops it');
    expect(await match([...bot, '--skip-bots'])).toContain("the filter 'bot' drops it");
    const client = ['/', '--remote-host', '10.0.0.1', '--referrer', 'http://a.example/', '--config', config];
    expect(await match([...client, '--skip-remote-host', '10.0.0.0/8'])).toContain(
      "the filter 'remote host'",
    );
    expect(await match([...client, '--skip-referrer', 'a.example'])).toContain(
      "the filter 'referrer' drops it",
    );
  });

  it('counts by path where it is told to', async () => {
    const text = await match(['/about/?x', '--by-path', '--config', config]);
    expect(text).toMatch(/^path \/about\/ of site mine\nby its path\nnot by the rule of line 10/);
  });

  it('prints one JSON object', async () => {
    const args = ['/img/7.jpg', '--host', 'SHOP.example.com:80', '--status', '500', '--json'];
    expect(JSON.parse(await match(args, { LOGTALLY_CONFIG: config }))).toEqual({
      url: '/img/7.jpg',
      site: 'shop',
      contentType: 'photo',
      objectId: '7',
      rule: { file: config, line: 15, path: '/img/:id.jpg' },
      byPath: false,
      filter: 'status',
      mismatches: [{ line: 10, path: '/photos/:id/', mismatch: 'path' }],
    });
  });

  it('shows ids that a terminal would act on harmlessly', async () => {
    expect(await match(['/photos/%E2%80%AEx', '--config', config])).toMatch(
      /^photo \\xe2\\x80\\xaex of site/,
    );
  });

  it('says that there is no config file', async ({ folder }) => {
    await writeFile(config, '');
    expect(await match(['/x', '--config', config])).toContain(`${config} has no rules`);
    await expect(match(['/x', '--config', join(folder, 'none')])).rejects.toThrow(UsageError);
  });

  it('refuses what no log can have', async () => {
    await expect(match(['photos/1', '--config', config])).rejects.toThrow("'photos/1' is neither");
    await expect(match(['/', '--status', '2xx', '--config', config])).rejects.toThrow("--status: '2xx'");
  });
});
