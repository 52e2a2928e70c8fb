/** Looks at all named inputs before anything is opened for them: where none can be read, nothing is created and recorded. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { InputError } from '../errors.js';
import { checkFile, checkStandardInput, STANDARD_INPUT, toInputError } from './open.js';

/** Inputs that a message names. */
const MAX_NAMED = 3;

/**
 * Lets pass where at least one input is there: what is wrong with the others is said when their turn comes.
 *
 * @throws InputError where none of them can be read
 * @throws UsageError where standard input is a terminal
 */
export async function checkInputs(paths: readonly string[]): Promise<void> {
  const errors: InputError[] = [];
  for (const path of paths) {
    const error = await findInputError(path);
    if (error === null) return;
    errors.push(error);
  }
  const [first, another] = errors;
  if (first === undefined) return;
  if (another === undefined) throw first;
  const named = errors.slice(0, MAX_NAMED).map((error) => error.message);
  const more = errors.length > MAX_NAMED ? [`and ${errors.length - MAX_NAMED} more`] : [];
  throw new InputError(`none of the ${errors.length} inputs can be read: ${[...named, ...more].join('; ')}`, {
    hint: first.hint,
  });
}

/** @returns null where it is there and may be read */
async function findInputError(path: string): Promise<InputError | null> {
  try {
    if (path === STANDARD_INPUT) checkStandardInput();
    else {
      await checkFile(path);
      await access(path, constants.R_OK);
    }
    return null;
  } catch (error) {
    const known = toInputError(path, error);
    if (known instanceof InputError) return known;
    throw known;
  }
}
