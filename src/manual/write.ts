/** A step of the build: writes the pages of the manual into `dist/man`, from the program's own definitions. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandContext } from '../commands/context.js';
import { createMessageStream } from '../output/messages.js';
import { createProgram } from '../program.js';
import { readVersion } from '../version.js';
import { writeCommandPage, writeProgramPage } from './command-page.js';
import { writeConfigPage } from './config-page.js';
import { findSourceDate } from './source-date.js';

const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

const readProjectFile = (path: string) => readFileSync(join(PROJECT_FOLDER, path), 'utf8');

const version = readVersion();

/** The definitions need a world, but no page runs a command. */
const context: CommandContext = {
  ...{ environment: {}, stdout: process.stdout, stderr: createMessageStream(process.stderr) },
  ...{ signal: new AbortController().signal, version, command: '', programPath: '', nodePath: '' },
  onHangup: refuse,
  outliveSignals: refuse,
  startAnother: refuse,
  setExitCode: refuse,
};

function refuse(): never {
  throw new Error('a page of the manual runs no command');
}

const program = await createProgram([], context);
const date = new Date(findSourceDate(PROJECT_FOLDER, process.env) * 1000).toISOString().slice(0, 10);
const edition = { version, date };
const pages = [
  writeProgramPage(program, edition),
  ...program.commands.map((command) => writeCommandPage(program, command, edition)),
  writeConfigPage(readProjectFile('fixtures/logtally.toml'), edition),
];
const folder = join(PROJECT_FOLDER, 'dist/man');
// a command that is no more has no page
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { name, text } of pages) writeFileSync(join(folder, name), text);
