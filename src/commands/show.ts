/** `logtally show`: one object's totals, rank and days. */
import { Command } from 'commander';
import { InputError, UsageError } from '../errors.js';
import { formatObjectJson, formatObjectText } from '../output/show.js';
import { selectObject } from '../report/objects.js';
import type { DatabaseFlags } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface ShowFlags extends DatabaseFlags {
  readonly site?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  logtally show 7 1234
  logtally show core.photo 1234 --json`;

export function createShowCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary("show one object's hits, rank and days")
    .description('Shows how often one object was requested, its rank within its content type, and its days.')
    .argument('<content-type>', 'the content type of the object')
    .argument('<object-id>', 'its id')
    .option('--site <label>', 'which site, where several have the object')
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((contentType: string, objectId: string, flags: ShowFlags) =>
      runShow(context, { site: flags.site ?? null, contentType, objectId }, flags),
    );
}

async function runShow(
  context: CommandContext,
  wanted: { readonly site: string | null; readonly contentType: string; readonly objectId: string },
  flags: ShowFlags,
): Promise<void> {
  const found = await withCountedDatabase(context, flags, [], (database) => selectObject(database, wanted));
  const [object, another] = found;
  if (object === undefined) {
    throw new InputError(`no hit of '${wanted.contentType}' '${wanted.objectId}' has been counted`, {
      hint: 'logtally top lists what has been',
    });
  }
  if (another !== undefined) {
    throw new UsageError(`several sites have '${wanted.contentType}' '${wanted.objectId}'`, {
      hint: `choose one with --site: ${found.map((each) => each.site).join(', ')}`,
    });
  }
  await writeOut(context, flags.json ? formatObjectJson(object) : formatObjectText(object));
}
