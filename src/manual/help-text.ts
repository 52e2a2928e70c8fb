/** Reads what a command's help says behind its options: examples, exit status, and what else there is to know. */
import type { Command } from 'commander';

export interface HelpText {
  /** Lines to be copied, each group with what introduces it: null for plain examples. */
  readonly examples: readonly { readonly intro: string | null; readonly lines: readonly string[] }[];
  /** Null if it says nothing of it. */
  readonly exitStatus: readonly { readonly code: string; readonly meaning: string }[] | null;
  /** Paragraphs. */
  readonly notes: readonly string[];
}

/** Takes the help of a command apart. */
export function readHelpText(command: Command): HelpText {
  const blocks = takeTextBehind(command)
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '');
  const examples = blocks.filter(isExample).map(readExample);
  const status = blocks.find(isStatus);
  return {
    examples,
    exitStatus: status === undefined ? null : readStatus(status),
    notes: blocks.filter((block) => !isExample(block) && !isStatus(block)).map(toOneLine),
  };
}

/** What `addHelpText('after', ...)` was given; the library has no other way to ask for it than to print the whole help. */
function takeTextBehind(command: Command): string {
  let printed = '';
  const output = command.configureOutput();
  command.configureOutput({
    writeOut: (text) => {
      printed += text;
    },
  });
  command.outputHelp();
  command.configureOutput(output);
  const help = command.helpInformation();
  if (!printed.startsWith(help)) throw new Error(`the help of ${command.name()} begins with something else`);
  return printed.slice(help.length);
}

function isExample(block: string): boolean {
  return /^\n?Examples\b.*:\n/.test(block);
}

function isStatus(block: string): boolean {
  return /^\n?Exit status:/.test(block);
}

function readExample(block: string): HelpText['examples'][number] {
  const [heading = '', ...lines] = block.trim().split('\n');
  return {
    intro: heading === 'Examples:' ? null : toIntro(heading),
    lines: lines.map((line) => line.replace(/^ {2}/, '')),
  };
}

/** `Examples, in the configuration of Apache:` -> `In the configuration of Apache:` */
function toIntro(heading: string): string {
  const text = heading.replace(/^Examples, /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Exit status: 0 done, 1 failure, 3 a damaged input, one in another format` -> a row for each number */
function readStatus(block: string): HelpText['exitStatus'] {
  const text = toOneLine(block)
    .replace(/^Exit status: /, '')
    .replace(/\.$/, '');
  return text.split(/, (?=\d+ )/).map((item) => {
    const [, code = '', meaning = ''] = /^(\d+) (.*)$/.exec(item) ?? [];
    if (code === '') throw new Error(`'${item}' is no exit status`);
    return { code, meaning };
  });
}

function toOneLine(block: string): string {
  return block.trim().replace(/\s+/g, ' ');
}
