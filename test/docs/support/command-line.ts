// Commands as the documentation has them, read as a shell does, and tried on the program's own definitions.

import { Command, CommanderError } from 'commander';
import { loadCommands } from '../../../src/commands/commands.js';
import type { CommandContext } from '../../../src/commands/context.js';
import type { Block, Page } from './pages.js';

/** A word, or what divides commands. */
const TOKEN = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|&;<>()])+|[|&;<>()]+/g;

const OPERATOR = /^[|&;<>()]+$/;

/** Divides a command line into words, up to the first operator of the shell. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [token] of line.matchAll(TOKEN)) {
    if (OPERATOR.test(token) || token.startsWith('#')) break;
    words.push(
      token.replace(
        /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
        (_, single, double, escaped) => single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped,
      ),
    );
  }
  return words;
}

/** Whether a line is one command, without anything that needs a shell. */
export function isSimple(line: string): boolean {
  const tokens = [...line.matchAll(TOKEN)].map(([token]) => token);
  return !tokens.some((token) => OPERATOR.test(token) || /^[A-Z_]+=|^[^'"]*[*$]/.test(token));
}

export interface WrittenCommand {
  /** Behind the program's name: `['ingest', 'access.log']`. */
  readonly args: readonly string[];
  /** `docs/cron.md:7` */
  readonly place: string;
}

/** The languages of blocks that have commands: all their lines may. */
const WITH_COMMANDS: ReadonlySet<string> = new Set(['sh', 'crontab', 'ini', 'apache', 'nginx']);

const PROGRAM = /(?:^|[\s"'|]|bin\/)logtally(?=\s+[a-z-])/g;

/** What stands before the user or group of that name. */
const NAMES_USER = / (?:-u|--owner|--group) $/;

/** The commands in the blocks of a page, those behind the pipe of a web server and in units as well. */
export function listBlockCommands(page: Page): readonly WrittenCommand[] {
  return page.blocks.flatMap((block) => {
    if (block.language === 'console') {
      return listSteps(block).flatMap(({ command, line }) => findCommands(command, `${page.path}:${line}`));
    }
    if (!WITH_COMMANDS.has(block.language)) return [];
    return block.text
      .split('\n')
      .flatMap((line, at) => findCommands(line, `${page.path}:${block.line + at}`));
  });
}

/** The commands in lines that begin with four spaces, as README has some. */
export function listIndentedCommands({ prose, path }: Page): readonly WrittenCommand[] {
  return prose
    .split('\n')
    .flatMap((line, at) => (line.startsWith('    ') ? findCommands(line, `${path}:${at + 1}`) : []));
}

/** The commands that sentences name: `logtally undo`. */
export function listNamedCommands({ prose, path }: Page): readonly WrittenCommand[] {
  return prose
    .split('\n')
    .flatMap((line, at) =>
      [...line.matchAll(/`([^`]*)`/g)].flatMap(([, code = '']) =>
        code.startsWith('logtally ') ? findCommands(code, `${path}:${at + 1}`) : [],
      ),
    );
}

function findCommands(line: string, place: string): readonly WrittenCommand[] {
  return [...line.matchAll(PROGRAM)].flatMap((found) => {
    const before = line.slice(0, found.index + 1);
    if (NAMES_USER.test(before)) return [];
    const quote = [`"`, `'`].find((each) => before.split(each).length % 2 === 0);
    const rest = line.slice(found.index + found[0].length);
    const [own = ''] = quote === undefined ? [rest] : rest.split(quote);
    return [{ args: splitWords(own), place }];
  });
}

export interface Step {
  readonly command: string;
  /** What it prints; a line of three dots stands for any lines. */
  readonly output: string;
  /** The line of the command. */
  readonly line: number;
}

/** The commands of a block that shows a session, with what they print. */
export function listSteps({ text, line: first }: Block): readonly Step[] {
  const steps: { command: string; output: string; line: number }[] = [];
  for (const [at, line] of text.split('\n').slice(0, -1).entries()) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '', line: first + at });
    else if (last === undefined) throw new Error(`line ${first + at}: a session begins with a command`);
    else last.output += `${line}\n`;
  }
  return steps;
}

/** What the library answers by itself. */
const ANSWERED = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** What a sentence may leave out. */
const LEFT_OUT = [
  'commander.missingArgument',
  'commander.optionMissingArgument',
  'commander.missingMandatoryOptionValue',
];

export interface Trial {
  /**
   * What is wrong with a command; null if nothing is. It is not run.
   *
   * @param isSentence whether an argument may be left out
   */
  readonly findMistake: (args: readonly string[], isSentence: boolean) => string | null;
  /** The long options of all commands. */
  readonly options: ReadonlySet<string>;
}

/** Makes what tries commands on the program's own definitions. */
export async function createTrial(): Promise<Trial> {
  const modules = await loadCommands('');
  const context = { environment: {}, version: '0' } as unknown as CommandContext;
  const silent = { writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined };
  const createAll = () => modules.map(({ createCommand }) => createCommand(context));
  const names = createAll().map((command) => command.name());
  const createProgram = (wanted: string) => {
    const program = new Command('logtally').version('0', '-V, --version').configureOutput(silent);
    const module = modules[names.indexOf(wanted)];
    // commands keep what they were given, so each trial has new ones
    const commands = module === undefined ? createAll() : [module.createCommand(context)];
    for (const command of commands)
      program.addCommand(
        command
          .action(() => undefined)
          .exitOverride()
          .configureOutput(silent),
      );
    return program.exitOverride();
  };
  const options = createAll().flatMap((command) => command.options.flatMap(({ long }) => long ?? []));
  return {
    options: new Set([...options, '--help', '--version']),
    findMistake(args, isSentence) {
      try {
        createProgram(args[0] ?? '').parse([...args], { from: 'user' });
        return null;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const code = error instanceof CommanderError ? error.code : '';
        if (ANSWERED.includes(code) || (isSentence && LEFT_OUT.includes(code))) return null;
        return error.message;
      }
    },
  };
}
