/** `logtally forget`: deletes the requests of a person. */
import { Command } from 'commander';
import { UsageError } from '../errors.js';
import { formatForgottenJson, formatForgottenText } from '../output/forget.js';
import { countOfPerson, type Forgotten, forgetPerson } from '../summaries/forget.js';
import { type CommandContext, withCountedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';
import { addPersonOptions } from './request-options.js';

interface ForgetFlags extends CommandFlags {
  readonly user?: readonly string[];
  readonly client?: readonly string[];
  readonly dryRun?: true;
}

const EXAMPLES = `
Examples:
  logtally forget --user alice --dry-run       how many requests of which months
  logtally forget --client 203.0.113.9,2001:db8:1::/48

Counts stay: they name nobody. A run that is still counting may store further requests of the person: ask again when it
has ended. The logs say what they said: ingest --recount keeps their requests again.`;

const NOTHING: Forgotten = { requests: 0, months: [], widerNetworks: [], isVacuumed: false };

export function createCommand(context: CommandContext): Command {
  const command = new Command('forget')
    .summary('forget the requests of a person')
    .description(
      'Deletes the requests of users or of clients that are kept as rows, in one transaction. The role must own the tables.',
    );
  addPersonOptions(command.optionsGroup('Who:'))
    .optionsGroup('Output:')
    .option('--dry-run', 'tell what would be deleted, and delete nothing')
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: ForgetFlags) => runForget(context, flags));
}

async function runForget(context: CommandContext, flags: ForgetFlags): Promise<void> {
  const { user: users = [], client: clients = [] } = flags;
  if ((users.length === 0) === (clients.length === 0)) {
    throw new UsageError('forget takes either --user or --client, each once or several times', {
      hint: 'two commands forget the requests of a user, and those of a client that may have been of others',
    });
  }
  const person = { users, clients };
  const isDryRun = flags.dryRun === true;
  const forgotten = await withCountedDatabase(context, flags, NOTHING, (database) =>
    isDryRun ? countOfPerson(database, person) : forgetPerson(database, person),
  );
  const format = flags.json ? formatForgottenJson : formatForgottenText;
  await writeOut(context, format(forgotten, isDryRun), isDryRun ? null : 'the requests are deleted');
}
