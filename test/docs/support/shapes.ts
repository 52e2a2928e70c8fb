// The tables of keys that the pages about output have, and what real output has instead.

import type { Page } from './pages.js';

/** What a page says of a value: `text or null`, `integer, optional`. */
export interface Shape {
  /** `inputs[].path`; a segment in capitals stands for any key. */
  readonly key: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly mayBeNull: boolean;
}

/** Reads the tables of a section whose first two columns are key and type. */
export function readShapes({ text, path }: Page, title: string): readonly Shape[] {
  const section = text.split(/^(?=## )/m).find((each) => each.startsWith(`## ${title}\n`));
  if (section === undefined) throw new Error(`${path} has no section ${title}`);
  return [...section.matchAll(/^\| (`[^|]*`) \| ([a-z][^|]*) \|/gm)].flatMap(([, keys = '', about = '']) =>
    [...keys.matchAll(/`([^`]+)`/g)].map(([, key = '']) => ({
      key,
      type: about.split(/,| or /)[0]?.trim() ?? '',
      isOptional: about.includes('optional'),
      mayBeNull: about.includes('or null'),
    })),
  );
}

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null,
  day: (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)),
  month: (value) => /^\d{4}-\d\d$/.test(String(value)),
  time: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/.test(String(value)),
};

/** Compares values with their description. @returns what the page lacks, has too much, or says otherwise */
export function compareShapes(shapes: readonly Shape[], values: readonly unknown[]): readonly string[] {
  const seen = new Set<Shape>();
  const mistakes = new Set<string>();
  const visit = (key: string, value: unknown): void => {
    const shape = shapes.find((each) => matches(each.key, key));
    if (shape !== undefined) {
      seen.add(shape);
      const isRight = value === null ? shape.mayBeNull : CHECKS[shape.type]?.(value);
      if (!isRight) mistakes.add(`${key} is not ${shape.type}: ${JSON.stringify(value)}`);
    } else if (Array.isArray(value)) for (const each of value) visit(`${key}[]`, each);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) visit(key === '' ? name : `${key}.${name}`, each);
    // an object that may be null is described by its keys
    else if (value !== null || !shapes.some((each) => each.key.startsWith(`${key}.`)))
      mistakes.add(`${key} is not described`);
  };
  for (const value of values) visit('', value);
  const missing = shapes.filter((shape) => !seen.has(shape)).map(({ key }) => `${key} was not printed`);
  return [...mistakes, ...missing];
}

function matches(described: string, key: string): boolean {
  if (described === key) return true;
  const [names, given] = [described.split('.'), key.split('.')];
  if (names.length !== given.length) return false;
  return names.every((name, at) => {
    if (!/^[A-Z]+(?:\[\])?$/.test(name)) return name === given[at];
    return name.endsWith('[]') === (given[at] ?? '').endsWith('[]');
  });
}
