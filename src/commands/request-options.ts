/** The options of `requests` that say which requests are meant. */
import type { Command } from 'commander';
import { parseMethods, parsePathGlob, parseRemoteHosts, parseStatuses } from '../attribute/filter-values.js';
import { UsageError } from '../errors.js';
import type { RequestQuestion } from '../report/request-filter.js';
import { resolvePeriod } from './names.js';
import { addPeriodOptions, type CommandFlags, collect } from './options.js';

type Texts = readonly string[];

export interface QuestionFlags extends CommandFlags {
  readonly user?: Texts;
  readonly client?: Texts;
  readonly session?: Texts;
  readonly site?: Texts;
  readonly path?: Texts;
  readonly status?: Texts;
  readonly method?: Texts;
  readonly type?: Texts;
  readonly object?: Texts;
  readonly since?: string;
  readonly until?: string;
}

/** Declares them: each may be given several times, and any one will do. */
export function addQuestionOptions(command: Command): Command {
  const asIs = (text: string) => [text];
  addPeriodOptions(addPersonOptions(command.optionsGroup('Which requests (default: all):')));
  return command
    .option('--session <hash>', 'of this session, as it is listed by --json', collect('--session', asIs))
    .option('--site <label>', 'of this site', collect('--site', asIs))
    .option(
      '--path <glob>',
      "for paths like this: '/admin/**', '*.pdf'; encoded as they are listed, or decoded",
      collect('--path', parsePathGlob),
    )
    .option('--status <list>', 'of these statuses: 200,304,4xx', collect('--status', parseStatuses))
    .option('--method <list>', 'of these methods: POST,DELETE', collect('--method', parseMethods))
    .option('--type <content-type>', 'for objects of this content type', collect('--type', asIs))
    .option('--object <object-id>', 'for this object', collect('--object', asIs));
}

/** Declares whose requests are meant, by their names or by their clients. */
export function addPersonOptions(command: Command): Command {
  return command
    .option(
      '--user <name>',
      'of this user, as the server logged them: of a path that is not protected, or with the status 401, this is what the client claims',
      collect('--user', parseUser),
    )
    .option(
      '--client <list>',
      'of these clients: addresses, networks, names, as in 203.0.113.9,2001:db8::/32',
      collect('--client', parseRemoteHosts),
    );
}

/** An empty name is most likely a variable that is not set. @throws UsageError if it is */
function parseUser(name: string): Texts {
  if (name === '')
    throw new UsageError('the name of the user is empty', {
      hint: 'if it comes from a variable of the shell, that may not be set',
    });
  return [name];
}

/** @throws UsageError if --since or --until is no day */
export function resolveQuestion(flags: QuestionFlags): RequestQuestion {
  return {
    period: resolvePeriod({
      ...(flags.since === undefined ? {} : { since: flags.since }),
      ...(flags.until === undefined ? {} : { until: flags.until }),
    }),
    users: flags.user ?? [],
    clients: flags.client ?? [],
    sessions: flags.session ?? [],
    sites: flags.site ?? [],
    statuses: flags.status ?? [],
    methods: flags.method ?? [],
    contentTypes: flags.type ?? [],
    objects: flags.object ?? [],
    paths: flags.path ?? [],
  };
}
