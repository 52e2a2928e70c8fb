/** Which of the stored requests a person asks for: what the database compares, and what is tried on each row. */
import { compileStoredClients, toStatusCodes } from '../attribute/filter-values.js';
import { compilePathGlobs } from '../attribute/globs.js';
import { decodePath, findPath } from '../attribute/path.js';
import type { Period } from './period.js';

/** What requests must have. An empty list asks for nothing; of a list of several any one will do. */
export interface RequestQuestion {
  readonly period: Period;
  readonly users: readonly string[];
  /** Addresses, networks, names of hosts and globs of these. */
  readonly clients: readonly string[];
  /** As they are stored. */
  readonly sessions: readonly string[];
  readonly sites: readonly string[];
  /** `404`, `4xx`, `300-399` */
  readonly statuses: readonly string[];
  readonly methods: readonly string[];
  readonly contentTypes: readonly string[];
  readonly objects: readonly string[];
  /** Globs: of paths as they are listed, or decoded. */
  readonly paths: readonly string[];
}

/** Parameters 4 to 10 of open_matching.sql. */
export function listExactValues(question: RequestQuestion): readonly (readonly unknown[] | null)[] {
  const { users, sessions, sites, statuses, methods, contentTypes, objects } = question;
  const codes = [...toStatusCodes(statuses)].map(Number);
  return [users, sessions, sites, codes, methods, contentTypes, objects].map((values) =>
    values.length === 0 ? null : values,
  );
}

/** What else a row must have. */
export interface RowTest {
  /** Whether every row passes. */
  readonly passesAll: boolean;
  passes(row: { readonly client: string | null; readonly path: string | null }): boolean;
}

/** @throws UsageError if a glob is none */
export function compileRowTest({ clients, paths }: RequestQuestion): RowTest {
  const isClient = compileStoredClients(clients);
  const isPath = compilePathGlobs(paths.flatMap((glob) => [glob, ...listDecoded(glob)]));
  return {
    passesAll: clients.length === 0 && paths.length === 0,
    passes({ client, path }) {
      if (clients.length > 0 && (client === null || !isClient(client))) return false;
      if (paths.length === 0) return true;
      const found = findPath(path);
      return found !== null && isPath(found);
    },
  };
}

/** Whatever may mean something in a glob. */
const GLOB_CHARACTER = /[^\w/]/gu;
/** Percent-encoded bytes that no glob has a meaning for, one after the other. */
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

/** A glob with what it has of encoded characters decoded, as paths are; none if it has none. */
function listDecoded(glob: string): readonly string[] {
  const decoded = glob.replace(ENCODED, (text) => {
    const characters = decodePath(text);
    return characters === text ? text : characters.replace(GLOB_CHARACTER, '\\$&');
  });
  return decoded === glob ? [] : [decoded];
}
