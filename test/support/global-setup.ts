// Before the tests: builds the program, and gets them a folder, an embedded database to copy, and a PostgreSQL server.
// There is no way to skip any: a test that needs a database never passes without one.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import {
  type CitusNodes,
  createTemplate as createCitusTemplate,
  dropOnNodes,
  findNodes,
} from '../citus/databases.js';
import { checkServer } from './database-server.js';
import { startPostgres } from './postgres.js';
import { PROJECT_FOLDER } from './project-folder.js';
import { createTestFolder } from './test-folder.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The maintenance database of the server that all tests share. */
    postgresUrl: string;
    /** The data folder of an embedded database with its schema, closed. */
    embeddedTemplate: string;
    /** The cluster whose databases the tests use, and the database that is copied for each; null if they use the server. */
    citus: { readonly nodes: CitusNodes; readonly template: string } | null;
  }
}

/**
 * Provides `postgresUrl`: the server that LOGTALLY_TEST_DATABASE_URL names, else one started for this run; for the project `citus` the
 * coordinator that LOGTALLY_TEST_CITUS_URL names. All temporary
 * files of the tests are in one folder, which is removed after them: also those of a test that was killed.
 *
 * @throws Error that says what to do if the build fails or there is no server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build();
  const folder = await createTestFolder();
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const removeFolder = async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const server = await (project.name === 'citus' ? openCluster() : openServer());
    project.provide('postgresUrl', server.url);
    project.provide('citus', server.citus);
    project.provide('embeddedTemplate', await createTemplate(folder));
    return () => server.stop().finally(removeFolder);
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

interface OpenServer {
  readonly url: string;
  readonly citus: ProvidedContext['citus'];
  stop(): Promise<void>;
}

async function openServer(): Promise<OpenServer> {
  const url = process.env['LOGTALLY_TEST_DATABASE_URL'];
  if (!url) {
    const server = await startPostgres();
    return { url: server.url, citus: null, stop: () => server.stop() };
  }
  await checkServer(url);
  return { url, citus: null, stop: async () => {} };
}

async function openCluster(): Promise<OpenServer> {
  const nodes = await findNodes();
  const template = await createCitusTemplate(nodes);
  return { url: nodes.coordinator, citus: { nodes, template }, stop: () => dropOnNodes(nodes, template) };
}

/** Creating an embedded database takes seconds: each test that needs one gets a copy of this. */
async function createTemplate(folder: string): Promise<string> {
  const template = join(folder, 'template');
  const command = ['bin/logtally.js', 'init', '--data-dir', template];
  await promisify(execFile)(process.execPath, command, { cwd: PROJECT_FOLDER });
  return template;
}

async function build(): Promise<void> {
  const npm = spawn('npm', ['run', '--silent', 'build'], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error('"npm run build" failed, and the tests run what it builds');
}
