/**
 * Finds the config file `logtally.toml`. The libraries that read it are loaded only if there is one: to load them takes longer
 * than many commands.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findErrorCode, toMessage, UsageError } from '../errors.js';
import type { Config } from './config-schema.js';
import { readFoundFile, readNamedFile, withRegularFile } from './open-file.js';
import { findUserFolder } from './user-folders.js';

export type { Config } from './config-schema.js';

export const CONFIG_FILE_NAME = 'logtally.toml';

/** What an absent file says. */
export const EMPTY_CONFIG: Config = { path: null, rules: [] };

interface ConfigSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the wait for a config file that comes through a pipe. */
  readonly signal: AbortSignal;
}

/**
 * Reads the config file: the one that is named, else `./logtally.toml`, else the one in the platform's config folder.
 *
 * @param path what --config says
 * @throws UsageError if a named file is missing, if one cannot be read, if others may write that of the current folder, and with all complaints about its content
 */
export async function readConfig(
  path: string | undefined,
  { environment, signal }: ConfigSource,
): Promise<Config> {
  const named = path ?? (environment['LOGTALLY_CONFIG'] || undefined);
  const source = path === undefined ? 'LOGTALLY_CONFIG' : '--config';
  for (const place of named === undefined ? await listPlaces() : [named]) {
    const text = await readText(place, named === undefined ? null : source, signal);
    if (text === null) continue;
    const { parseConfig } = await import('./parse-config.js');
    return parseConfig(text, place);
  }
  return EMPTY_CONFIG;
}

async function listPlaces(): Promise<readonly string[]> {
  const folder = await findUserFolder('config');
  return folder === null ? [CONFIG_FILE_NAME] : [CONFIG_FILE_NAME, join(folder, CONFIG_FILE_NAME)];
}

/** @returns null if there is no file that nobody asked for by name */
async function readText(path: string, namedBy: string | null, signal: AbortSignal): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(path, namedBy, signal));
  } catch (error) {
    const code = findErrorCode(error);
    if (code === 'ENOENT' && namedBy === null) return null;
    if (error instanceof UsageError || signal.aborted) throw error;
    if (code === 'ENOENT') throw new UsageError(`${namedBy}: there is no file '${path}'`);
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : toMessage(error);
    throw new UsageError(`the config file '${path}' cannot be read: ${reason}`, { cause: error });
  }
}

function readBytes(path: string, namedBy: string | null, signal: AbortSignal): Promise<Buffer> {
  if (namedBy !== null) return readNamedFile(path, signal);
  return path === CONFIG_FILE_NAME
    ? readFoundFile(path)
    : withRegularFile(path, ({ file }) => readFileSync(file));
}
