/** `logtally match`: which object a request counts as, by the very rules and filters that ingest has. */
import { Command } from 'commander';
import { FILTERS, type FilterName } from '../attribute/filters.js';
import { findPath } from '../attribute/path.js';
import type { Mismatch, ObjectReference, ObjectRule, Rule } from '../attribute/rules.js';
import { toHostName } from '../attribute/site.js';
import { type Config, readConfig } from '../config/config-file.js';
import { UsageError } from '../errors.js';
import { formatJson, toVisibleText } from '../output/text.js';
import { type LineFacts, NO_FACTS } from '../parse/parse.js';
import { type CommandContext, writeOut } from './context.js';
import {
  addLineOptions,
  compileLines,
  type LineFlags,
  resolveAttribution,
  toFlagName,
} from './line-options.js';
import { readWith } from './options.js';

/** The options that say what a request has: of each filter the one that tells what it looks at. */
const REQUEST_OPTIONS = FILTERS.flatMap(({ request }) => request ?? []);

const REQUEST_FLAGS = REQUEST_OPTIONS.map(({ flag }) => toFlagName(flag));

/** The filters that can be set; the flags of the others say here what the request has. */
const OFFERED_FILTERS = FILTERS.filter(({ flag }) => !REQUEST_FLAGS.includes(toFlagName(flag)));

/** What a request counts as. */
interface Match {
  readonly url: string;
  readonly site: string;
  readonly contentType: string | null;
  readonly objectId: string | null;
  /** The rule that says so; null if no rule does, or only the path. */
  readonly rule: { readonly file: string; readonly line: number; readonly path: string } | null;
  readonly byPath: boolean;
  /** The filter that drops the request all the same; null if it is counted. */
  readonly filter: FilterName | null;
  /** The rules before, or all, and what keeps each from matching. */
  readonly mismatches: readonly {
    readonly line: number;
    readonly path: string;
    readonly mismatch: Mismatch;
  }[];
}

const EXAMPLES = `
Examples:
  logtally match /photos/1234/
  logtally match 'https://www.example.com/photos/1234/?size=large' --status 304 --json
  logtally match /photos/1234/ --user-agent 'Googlebot/2.1' --skip-bots

A line whose log carries a content type and an object id counts as these; rules are for lines without.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('match')
    .summary('say which object a URL counts as, and by which rule')
    .description('Says which object a request without ids in the log counts as, by which rule, or why none.')
    .argument('<url>', 'a URL, or its path')
    .optionsGroup('Request:');
  for (const { flag, help, initial, parse } of REQUEST_OPTIONS) {
    command.option(flag, help, readWith(flag, parse ?? String), initial);
  }
  command.optionsGroup('Output:').option('--json', 'print one JSON object');
  return addLineOptions(command, OFFERED_FILTERS)
    .addHelpText('after', EXAMPLES)
    .action((url: string, flags: LineFlags) => runMatch(context, url, flags));
}

async function runMatch(context: CommandContext, url: string, flags: LineFlags): Promise<void> {
  const facts = createFacts(url, flags);
  const config = await readConfig(flags.config, context);
  const settings = resolveAttribution(flags, config, OFFERED_FILTERS);
  const { rules, filters, readSite } = compileLines(settings, config);
  const mismatches: Match['mismatches'][number][] = [];
  let rule: Rule | null = null;
  let object: ObjectReference | null = null;
  for (const each of rules) {
    const found = each.find(facts);
    if (typeof found !== 'string') {
      rule = each;
      object = found;
      break;
    }
    if (each.source !== null)
      mismatches.push({ line: each.source.line, path: each.source.path, mismatch: found });
  }
  const match: Match = {
    url,
    site: readSite(facts),
    contentType: object?.contentType ?? null,
    objectId: object?.objectId ?? null,
    rule: describeRule(rule, config),
    byPath: rule !== null && rule.source === null,
    filter: filters.find((filter) => filter.drops(facts))?.name ?? null,
    mismatches,
  };
  await writeOut(context, flags.json ? formatJson(match) : formatMatch(match, config));
}

/** A line's facts, as if its log had all fields. */
function createFacts(url: string, flags: LineFlags): LineFacts {
  if (findPath(url) === null) {
    throw new UsageError(`'${url}' is neither a URL nor a path`, {
      hint: 'it looks like https://www.example.com/photos/1234/ or /photos/1234/',
    });
  }
  // what commander delivers for the request is what its options have read
  const given = flags as Readonly<Record<string, string | undefined>>;
  const told = REQUEST_OPTIONS.flatMap(({ flag, fact }) => {
    const text = given[toFlagName(flag)];
    return text === undefined ? [] : [[fact, text] as const];
  });
  return { ...NO_FACTS, target: url, virtualHost: findHost(url), ...Object.fromEntries(told) };
}

/** The virtual host of a URL; null for a path. */
function findHost(url: string): string | null {
  const host = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/.exec(url)?.[1];
  return host === undefined ? null : toHostName(host);
}

function describeRule(rule: Rule | null, { path: file }: Config): Match['rule'] {
  if (rule === null || rule.source === null || file === null) return null;
  const { line, path }: ObjectRule = rule.source;
  return { file, line, path };
}

function formatMatch(match: Match, config: Config): string {
  const { contentType, objectId, site, filter } = match;
  const object =
    contentType === null || objectId === null
      ? 'no object'
      : `${contentType} ${toVisibleText(objectId)} of site ${toVisibleText(site)}`;
  return [
    object,
    describeReason(match, config),
    ...match.mismatches.map(
      ({ line, path, mismatch }) => `not by the rule of line ${line}, ${path}: ${describeMismatch(mismatch)}`,
    ),
    filter === null ? 'no filter drops it' : `not counted: the filter '${filter}' drops it`,
    '',
  ].join('\n');
}

function describeReason({ rule, byPath, contentType }: Match, config: Config): string {
  if (rule !== null) return `by the rule of ${rule.file}:${rule.line}, ${rule.path}`;
  if (byPath) return 'by its path';
  if (contentType === null && config.rules.length > 0) return `no rule of ${config.path} matches`;
  return config.path === null ? 'there is no config file with rules' : `${config.path} has no rules`;
}

function describeMismatch(mismatch: Mismatch): string {
  if (mismatch === 'object id') return 'its id would be empty, too long, -, or not one visible word';
  return `another ${mismatch}`;
}
