/** The commands that count a log, as people and services give them, and what a service needs to be there. */
import { UsageError } from '../errors.js';
import { quoteDouble, quoteShell } from './quoting.js';
import {
  LATER_SHELL,
  type RecipeSettings,
  ROOT_SHELL,
  SERVICE_DATA_FOLDER,
  SERVICE_FOLDER,
  type Section,
} from './recipe.js';

/**
 * The log that is counted: the one that is named, else that of the server that is asked for beside, else that of Apache.
 *
 * @throws UsageError if several servers are asked for beside, and no log is named
 */
export function getLog({ log, servers }: RecipeSettings): string {
  const [server, ...others] = servers;
  if (log === null && others.length > 0) {
    const names = servers.map(({ name }) => name).join(' and ');
    throw new UsageError(`one log is counted, but ${names} write one each`, {
      hint: 'ask for one server at a time, or name the log with --log',
    });
  }
  return log ?? server?.log ?? '/var/log/apache2/access.log';
}

/** What --format has to be for the log; null for what --format of the recipe says. */
function getFormat({ servers }: RecipeSettings): string | null {
  const [server, ...others] = servers;
  return others.length === 0 ? (server?.format ?? null) : null;
}

/** The user who counts; on Debian the logs belong to the group adm. */
export const SERVICE_USER = 'logtally';

const ADD_USER = `useradd --system --user-group --groups adm --home-dir ${SERVICE_FOLDER} --shell /usr/sbin/nologin ${SERVICE_USER}`;

/**
 * The options that `ingest` and `follow` need beside the config file.
 *
 * @param format what `--format` has to be; null for what --format of the recipe says
 */
export function listCountingOptions(
  settings: RecipeSettings,
  format: string | null = getFormat(settings),
): readonly string[] {
  const { siteFlag, formatFlag, formatInForce } = settings;
  const readAs = format === formatInForce ? null : (format ?? formatFlag);
  return [
    ...(siteFlag === null ? [] : ['--site', siteFlag]),
    ...(readAs === null ? [] : ['--format', readAs]),
  ];
}

/** The variables that a service needs: the database, and the config file in force. */
export function listServiceVariables({ database, configFile }: RecipeSettings) {
  const folder = ['LOGTALLY_DATA_DIR', database.folder ?? SERVICE_DATA_FOLDER] as const;
  return [
    ...(database.server.length > 0 ? database.server : [folder]),
    ...(configFile === null ? [] : [['LOGTALLY_CONFIG', configFile] as const]),
  ];
}

/** `logtally ingest ...` as a person gives it, with the database that is named. */
export function formatShellCommand(settings: RecipeSettings, args: readonly string[]): string {
  const { database, shellCommand } = settings;
  const folder = database.folder === null ? [] : [['LOGTALLY_DATA_DIR', database.folder] as const];
  const variables = [...database.server, ...folder].map(([name, value]) => `${name}=${quoteShell(value)}`);
  return [...variables, quoteShell(shellCommand), ...args.map(quoteShell)].join(' ');
}

/** How the lines of a log are looked at and counted for the first time, and how that goes on by itself. */
export function writeFirstCount(settings: RecipeSettings, log: string, format: string): Section {
  const { configFile, shellCommand } = settings;
  const options = listCountingOptions(settings, format);
  const config = configFile === null ? [] : ['--config', configFile];
  const next = [quoteShell(shellCommand), 'recipe', 'systemd', '--log', quoteShell(log)];
  const lines = [
    [quoteShell(shellCommand), 'check', '--format', quoteShell(format), quoteShell(log)].join(' '),
    formatShellCommand(settings, ['ingest', ...config, ...options, log]),
    formatShellCommand(settings, ['top']),
    [...next, ...options.map(quoteShell)].join(' '),
  ];
  return {
    place: LATER_SHELL,
    why: 'Shows how a line is read, counts the log, lists the objects, and tells how to go on by itself; if others may not read the log, be root.',
    text: toLines(lines),
    language: 'sh',
  };
}

/** The user who counts, and the file of the server's password if there is a server. */
export function writeUser({ database }: RecipeSettings): readonly Section[] {
  const user: Section = {
    place: ROOT_SHELL,
    why: 'The user who counts may read the logs, which on Debian belong to the group adm, and has a home for what it keeps.',
    text: toLines([
      ADD_USER,
      `install --directory --owner ${SERVICE_USER} --group ${SERVICE_USER} --mode 0755 ${SERVICE_FOLDER}`,
    ]),
    language: 'sh',
  };
  if (database.passwordLine === null) return [user];
  const password: Section = {
    place: `${SERVICE_FOLDER}/.pgpass`,
    why: `Has the password if the server asks for one; write it in the place of PASSWORD, and let only the user ${SERVICE_USER} read the file (chown ${SERVICE_USER}, chmod 600).`,
    text: toLines([database.passwordLine]),
    language: 'text',
  };
  return [user, password];
}

/** How people ask a service's database. */
export function writeQuestion(settings: RecipeSettings): Section {
  const ask = formatAsService(settings);
  return {
    place: ROOT_SHELL,
    why: 'Asks the same database as the same user.',
    text: toLines([`${ask} status`, `${ask} top`]),
    language: 'sh',
  };
}

/** The program as root runs it for the user who counts, away from the folders that only root may enter. */
export function formatAsService(settings: RecipeSettings): string {
  const variables = listServiceVariables(settings).map(([name, value]) => quoteShell(`${name}=${value}`));
  const user = `runuser -u ${SERVICE_USER} -- env --chdir=${SERVICE_FOLDER}`;
  return [user, ...variables, quoteShell(settings.command)].join(' ');
}

/**
 * `/var/log/apache2/access.log*`, the rotated logs with it, as a shell reads it. Those of Caddy have the time before their ending:
 * `/var/log/caddy/access[.-][l2]*` are `access.log` and `access-2026-11-22T19-47-34.441.log.gz`, and not `access-admin.log`.
 */
export function globRotated(log: string, settings: RecipeSettings): string {
  const isOfCaddy = (getFormat(settings) ?? settings.formatFlag ?? settings.formatInForce) === 'json';
  const [, start, ending] = isOfCaddy ? (/^(.*[^/.].*?)\.([a-z])[^/.]*$/s.exec(log) ?? []) : [];
  return start === undefined ? `${quoteShell(log)}*` : `${quoteShell(start)}[.-][${ending}2]*`;
}

/** A variable of a file that cron or systemd reads. */
export function formatVariable([name, value]: readonly [string, string]): string {
  return `${name}=${/^[^\s"'\\#;]*$/.test(value) ? value : quoteDouble(value)}`;
}

/** Lines with their ends. */
export function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
