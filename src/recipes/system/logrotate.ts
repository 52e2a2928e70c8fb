/** logrotate: a rotation that loses no line, and on Debian a count right before each rotation. */
import { basename } from 'node:path';
import { UsageError } from '../../errors.js';
import {
  formatAsService,
  getLog,
  globRotated,
  listCountingOptions,
  toLines,
  writeUser,
} from '../counting.js';
import { quoteDouble, quoteShell } from '../quoting.js';
import { type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';

export const LOGROTATE: Recipe = {
  name: 'logrotate',
  summary: 'the rotation of a log loses no line, or counts it first',
  write: writeLogrotate,
};

/** How a server is told to write into the new file, by the folder of its logs. */
const REOPEN = [
  { folder: '/var/log/apache2/', owner: 'root', reopen: 'systemctl reload apache2' },
  { folder: '/var/log/nginx/', owner: 'www-data', reopen: 'nginx -s reopen' },
  { folder: '/var/log/web/', owner: 'root', reopen: '/usr/lib/rsyslog/rsyslog-rotate' },
];
const CADDY_FOLDER = '/var/log/caddy/';
const UNKNOWN_SERVER = {
  owner: 'root',
  reopen: '# here the program that writes the log is told to open it anew',
};

function findReopen(log: string) {
  return REOPEN.find(({ folder }) => log.startsWith(folder));
}

function writeLogrotate(settings: RecipeSettings): readonly Section[] {
  const log = getLog(settings);
  const server = settings.servers[0]?.log ?? '';
  if ([log, server].some((each) => each.startsWith(CADDY_FOLDER))) {
    throw new UsageError('Caddy rotates its log itself', {
      hint: 'leave logrotate out: cron and systemd count the rotated logs too',
    });
  }
  const { owner, reopen } = findReopen(log) ?? findReopen(server) ?? UNKNOWN_SERVER;
  return [
    {
      place: `/etc/logrotate.d/logtally-${toFileName(log)}`,
      why: 'Rotates a log that no other file there names; the entries of the packages of Apache and nginx are right as they are.',
      text: toLines([
        `${quoteDouble(log)} {`,
        '\tdaily',
        '\t# as long as counting may fail',
        '\trotate 14',
        '\tmissingok',
        '\tnotifempty',
        '\t# the last one is still written to; copytruncate would lose lines',
        '\tcompress',
        '\tdelaycompress',
        `\tcreate 0640 ${owner} adm`,
        '\tsharedscripts',
        '\tpostrotate',
        `\t\t${reopen}`,
        '\tendscript',
        '}',
      ]),
      language: 'text',
    },
    ...writeUser(settings),
    {
      place: '/etc/logrotate.d/httpd-prerotate/logtally',
      why: "Counts right before the packages' entries rotate their logs, in the place of a timer; if that fails, the log stays until the next day.",
      text: toLines(['#!/bin/sh', formatPrerotate(settings, log)]),
      language: 'sh',
    },
    {
      place: ROOT_SHELL,
      why: 'Lets that script run, and shows what the next rotation would do.',
      text: toLines([
        'chmod 755 /etc/logrotate.d/httpd-prerotate/logtally',
        'logrotate --debug /etc/logrotate.conf',
      ]),
      language: 'sh',
    },
  ];
}

function formatPrerotate(settings: RecipeSettings, log: string): string {
  const words = ['ingest', '--quiet', ...listCountingOptions(settings)].map(quoteShell);
  return `exec ${formatAsService(settings)} ${words.join(' ')} ${globRotated(log, settings)}`;
}

/** `/var/log/site/access.log` -> `site-access`: logrotate passes over names with some endings. */
function toFileName(log: string): string {
  const folder = basename(log.slice(0, -basename(log).length));
  return `${folder}-${basename(log).replace(/\.log$/, '')}`.replaceAll(/[^A-Za-z0-9-]+/g, '-');
}
