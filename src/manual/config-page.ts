/** The manual's page of the config file, written from the example that has every key. */
import type { Edition, Page } from './command-page.js';
import {
  formatBullet,
  formatItem,
  formatLiteral,
  formatParagraph,
  formatSection,
  formatSubsection,
  formatTitle,
  toBold,
} from './roff.js';

const NAME = 'logtally.toml';

const DESCRIPTION =
  'What is in the file holds unless an option says otherwise. Nothing has to be in it. All mistakes in it are reported at once, with their lines. It is TOML; below is an example of every key.';

/** Where the file is looked for, in that order. */
const PLACES: readonly (readonly [path: string, what: string])[] = [
  ['./logtally.toml', 'in the current folder, if nobody but the user and root can have written it'],
  [
    '~/.config/logtally/logtally.toml',
    "in the user's folder for configuration, $XDG_CONFIG_HOME if it is set",
  ],
  [
    '/etc/logtally/logtally.toml',
    'what the services of the Debian package name by LOGTALLY_CONFIG; no other command reads it',
  ],
];

/**
 * Writes the page.
 *
 * @param example the text of the example file: comments that end in what they are about
 */
export function writeConfigPage(example: string, { version, date }: Edition): Page {
  // the first block tells of the example
  const [, ...blocks] = splitBlocks(example);
  const title = formatTitle({
    ...{ name: NAME, section: 5, date },
    ...{ source: `logtally ${version}`, manual: 'File Formats' },
  });
  const sections = [
    formatSection('NAME', formatParagraph(`${NAME} - configuration of logtally`)),
    formatSection('DESCRIPTION', formatParagraph(DESCRIPTION)),
    formatSection('KEYS', ...blocks.map(formatBlock)),
    formatSection('FILES', ...PLACES.map(([path, what]) => formatItem(toBold(path), what))),
    formatSection('SEE ALSO', `${toBold('logtally')}(1)\n`),
  ];
  return { name: `${NAME}.5`, text: title + sections.join('') };
}

/** The lines of a file between its empty lines; what has no comment of its own belongs to the block before it. */
function splitBlocks(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split(/\n{2,}(?=#)/)
    .map((block) => block.split('\n'));
}

const isComment = (line: string) => line.startsWith('#');

function takeComment(line: string): string {
  return line.replace(/^# ?/, '');
}

/** A table of the file is a section of its own; so is a key that stands outside of all. */
function formatBlock(lines: readonly string[]): string {
  const code = lines.filter((line) => !isComment(line));
  const parts = [...formatComments(lines.filter(isComment).map(takeComment)), formatLiteral(code)];
  const [first = ''] = code;
  const heading = first.startsWith('[') ? first.replace(/\s*#.*$/, '') : listKeys(code).join(', ');
  return formatSubsection(heading, ...parts);
}

function listKeys(code: readonly string[]): readonly string[] {
  return code.flatMap((line) => /^(\w+) *=/.exec(line)?.[1] ?? []);
}

/** Paragraphs; a line that begins with `- ` begins an item of a list. */
function formatComments(lines: readonly string[]): readonly string[] {
  const items: string[] = [];
  for (const line of lines) {
    const last = items.at(-1);
    if (last === undefined || line.startsWith('- ')) items.push(line);
    else items[items.length - 1] = `${last} ${line.trim()}`;
  }
  return items.map((item) => (item.startsWith('- ') ? formatBullet(item.slice(2)) : formatParagraph(item)));
}
