import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { AttributionSettings } from '../../src/attribute/attribution.js';
import { STATIC_EXTENSIONS } from '../../src/attribute/filter-values.js';
import { addLineOptions, resolveAttribution } from '../../src/commands/line-options.js';
import { EMPTY_CONFIG } from '../../src/config/config-file.js';
import type { Config } from '../../src/config/config-schema.js';
import { UsageError } from '../../src/errors.js';

/** What flags and a config file come to. */
function resolve(args: readonly string[], config: Partial<Config> = {}): AttributionSettings {
  const command = addLineOptions(new Command('test')).argument('[file...]').exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return resolveAttribution(command.parse([...args], { from: 'user' }).opts(), {
    ...EMPTY_CONFIG,
    ...config,
  });
}

const CONFIG: Partial<Config> = {
  by_path: true,
  site: 'mine',
  site_from: 'vhost',
  sites: { 'a.example': 'a' },
  client_ip_from: 'x-forwarded-for',
  trusted_proxies: ['10.0.0.1'],
  filters: {
    status: ['2xx'],
    method: ['GET'],
    include: ['/a/**'],
    exclude: ['/b/**'],
    static: ['css'],
    referrer: ['r.example'],
    remote_host: ['10.0.0.2'],
    bots: true,
    host: ['h.example'],
  },
};

test('without flags and config file every line counts, by its ids alone, for one site', () => {
  expect(resolve([])).toEqual({
    rules: [],
    byPath: false,
    filters: {
      statuses: [],
      methods: [],
      include: [],
      exclude: [],
      staticExtensions: [],
      referrers: [],
      remoteHosts: [],
      bots: false,
      hosts: [],
    },
    site: { label: 'default', from: 'fixed', map: {} },
    clientAddress: { from: 'remote-host', trustedProxies: [] },
  });
});

test('without flags it is as the config file says', () => {
  expect(resolve([], CONFIG)).toEqual({
    rules: [],
    byPath: true,
    filters: {
      statuses: ['2xx'],
      methods: ['GET'],
      include: ['/a/**'],
      exclude: ['/b/**'],
      staticExtensions: ['css'],
      referrers: ['r.example'],
      remoteHosts: ['10.0.0.2'],
      bots: true,
      hosts: ['h.example'],
    },
    site: { label: 'mine', from: 'vhost', map: CONFIG.sites },
    clientAddress: { from: 'x-forwarded-for', trustedProxies: ['10.0.0.1'] },
  });
});

test('flags come before the config file, and replace its lists', () => {
  const settings = resolve(
    [
      ...[
        '--status',
        '200,304',
        '--status',
        '5xx',
        '--method',
        'post',
        '--include',
        '/{c,d}',
        '--exclude',
        '/e',
      ],
      ...[
        '--exclude',
        '/f',
        '--skip-extensions',
        'js',
        '--skip-referrer',
        's.example',
        '--host',
        'I.example',
      ],
      ...['--skip-remote-host', '10.0.0.3,x.example', '--trusted-proxies', '10.0.0.4,10.0.0.5'],
      ...['--client-ip-from', 'remote-host'],
    ],
    CONFIG,
  );
  expect(settings.filters).toEqual({
    statuses: ['200', '304', '5xx'],
    methods: ['POST'],
    include: ['/{c,d}'],
    exclude: ['/e', '/f'],
    staticExtensions: ['js'],
    referrers: ['s.example'],
    remoteHosts: ['10.0.0.3', 'x.example'],
    bots: true,
    hosts: ['i.example'],
  });
  expect(settings.clientAddress).toEqual({
    from: 'remote-host',
    trustedProxies: ['10.0.0.4', '10.0.0.5'],
  });
});

test('flags without a value turn on', () => {
  const { byPath, filters } = resolve([
    '--by-path',
    '--skip-bots',
    '--skip-static',
    '--skip-extensions',
    'pdf',
  ]);
  expect({ byPath, bots: filters.bots }).toEqual({ byPath: true, bots: true });
  expect(filters.staticExtensions).toEqual([...STATIC_EXTENSIONS, 'pdf']);
});

test('--skip-static does not take the name of a log for its value', () => {
  const command = addLineOptions(new Command('test')).argument('[file...]');
  expect(command.parse(['--skip-static', 'access.log'], { from: 'user' }).args).toEqual(['access.log']);
});

describe('the site', () => {
  test.each([
    [['--site', 'x'], { label: 'x', from: 'fixed', map: {} }],
    [['--site', 'x', '--site-from', 'vhost'], { label: 'x', from: 'vhost', map: CONFIG.sites }],
    [['--site-from', 'fixed'], { label: 'mine', from: 'fixed', map: {} }],
    [['--site-from', 'vhost'], { label: 'mine', from: 'vhost', map: CONFIG.sites }],
  ])('with %j is resolved to %j', (args, site) => {
    expect(resolve(args, CONFIG).site).toEqual(site);
  });
});

test.each([
  ['--status', '2x'],
  ['--method', 'G T'],
  ['--host', ''],
  ['--include', 'a/b'],
  ['--exclude', '/['],
  ['--skip-extensions', 'a.b'],
  ['--skip-referrer', ''],
  ['--skip-remote-host', '10.0.0.0/99'],
  ['--trusted-proxies', 'proxy.example'],
])('%s refuses "%s" and names itself', (flag, text) => {
  const run = () => resolve([flag, text]);
  expect(run).toThrow(UsageError);
  expect(run).toThrow(`${flag}: `);
});

test.each(['--site-from', '--client-ip-from'])('%s refuses what it does not know', (flag) => {
  expect(() => resolve([flag, 'elsewhere'])).toThrow(
    expect.objectContaining({ code: 'commander.invalidArgument' }),
  );
});
