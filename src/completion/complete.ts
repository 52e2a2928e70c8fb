/** `logtally complete`: says what can come next on a command line. The scripts of `logtally completion` ask it, no person does. */
import { type Command, Option } from 'commander';
import { isCommand, listCommandNames, loadCommands } from '../commands/commands.js';
import { type CommandContext, writeOut } from '../commands/context.js';
import { UsageError } from '../errors.js';
import {
  type Answer,
  type Candidate,
  formatCompletion,
  SHELLS,
  type Shell,
} from '../output/completion-scripts.js';
import { AUTO_FORMAT_NAME, FORMAT_NAMES } from '../parse/parse.js';
import { type CommandLine, joinPieces, readCommandLine, unquote } from './command-line.js';
import { type GivenFlags, listContentTypes, listSites } from './counted-names.js';

/** The command that commander adds. */
const HELP = 'help';

type Lister = (context: CommandContext, given: GivenFlags) => Promise<Answer>;

const list = (values: readonly string[]): readonly Candidate[] =>
  values.map((value) => ({ value, description: '' }));

/** What stands in the places that the definitions call so: `--site <label>`, `[file...]`. */
const PLACES: Readonly<Record<string, Lister>> = {
  file: async () => 'files',
  path: async () => 'files',
  pattern: async () => 'files',
  folder: async () => 'folders',
  format: async () => list([...FORMAT_NAMES, AUTO_FORMAT_NAME]),
  'content-type': listContentTypes,
  label: listSites,
  recipe: listRecipes,
};

async function listRecipes(): Promise<Answer> {
  // loaded only if somebody asks for them
  const { RECIPES } = await import('../recipes/recipes.js');
  return RECIPES.map(({ name, summary }) => ({ value: name, description: summary }));
}

/**
 * Prints what can come next.
 *
 * @param args the shell, `--`, and the words behind `logtally`, of which the last one is unfinished: `['bash', '--', 'top', '']`
 * @throws UsageError if the shell is none that has a script
 */
export async function complete(context: CommandContext, args: readonly string[]): Promise<void> {
  const [shell, dashes, ...given] = args;
  if (!isShell(shell) || dashes !== '--') {
    throw new UsageError('logtally complete is for the scripts that complete command lines', {
      hint: 'logtally completion --help tells how a shell gets one',
    });
  }
  const words = shell === 'bash' ? joinPieces(given) : given;
  const last = words.at(-1) ?? '';
  const { answer, before } = await findAnswer(context, shell, words);
  const cut = { bash: last.length - unquote(given.at(-1) ?? '').length, zsh: before, fish: 0 };
  const fitting = typeof answer === 'string' ? answer : toWords(answer, last, before);
  await writeOut(context, formatCompletion(fitting, shell, cut[shell]));
}

function isShell(text: string | undefined): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

/** The candidates that go on as the last word begins, each as the whole word. */
function toWords(candidates: readonly Candidate[], last: string, before: number): readonly Candidate[] {
  return candidates
    .map((candidate) => ({ ...candidate, value: last.slice(0, before) + candidate.value }))
    .filter(({ value }) => value.startsWith(last));
}

interface Found {
  readonly answer: Answer;
  /** Characters of the last word that stand before what is asked for. */
  readonly before: number;
}

async function findAnswer(context: CommandContext, shell: Shell, words: readonly string[]): Promise<Found> {
  const [name = '', ...rest] = words;
  const isName = rest.length === 0 || (name === HELP && rest.length === 1);
  if (isName) return { answer: await listCommands(context, shell, words.at(-1) ?? ''), before: 0 };
  const modules = isCommand(name) ? await loadCommands(name) : [];
  const [command] = modules.map(({ createCommand }) => createCommand(context));
  if (command === undefined) return { answer: [], before: 0 };
  const line = readCommandLine(command, rest);
  return { answer: await findPlace(context, command, line), before: line.before };
}

/** The commands, or the program's own options. bash shows no descriptions, and to load all commands takes time. */
async function listCommands(context: CommandContext, shell: Shell, begun: string): Promise<Answer> {
  if (begun.startsWith('-')) return list(['--help', '--version']);
  if (shell === 'bash') return list([...listCommandNames(), HELP]);
  const commands = (await loadCommands('')).map(({ createCommand }) => createCommand(context));
  const described = commands.map((command) => ({ value: command.name(), description: command.summary() }));
  return [...described, { value: HELP, description: 'display help for command' }];
}

async function findPlace(
  context: CommandContext,
  command: Command,
  { place, given }: CommandLine,
): Promise<Answer> {
  if (place === null) return [];
  if (place === 'options') return listOptions(command);
  if (place.argChoices !== undefined) return list(place.argChoices);
  const what = place instanceof Option ? /[<[](.*?)[>\].]/.exec(place.flags)?.[1] : place.name();
  const lister = PLACES[what ?? ''];
  // flags as commander calls them; those that name a database are texts
  return lister === undefined ? [] : lister(context, given as GivenFlags);
}

function listOptions(command: Command): readonly Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}
