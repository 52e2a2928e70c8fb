/** Reads TOML to plain values, and remembers the line that each of them stands in. */
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';

type Path = readonly PropertyKey[];

export interface TomlDocument {
  readonly value: unknown;
  /** The line of a key or an element, counted from 1; of what is not there the line of the nearest thing around it. */
  getLine(path: Path): number;
}

/** What is wrong with a document, and the line that it stands in. */
export interface Complaint {
  readonly line: number;
  readonly text: string;
}

/** Parses a document. The first problem is the only one: what follows cannot be made sense of. */
export function parseToml(text: string): TomlDocument | Complaint {
  try {
    const program = parseTOML(text);
    const lines = new Map<string, number>([[toKey([]), 1]]);
    for (const node of program.body[0].body) addNode(lines, node, []);
    const [, lost] = [...lines].find(([key]) => key.includes('"__proto__"')) ?? [];
    // plain objects do not keep this one
    if (lost !== undefined) return { line: lost, text: '__proto__ cannot be a key' };
    return { value: getStaticTOMLValue(program), getLine: (path) => findLine(lines, path) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { line: findProblemLine(text, error.lineNumber), text: error.message };
  }
}

function toKey(path: Path): string {
  return JSON.stringify(path);
}

function findLine(lines: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(toKey(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function addNode(lines: Map<string, number>, node: AST.TOMLKeyValue | AST.TOMLTable, above: Path): void {
  if (node.type === 'TOMLTable') {
    addLine(lines, node, node.resolvedKey);
    for (const pair of node.body) addNode(lines, pair, node.resolvedKey);
    return;
  }
  const keys = getStaticTOMLValue(node.key);
  keys.forEach((_, index) => {
    addLine(lines, node, [...above, ...keys.slice(0, index + 1)]);
  });
  addValue(lines, node.value, [...above, ...keys]);
}

function addValue(lines: Map<string, number>, value: AST.TOMLContentNode, path: Path): void {
  if (value.type === 'TOMLInlineTable') {
    for (const pair of value.body) addNode(lines, pair, path);
  } else if (value.type === 'TOMLArray') {
    value.elements.forEach((element, index) => {
      addLine(lines, element, [...path, index]);
      addValue(lines, element, [...path, index]);
    });
  }
}

/** Of a table that is written in several places the first counts. */
function addLine(lines: Map<string, number>, node: AST.TOMLNode, path: Path): void {
  const key = toKey(path);
  if (!lines.has(key)) lines.set(key, node.loc.start.line);
}

/** The parser reports a missing value at what it found instead, in a later line; the key without a value stands before. */
function findProblemLine(text: string, reported: number): number {
  const before = text.split('\n').slice(0, reported - 1);
  const last = before.findLastIndex((line) => line.trim() !== '');
  return /=\s*$/.test(before[last] ?? '') ? last + 1 : reported;
}
