/** What a recipe is: texts to paste, each with the place that it goes to, filled in from the settings in force. */
import { UsageError } from '../errors.js';

/** The two response headers by which an application names the object of a response. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly objectId: string;
}

/** What fills the texts in. None of it has control characters, and none of it is a password. */
export interface RecipeSettings {
  /** The program by its absolute path, for what has no search path. */
  readonly command: string;
  /** The program as a person calls it in a shell. */
  readonly shellCommand: string;
  /** The folder of Node.js, which the program's first line asks for by name. */
  readonly nodeFolder: string;
  /** The access log, an absolute path; null if nobody says it. */
  readonly log: string | null;
  /** The servers that are asked for beside others. */
  readonly servers: readonly ServerLog[];
  /** The site that --site names; null if the config file or the default says it. */
  readonly siteFlag: string | null;
  /** The site that applications ask for. */
  readonly site: string;
  /** Whether the virtual host of a line is its site. */
  readonly siteIsHost: boolean;
  /** What --format says; null if it is not given. */
  readonly formatFlag: string | null;
  /** The format that the config file says, or the default one. */
  readonly formatInForce: string;
  readonly headers: ObjectHeaders;
  /** The config file in force, an absolute path; null if there is none. */
  readonly configFile: string | null;
  readonly database: RecipeDatabase;
}

/** What others have to know of the log of a server. */
export interface ServerLog {
  /** The name of its recipe. */
  readonly name: string;
  /** Where its package writes the log. */
  readonly log: string;
  /** What --format has to be for its lines; null if that is not known. */
  readonly format: string | null;
}

/** The database that is configured, as others are told of it. */
export interface RecipeDatabase {
  /** Variables that name the server; empty for the embedded database. */
  readonly server: readonly (readonly [name: string, value: string])[];
  /** A line of a password file, with a place for the password; null for the embedded database. */
  readonly passwordLine: string | null;
  /** The folder of the embedded database, an absolute path; null if nobody names one, or there is a server. */
  readonly folder: string | null;
}

/** The home of the user who counts, and the folder of the embedded database in it. */
export const SERVICE_FOLDER = '/var/lib/logtally';
export const SERVICE_DATA_FOLDER = `${SERVICE_FOLDER}/data`;

/** One text to paste. */
export interface Section {
  /** Where it goes: a path, or words such as `a shell, as root`. */
  readonly place: string;
  /** One sentence: what it does there. */
  readonly why: string;
  /** Lines that each have their end. */
  readonly text: string;
  /** As Markdown calls the language of the text. */
  readonly language: 'apache' | 'nginx' | 'sh' | 'ini' | 'js' | 'python' | 'ruby' | 'php' | 'text';
}

export interface Recipe {
  readonly name: string;
  /** What it sets up, in a few words. */
  readonly summary: string;
  /** Of a server: where its package writes its log. */
  readonly log?: string;
  /**
   * Of a server: what --format has to be for the lines that it writes.
   *
   * @throws UsageError as `write`
   */
  readonly readAs?: (settings: RecipeSettings) => string;
  /** @throws UsageError if the settings cannot be told to the program that it is for */
  readonly write: (settings: RecipeSettings) => readonly Section[];
}

/** The places that several recipes name. */
export const ROOT_SHELL = 'a shell, as root';
export const LATER_SHELL = 'a shell, after some requests';

const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** @throws UsageError if the config file names something else than headers */
export function getHeaders({ headers }: RecipeSettings): ObjectHeaders {
  for (const [key, name] of [
    ['content_type_field', headers.contentType],
    ['object_id_field', headers.objectId],
  ]) {
    if (name !== undefined && HEADER_NAME.test(name)) continue;
    throw new UsageError(`the config file has ${key} = '${name}', which is no response header`, {
      hint: 'name a header there, such as X-Object-ID, or name another file with --config',
    });
  }
  return headers;
}

/** Whether a path is where a service does not look unless it is allowed to. */
export function isInHome(path: string): boolean {
  return /^\/(?:home|root|run\/user)\//.test(path);
}
