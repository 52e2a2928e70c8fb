/** `logtally requests`: who did what, as far as requests are kept as rows. */
import { Command, Option } from 'commander';
import type { Database } from '../database/database.js';
import { EXIT, UsageError } from '../errors.js';
import {
  createRequestLines,
  describeKept,
  formatRequestTable,
  NEVER_KEPT,
  REQUEST_CSV,
  REQUEST_JSON,
  type RequestFormat,
} from '../output/requests.js';
import { describeTerminal } from '../output/terminal.js';
import { followRequests } from '../report/follow-requests.js';
import type { RequestQuestion } from '../report/request-filter.js';
import {
  NO_KEPT_REQUESTS,
  readKept,
  readRequests,
  readSites,
  readWasKept,
  type StoredRequest,
} from '../report/requests.js';
import { parseCount, resolveDatabase } from '../settings.js';
import { type CommandContext, withAskedDatabase, writeOut, writeWhileRead } from './context.js';
import { checkCounted } from './names.js';
import { addDatabaseOptions } from './options.js';
import { addQuestionOptions, type QuestionFlags, resolveQuestion } from './request-options.js';

interface RequestsFlags extends QuestionFlags {
  readonly limit?: number;
  readonly follow?: true;
}

/** Requests of a table, and those that are shown before the ones to come, unless --limit says otherwise. */
const TABLE_LIMIT = 100;
const FOLLOW_LIMIT = 10;

const EXAMPLES = `
Examples:
  logtally requests --user alice --since 2d --path '/admin/**' --status 4xx
  logtally requests --client 203.0.113.0/24 --json | jq .path
  logtally requests --follow --status 5xx

A request is kept if ingest was told to: --summary requests, or on = ["requests"] under [summaries] in the config file.
--follow looks once a second, and ends with 130 at Ctrl-C, as tail -f does. It needs a server, and waits for one that was
restarted. What --recount counts again comes again.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('requests')
    .summary('list who did what, if requests are kept')
    .description(
      'Lists the requests that are kept as rows, in the order of time, the newest last. It begins with what was counted under --summary requests.',
    );
  addQuestionOptions(command)
    .optionsGroup('Output:')
    .option(
      '--limit <count>',
      `the newest at most (default: ${TABLE_LIMIT}; ${FOLLOW_LIMIT} before those that --follow waits for; all with --json and --csv)`,
      parseCount('--limit', 1),
    )
    .addOption(new Option('--follow', 'go on with what runs commit, until it is stopped').conflicts('until'))
    .addOption(new Option('--json', 'print one JSON object a line').conflicts('csv'))
    .option('--csv', 'print comma-separated values');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RequestsFlags) => (flags.follow ? runFollow : runList)(context, flags));
}

async function runList(context: CommandContext, flags: RequestsFlags): Promise<void> {
  const question = resolveQuestion(flags);
  const { since } = question.period;
  const format = findFormat(flags);
  const limit = flags.limit ?? (format === null ? TABLE_LIMIT : null);
  await writeOut(context, format?.head ?? '');
  const told = await withAskedDatabase(
    context,
    flags,
    { count: 0, kept: NO_KEPT_REQUESTS },
    async (database) => {
      const hasSites = await checkAsked(database, question);
      const take = createWriter(context, format ?? createTable(context, hasSites));
      const count = await readRequests(database, { question, limit, take });
      const kept =
        count === 0 || since !== null ? await readKept(database, count === 0 ? null : since) : null;
      return { count, kept };
    },
  );
  const note = told.kept === null ? null : describeKept(told.kept, { count: told.count, since });
  if (note === null) return;
  if (format === null && told.count === 0) await writeOut(context, `${note}\n`);
  else context.stderr.write(`logtally: ${note}\n`);
}

async function runFollow(context: CommandContext, flags: RequestsFlags): Promise<void> {
  if ((await resolveDatabase(flags, context.environment)).kind === 'embedded') {
    throw new UsageError(
      '--follow needs a PostgreSQL server: only one process can have the embedded database open',
      {
        hint: 'name the server by --database-url, or ask again without --follow',
      },
    );
  }
  const question = resolveQuestion(flags);
  const isThere = await withAskedDatabase(context, flags, false, async (database) => {
    if (!(await readWasKept(database))) context.stderr.write(`logtally: ${NEVER_KEPT}\n`);
    const hasSites = await checkAsked(database, question);
    const width = describeTerminal(context).columns;
    const format = findFormat(flags) ?? createRequestLines({ width, hasSites });
    await writeOut(context, format.head);
    await followRequests(database, {
      ...{ question, take: createWriter(context, format), signal: context.signal },
      limit: flags.limit ?? FOLLOW_LIMIT,
      onLost: ({ message }) =>
        context.stderr.write(`logtally: ${message}; trying again until there is a connection\n`),
    });
    return true;
  });
  if (!isThere)
    throw new UsageError('the database has no tables yet', { hint: 'logtally init creates them' });
  if (context.signal.aborted) context.setExitCode(EXIT.interrupted);
}

/** @returns null for text */
function findFormat({ json, csv }: RequestsFlags): RequestFormat | null {
  if (json) return REQUEST_JSON;
  return csv ? REQUEST_CSV : null;
}

/**
 * Checks the sites and content types that are asked for.
 *
 * @returns whether requests of several sites may come
 * @throws UsageError if one was not counted
 */
async function checkAsked(database: Database, question: RequestQuestion): Promise<boolean> {
  const sites = await readSites(database);
  await checkCounted(database, question, sites);
  return (question.sites.length === 0 ? sites : question.sites).length > 1;
}

function createTable(context: CommandContext, hasSites: boolean): RequestFormat {
  const { columns: width } = describeTerminal(context);
  return { head: '', format: (requests) => formatRequestTable(requests, { width, hasSites }) };
}

function createWriter(context: CommandContext, { format }: RequestFormat) {
  return (requests: readonly StoredRequest[]) => writeWhileRead(context, format(requests));
}
