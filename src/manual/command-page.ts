/** The manual's page of a command, written from the definitions that `--help` shows. */
import type { Command, Option } from 'commander';
import { type HelpText, readHelpText } from './help-text.js';
import {
  escapeRoff,
  formatEscaped,
  formatItem,
  formatLiteral,
  formatParagraph,
  formatSection,
  formatSubsection,
  formatTitle,
  toBold,
  toItalic,
} from './roff.js';

/** What all pages of a build have in common. */
export interface Edition {
  readonly version: string;
  /** `2026-04-14` */
  readonly date: string;
}

/** A page as a file: `logtally-ingest.1`. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/** Writes the page of the program, which leads to those of its commands. */
export function writeProgramPage(program: Command, edition: Edition): Page {
  const help = readHelpText(program);
  const name = program.name();
  return toPage(name, edition, [
    formatSection('NAME', formatParagraph(`${name} - ${toNamed(program.description())}`)),
    formatSynopsis(program),
    formatSection('DESCRIPTION', formatParagraph(program.description()), ...help.notes.map(formatParagraph)),
    formatSection(
      'COMMANDS',
      ...program.commands.map((command) =>
        formatItem(`${toBold(`${name}-${command.name()}`)}(1)`, command.summary()),
      ),
    ),
    formatOptions(program),
    formatExamples(help),
    formatStatus(help),
    formatSeeAlso(['logtally.toml(5)']),
  ]);
}

/** Writes the page of one command; what it does not say of its exit status, the program's help says. */
export function writeCommandPage(program: Command, command: Command, edition: Edition): Page {
  const help = readHelpText(command);
  const name = `${program.name()}-${command.name()}`;
  const exitStatus = help.exitStatus ?? readHelpText(program).exitStatus;
  const args = command
    .createHelp()
    .visibleArguments(command)
    .map((argument) =>
      formatItem(toItalic(argument.name()), command.createHelp().argumentDescription(argument)),
    );
  return toPage(name, edition, [
    formatSection('NAME', formatParagraph(`${name} - ${command.summary()}`)),
    formatSynopsis(command),
    formatSection(
      'DESCRIPTION',
      formatParagraph(command.description()),
      ...args,
      ...help.notes.map(formatParagraph),
    ),
    formatOptions(command),
    formatEnvironment(command),
    formatExamples(help),
    formatStatus({ exitStatus }),
    formatSeeAlso([`${program.name()}(1)`, 'logtally.toml(5)']),
  ]);
}

function toPage(name: string, { version, date }: Edition, sections: readonly string[]): Page {
  const title = formatTitle({
    ...{ name, section: 1, date },
    ...{ source: `logtally ${version}`, manual: 'User Commands' },
  });
  return { name: `${name}.1`, text: title + sections.join('') };
}

/** `Counts hits.` -> `counts hits`: what apropos(1) lists. */
function toNamed(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, '');
}

function formatSynopsis(command: Command): string {
  const [name = '', usage = ''] = command
    .createHelp()
    .commandUsage(command)
    .split(/ (?=\[|<)(.*)/);
  return formatSection('SYNOPSIS', formatEscaped(`${toBold(name)} ${toUsage(usage)}`));
}

/** `[file...]` and `<url>`, with what is to be replaced in italic type. */
function toUsage(text: string): string {
  return text
    .split(/([<[][^\]>]*[\]>])/)
    .map((part) => {
      const [, open = '', what = '', dots = ''] = /^([<[])(.*?)(\.\.\.)?[\]>]$/.exec(part) ?? [];
      if (what === '') return escapeRoff(part);
      const name = `${toItalic(what)}${dots}`;
      return open === '<' ? name : `[${name}]`;
    })
    .join('');
}

function formatOptions(command: Command): string {
  const help = command.createHelp();
  const visible = help.visibleOptions(command);
  const groups = help.groupItems([...command.options], visible, (option) => option.helpGroupHeading ?? '');
  const parts = [...groups].flatMap(([heading, options]) => {
    const items = options.map((option) => formatItem(toTerm(option), help.optionDescription(option)));
    return heading === '' ? items : [formatSubsection(heading.replace(/:$/, ''), ...items)];
  });
  return formatSection('OPTIONS', ...parts);
}

/** `-h, --help`, `--site <label>`: the flags in bold type, the value in italic. */
function toTerm(option: Option): string {
  const [flags = '', value = ''] = option.flags.split(/ (?=[<[])/);
  const bold = flags.split(', ').map(toBold).join(', ');
  return value === '' ? bold : `${bold} ${toUsage(value)}`;
}

/** The variables that options name: `(env: DATABASE_URL, or PG* variables)`. */
function formatEnvironment(command: Command): string {
  const items = command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) => {
      const [, variable] = /\benv: ([A-Z_]+)/.exec(option.description) ?? [];
      if (variable === undefined || !option.long) return [];
      return [formatItem(toBold(variable), `used if ${option.long} is not given`)];
    });
  return formatSection('ENVIRONMENT', ...items);
}

function formatExamples({ examples }: Pick<HelpText, 'examples'>): string {
  const parts = examples.flatMap(({ intro, lines }) => [
    ...(intro === null ? [] : [formatParagraph(intro)]),
    formatLiteral(lines),
  ]);
  return formatSection('EXAMPLES', ...parts);
}

function formatStatus({ exitStatus }: Pick<HelpText, 'exitStatus'>): string {
  const items = (exitStatus ?? []).map(({ code, meaning }) => formatItem(toBold(code), meaning));
  return formatSection('EXIT STATUS', ...items);
}

/** @param pages `logtally(1)` */
function formatSeeAlso(pages: readonly string[]): string {
  const names = pages.map((page) =>
    page.replace(/^(.*)(\(\d\))$/, (_, name: string, section: string) => toBold(name) + section),
  );
  return formatSection('SEE ALSO', `${names.join(',\n')}\n`);
}
