/** `logtally show`: one object's totals, rank and days. */
import { Command } from 'commander';
import { InputError, UsageError } from '../errors.js';
import { NOTHING_COUNTED } from '../output/names.js';
import { formatObjectJson, formatObjectText, listShowNotes } from '../output/show.js';
import { describeTerminal } from '../output/terminal.js';
import { toVisibleText } from '../output/text.js';
import { nameObjects } from '../report/labels.js';
import { selectObject, type WantedObject } from '../report/objects.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import { addDatabaseOptions, addNameOptions, addPeriodOptions, type NameFlags } from './options.js';

const EXAMPLES = `
Examples:
  logtally show 7 1234
  logtally show core.photo 1234 --since 3m
  logtally show core.photo 1234 --json`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary("show one object's hits, rank and days")
    .description('Shows how often one object was requested, its rank within its content type, and its days.')
    .argument('<content-type>', 'the content type of the object, by its id or its name')
    .argument('<object-id>', 'its id')
    .optionsGroup('Objects:')
    .option('--site <label>', 'which site, if several have the object');
  addPeriodOptions(command).optionsGroup('Output:').option('--json', 'print one JSON object');
  return addDatabaseOptions(addNameOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((contentType: string, objectId: string, flags: NameFlags) =>
      runShow(
        context,
        { site: flags.site ?? null, contentType, objectId, period: resolvePeriod(flags) },
        flags,
      ),
    );
}

async function runShow(context: CommandContext, wanted: WantedObject, flags: NameFlags): Promise<void> {
  const found = await withNames(context, flags, null, async (database, names) => {
    const asked = await resolveAsked(database, names, wanted);
    return asked === null ? null : nameObjects(database, names, await selectObject(database, asked));
  });
  if (found === null) return writeOut(context, flags.json ? 'null\n' : `${NOTHING_COUNTED}\n`);
  const [object, another] = found;
  if (object === undefined) {
    const where = wanted.site === null ? '' : ` of site '${toVisibleText(wanted.site)}'`;
    throw new InputError(
      `content type '${toVisibleText(wanted.contentType)}'${where} has no object '${toVisibleText(wanted.objectId)}' with hits`,
      { hint: 'logtally top lists the objects with the most hits' },
    );
  }
  if (another !== undefined) {
    const what = `'${toVisibleText(wanted.contentType)}' '${toVisibleText(wanted.objectId)}'`;
    throw new UsageError(`several sites have ${what}`, {
      hint: `choose one with --site: ${found.map((each) => toVisibleText(each.site)).join(', ')}`,
    });
  }
  if (flags.json) {
    for (const note of listShowNotes(object)) context.stderr.write(`logtally: ${note}\n`);
    return writeOut(context, formatObjectJson(object));
  }
  await writeOut(context, formatObjectText(object, describeTerminal(context)));
}
