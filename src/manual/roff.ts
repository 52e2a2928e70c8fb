/**
 * Writes pages for man(1): requests and macros of man(7), as groff_man(7) and mandoc's man(7) describe them. What is special to
 * roff is escaped, so that any text is shown as it is and can be copied.
 */

/** Characters of a line of the source; mandoc warns of more than 80. */
const LINE_WIDTH = 76;

/** What roff takes for something else, or prints as a typographic sign: groff_char(7). */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/** Escapes a text for a line of roff. */
export function escapeRoff(text: string): string {
  return text.replace(/[\\\-'"`^~]|[^\0-\x7f]/gu, (character) => ESCAPES[character] ?? toUnicode(character));
}

function toUnicode(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `\\[u${point.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** A text in bold type, escaped. */
export function toBold(text: string): string {
  return `\\fB${escapeRoff(text)}\\fR`;
}

/** A text in italic type, escaped. */
export function toItalic(text: string): string {
  return `\\fI${escapeRoff(text)}\\fR`;
}

/** A line that begins with a dot would be a request. */
function protect(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

/** Fills short lines with the words of an escaped text. */
function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map(protect).join('\n');
}

/**
 * The first lines of a page: `.TH LOGTALLY\-INGEST 1 2026-04-14 "logtally 0.1.0" "User Commands"`. No word is hyphenated, since
 * names of formats and paths are copied.
 */
export function formatTitle(page: {
  readonly name: string;
  readonly section: number;
  /** `2026-04-14` */
  readonly date: string;
  readonly source: string;
  readonly manual: string;
}): string {
  const { name, section, date, source, manual } = page;
  return `.TH ${escapeRoff(name.toUpperCase())} ${section} ${date} "${source}" "${manual}"\n.nr HY 0\n.ad l\n`;
}

/** A section of a page: `formatSection('EXIT STATUS', ...)`; empty if it has nothing. */
export function formatSection(heading: string, ...parts: readonly string[]): string {
  const body = joinParts(parts);
  return body === '' ? '' : `.SH ${escapeRoff(heading)}\n${body}`;
}

/** A section within a section. */
export function formatSubsection(heading: string, ...parts: readonly string[]): string {
  const body = joinParts(parts);
  return body === '' ? '' : `.SS ${escapeRoff(heading)}\n${body}`;
}

/** A paragraph begins behind each part but the last, unless a macro that follows begins one itself. */
function joinParts(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part, at) => (at === 0 || /^\.(?:TP|SS|IP)\b/.test(part) ? part : `.PP\n${part}`))
    .join('');
}

/** A paragraph of plain text. */
export function formatParagraph(text: string): string {
  return `${wrap(escapeRoff(text))}\n`;
}

/** A paragraph of text that is escaped already, such as one with bold words. */
export function formatEscaped(text: string): string {
  return `${wrap(text)}\n`;
}

/** An item of a list: an escaped term, and beside it what it means. */
export function formatItem(term: string, text: string): string {
  return `.TP\n${protect(term)}\n${wrap(escapeRoff(text))}\n`;
}

/** An item of a list with bullets. */
export function formatBullet(text: string): string {
  return `.IP \\(bu 2\n${wrap(escapeRoff(text))}\n`;
}

/** Lines as they are, such as commands to be copied. */
export function formatLiteral(lines: readonly string[]): string {
  return `.EX\n${lines.map((line) => protect(escapeRoff(line))).join('\n')}\n.EE\n`;
}
