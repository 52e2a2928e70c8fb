/** The kinds of values that the config file has, each with the complaint about one that is not of its kind. */
import { z } from 'zod';
import { UsageError } from '../errors.js';

type Parse = (text: string) => readonly string[];
type Issue = { readonly input?: unknown };

function mustBe(what: string): (issue: Issue) => string {
  return (issue) => (issue.input === undefined ? 'is missing' : `must be ${what}`);
}

export const text = z.string({ error: mustBe('a text in quotes') }).min(1, 'must not be empty');

export const flag = z.boolean({ error: mustBe('true or false') });

/** Numbers may stand for themselves: `content_type = 7`. */
export const textOrNumber = z
  .union([text, z.int()], { error: mustBe('a text in quotes or a whole number') })
  .transform(String);

/** A text, or several in brackets. */
const texts = z
  .union([textOrNumber.transform((each) => [each]), z.array(textOrNumber)], {
    error: mustBe('a text in quotes, or several in brackets'),
  })
  .refine((each) => each.length > 0, 'must not be empty');

/** Texts that each are read by a function that may refuse them. */
export function listOf(parse: Parse) {
  return texts.transform((each, context) => readEach(each, parse, context));
}

/** The same, or true for a list that the program knows. */
export function listOrFlag(known: readonly string[], parse: Parse) {
  return z
    .union([z.boolean(), texts], { error: mustBe('true, false, or texts in brackets') })
    .transform((value, context) => {
      if (typeof value === 'boolean') return value ? known : [];
      return readEach(value, parse, context);
    });
}

function readEach(each: readonly string[], parse: Parse, context: z.RefinementCtx): readonly string[] {
  return each.flatMap((text, index) => accept(() => parse(text), context, [index]) ?? []);
}

/** Checks a text by a function that may refuse it. */
export function checkWith(check: (text: string) => unknown) {
  return (text: string, context: z.RefinementCtx) => {
    accept(() => check(text), context, []);
  };
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: mustBe(words.map((word) => `"${word}"`).join(' or ')) });
}

/** Returns what a function returns. If it refuses, its complaint becomes one about the config file. */
function accept<Value>(run: () => Value, context: z.RefinementCtx, path: PropertyKey[]): Value | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.addIssue({ code: 'custom', path, message: error.message });
    return undefined;
  }
}
