/** `logtally completion`: prints the script by which a shell completes command lines. */
import { Argument, Command } from 'commander';
import { getCompletionScript, SHELLS, type Shell } from '../output/completion-scripts.js';
import { type CommandContext, writeOut } from './context.js';

const EXAMPLES = `
Examples:
  source <(logtally completion bash)          (in ~/.bashrc)
  source <(logtally completion zsh)           (in ~/.zshrc, behind compinit)
  logtally completion fish > ~/.config/fish/completions/logtally.fish

Commands, options, files, and the content types and sites of the database are completed. The Debian package brings the scripts.`;

export function createCommand(context: CommandContext): Command {
  return new Command('completion')
    .summary('print the script that completes command lines in a shell')
    .description(
      'Prints the script with which a shell completes the commands, options and values of logtally.',
    )
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => writeOut(context, getCompletionScript(shell)));
}
