// What the program is doing when one of its calls fails, and what must be true after the next run that nothing disturbs.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runCli } from '../support/cli.js';
import { lines } from '../support/logs.js';
import { type Fault, KNOWN_PID, type TracedRun } from './strace.js';

export interface Scenario {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Makes everything anew in an empty folder. */
  prepare(folder: string, template: Template): Promise<Prepared>;
}

export interface Prepared extends Omit<TracedRun, 'scratch'> {
  readonly dataFolder: string;
  /** The logs that the next quiet run reads. */
  readonly logs: readonly string[];
  /** Lines that must be counted then. */
  readonly expected: number;
  /** What else must be true as soon as the run has ended; answers what is not. */
  readonly check?: () => Promise<string | null>;
}

/** A database in which the first lines of a log are counted, and what a run adds to its files. */
export interface Template {
  readonly dataFolder: string;
  /** Paths below the data folder, of a database that has gone on and one that begins. */
  readonly databasePaths: readonly string[];
  readonly newPaths: readonly string[];
}

const KNOWN_LINES = 40;
const ALL_LINES = 100;

export async function createTemplate(folder: string): Promise<Template> {
  const dataFolder = join(folder, 'data');
  const log = join(folder, 'access.log');
  await writeFile(log, lines(0, KNOWN_LINES));
  await run(['ingest', '--quiet', '--data-dir', dataFolder, log]);
  const before = await listPaths(dataFolder);
  const grown = join(folder, 'grown');
  await cp(dataFolder, grown, { recursive: true });
  await writeFile(log, lines(0, ALL_LINES));
  await run(['ingest', '--quiet', '--data-dir', grown, log]);
  const begun = join(folder, 'begun');
  await run(['init', '--data-dir', begun]);
  return {
    dataFolder,
    databasePaths: [...new Set([...before, ...(await listPaths(grown))])],
    newPaths: await listPaths(begun),
  };
}

async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCli(args);
  if (code !== 0) throw new Error(`logtally ${args.join(' ')}: exit code ${code}: ${stderr}`);
}

async function listPaths(folder: string): Promise<readonly string[]> {
  return ['.', ...(await readdir(folder, { recursive: true }))];
}

/** A log that has grown, beside a database that knows its beginning. */
async function prepareGrown(folder: string, template: Template) {
  const dataFolder = join(folder, 'data');
  await cp(template.dataFolder, dataFolder, { recursive: true });
  const log = join(folder, 'access.log');
  await writeFile(log, lines(0, ALL_LINES));
  const args = ['ingest', '--quiet', '--data-dir', dataFolder, log];
  return { dataFolder, log, args, environment: {}, logs: [log], expected: ALL_LINES };
}

const DATABASE: Scenario = {
  name: 'database',
  faults: [
    { call: 'pwrite64', error: 'ENOSPC' },
    { call: 'pread64', error: 'EIO' },
    { call: 'openat', error: 'EMFILE' },
    { call: 'rename', error: 'ENOSPC' },
    { call: 'ftruncate', error: 'EIO' },
    { call: 'unlink', error: 'EIO' },
  ],
  async prepare(folder, template) {
    const grown = await prepareGrown(folder, template);
    return { ...grown, paths: template.databasePaths.map((path) => join(grown.dataFolder, path)) };
  },
};

const CREATION: Scenario = {
  name: 'creation',
  faults: [
    { call: 'write', error: 'ENOSPC' },
    { call: 'openat', error: 'EMFILE' },
    { call: 'mkdir', error: 'ENOSPC' },
    { call: 'rename', error: 'EIO' },
  ],
  async prepare(folder, template) {
    const dataFolder = join(folder, 'data');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, ALL_LINES));
    const paths = template.newPaths.map((path) =>
      join(dataFolder, path.replace(/^postgres/, 'postgres.new')),
    );
    const args = ['ingest', '--quiet', '--data-dir', dataFolder, log];
    return { dataFolder, args, environment: {}, paths, logs: [log], expected: ALL_LINES };
  },
};

const READING: readonly Fault[] = [
  { call: 'openat', error: 'EMFILE' },
  { call: 'read', error: 'EIO' },
  { call: 'pread64', error: 'EIO' },
];

const LOG: Scenario = {
  name: 'log',
  faults: READING,
  async prepare(folder, template) {
    const grown = await prepareGrown(folder, template);
    return { ...grown, paths: [grown.log] };
  },
};

const ARCHIVE: Scenario = {
  name: 'archive',
  faults: READING,
  async prepare(folder, template) {
    const grown = await prepareGrown(folder, template);
    const archive = join(folder, 'access.log.1.gz');
    await writeFile(archive, gzipSync(await readFile(grown.log)));
    const args = ['ingest', '--quiet', '--data-dir', grown.dataFolder, archive];
    return { ...grown, args, logs: [archive], paths: [archive] };
  },
};

const REJECTS: Scenario = {
  name: 'rejects',
  faults: [
    { call: 'openat', error: 'EMFILE' },
    { call: 'write', error: 'ENOSPC' },
    { call: 'pread64', error: 'EIO' },
    { call: 'read', error: 'EIO' },
    { call: 'ftruncate', error: 'EIO' },
    { call: 'unlink', error: 'EIO' },
  ],
  async prepare(folder, template) {
    const grown = await prepareGrown(folder, template);
    await writeFile(grown.log, `${lines(0, ALL_LINES)}no line of a log\n`);
    const file = join(folder, 'rejects');
    const paths = [file, `${file}.waiting-${KNOWN_PID}`, `${file}.long-${KNOWN_PID}`];
    return { ...grown, args: [...grown.args, '--rejects', file], paths };
  },
};

const PAGE: Scenario = {
  name: 'page',
  faults: [
    { call: 'openat', error: 'EMFILE' },
    { call: 'write', error: 'ENOSPC' },
    { call: 'fsync', error: 'EIO' },
    { call: 'rename', error: 'EIO' },
  ],
  async prepare(folder, template) {
    const grown = await prepareGrown(folder, template);
    const pages = join(folder, 'pages');
    const page = join(pages, 'index.html');
    await mkdir(pages);
    await writeFile(page, 'the page before');
    return {
      ...grown,
      args: ['report', '--data-dir', grown.dataFolder, '--output', page],
      paths: [pages, page, join(pages, '.logtally-000000000000')],
      async check() {
        const text = await readFile(page, 'utf8');
        if (text !== 'the page before' && !text.trimEnd().endsWith('</html>')) return 'half a page';
        const beside = (await readdir(pages)).filter((name) => name !== 'index.html');
        return beside.length === 0 ? null : `${beside.join(', ')} was left beside the page`;
      },
    };
  },
};

export const SCENARIOS: readonly Scenario[] = [DATABASE, CREATION, LOG, ARCHIVE, REJECTS, PAGE];
