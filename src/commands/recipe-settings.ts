/** What fills the recipes in: the flags, the config file and the database in force, and where the program is. */
import { realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Config } from '../config/config-schema.js';
import { formatPasswordLine } from '../database/password-file.js';
import { toPublicUrl } from '../database/public-address.js';
import { resolveServer } from '../database/server-address.js';
import { UsageError } from '../errors.js';
import { DEFAULT_FORMAT_NAME, DEFAULT_FORMAT_OPTIONS } from '../parse/parse.js';
import type { Recipe, RecipeDatabase, RecipeSettings } from '../recipes/recipes.js';
import { resolveDatabase } from '../settings.js';
import { toVisibleText } from '../visible-text.js';
import type { CommandContext } from './context.js';
import { resolveAttribution } from './line-options.js';
import type { CommandFlags } from './options.js';

export interface RecipeFlags extends CommandFlags {
  readonly log?: string;
  readonly site?: string;
  readonly format?: string;
}

/** What stands for the site where each virtual host is one. */
const EXAMPLE_HOST = 'www.example.com';

/**
 * @param recipes those that are asked for: the log of the server among them, and its format, are those of the others
 * @throws UsageError if a value cannot stand in a text that is pasted
 */
export async function resolveRecipeSettings(
  context: CommandContext,
  flags: RecipeFlags,
  { config, recipes }: { readonly config: Config; readonly recipes: readonly Recipe[] },
): Promise<RecipeSettings> {
  const { site } = resolveAttribution(flags, config, []);
  const [contentType = '', objectId = ''] = [
    config.content_type_field ?? DEFAULT_FORMAT_OPTIONS.objectFields.contentType[0],
    config.object_id_field ?? DEFAULT_FORMAT_OPTIONS.objectFields.objectId[0],
  ];
  const siteIsHost = site.from === 'vhost';
  const { command, shellCommand } = findProgram(context);
  const settings: RecipeSettings = {
    command,
    shellCommand,
    nodeFolder: checkVisible('the path of Node.js', dirname(context.nodePath)),
    log: flags.log === undefined ? null : checkLog(flags.log),
    servers: [],
    siteFlag: flags.site === undefined ? null : checkVisible('--site', flags.site),
    site: checkVisible('site', siteIsHost ? EXAMPLE_HOST : site.label),
    siteIsHost,
    formatFlag: flags.format === undefined ? null : checkVisible('--format', flags.format),
    formatInForce: checkVisible('format', config.format ?? DEFAULT_FORMAT_NAME),
    headers: { contentType, objectId },
    configFile: config.path === null ? null : checkVisible('--config', resolve(config.path)),
    database: await describeDatabase(context, flags),
  };
  const servers = recipes.flatMap(({ name, log, readAs }) =>
    log === undefined ? [] : [{ name, log, format: readAs?.(settings) ?? null }],
  );
  return { ...settings, servers };
}

/** @throws UsageError if no service could find it by this path */
function checkLog(path: string): string {
  if (!isAbsolute(path) || path.endsWith('/')) {
    throw new UsageError(`--log: '${toVisibleText(path)}' is not the absolute path of a file`, {
      hint: 'such as /var/log/apache2/access.log',
    });
  }
  const [variable] = /[{}$]/.exec(path) ?? [];
  if (variable !== undefined) {
    throw new UsageError(
      `--log: '${toVisibleText(path)}' has a '${variable}', which servers and logrotate read as something else`,
    );
  }
  return checkVisible('--log', path);
}

/** @throws UsageError if a text has invisible characters: in a file of settings a line end would begin another setting */
function checkVisible(source: string, text: string): string {
  const visible = toVisibleText(text);
  if (visible === text) return text;
  throw new UsageError(`${source}: '${visible}' has characters that are not visible`);
}

async function describeDatabase(
  { environment }: CommandContext,
  flags: RecipeFlags,
): Promise<RecipeDatabase> {
  const settings = await resolveDatabase(flags, environment);
  if (settings.kind === 'embedded') {
    const { folder, namedBy } = settings;
    const named = namedBy === null ? null : checkVisible(namedBy, resolve(folder));
    return { server: [], passwordLine: null, folder: named };
  }
  const address = resolveServer(settings.url, environment);
  const url = checkVisible('the database URL', toPublicUrl(address));
  return {
    server: [['DATABASE_URL', url]],
    passwordLine: checkVisible('the database URL', formatPasswordLine(address)),
    folder: null,
  };
}

/** The program as a service calls it, and as a person does: by its name if the search path leads to this program. */
function findProgram({ programPath, environment }: CommandContext) {
  const name = 'logtally';
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const found = folders.map((folder) => join(folder, name)).find((path) => isSameFile(path, programPath));
  if (found !== undefined) return { command: checkVisible('PATH', found), shellCommand: name };
  const command = checkVisible('the path of the program', programPath);
  return { command, shellCommand: command };
}

function isSameFile(path: string, other: string): boolean {
  try {
    return realpathSync(path) === realpathSync(other);
  } catch {
    // most folders have no such file
    return false;
  }
}
