/** The table of the commands. To load all takes longer than to count a small log, so each is loaded when it is asked for. */
import type { Command } from 'commander';
import type { CommandContext } from './context.js';

/** What the module of a command exports. */
interface CommandModule {
  readonly createCommand: (context: CommandContext) => Command;
}

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  ingest: () => import('./ingest.js'),
  follow: () => import('./follow.js'),
  pipe: () => import('./pipe.js'),
  top: () => import('./top.js'),
  show: () => import('./show.js'),
  report: () => import('./report.js'),
  requests: () => import('./requests.js'),
  query: () => import('./query.js'),
  runs: () => import('./runs.js'),
  status: () => import('./status.js'),
  verify: () => import('./verify.js'),
  undo: () => import('./undo.js'),
  prune: () => import('./prune.js'),
  forget: () => import('./forget.js'),
  export: () => import('./export.js'),
  check: () => import('./check.js'),
  match: () => import('./match.js'),
  parse: () => import('./parse.js'),
  init: () => import('./init.js'),
  recipe: () => import('./recipe.js'),
  completion: () => import('./completion.js'),
};

/** The names of the commands, in the order of the help. */
export function listCommandNames(): readonly string[] {
  return Object.keys(COMMANDS);
}

/** Whether there is a command of a name. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/** Loads the command of a name, or all commands if there is none of that name. */
export function loadCommands(name: string): Promise<readonly CommandModule[]> {
  const asked = Object.entries(COMMANDS).filter(([each]) => each === name || !isCommand(name));
  return Promise.all(asked.map(([, load]) => load()));
}
