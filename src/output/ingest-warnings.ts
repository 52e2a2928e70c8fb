/** What an ingest warns of: inputs that failed, rejected lines, logs that count nothing, or were counted otherwise before. */
import { createLineMask } from '../audience/audience.js';
import type { FurtherFields, IngestResult, InputResult, NamedField } from '../ingest/ingest.js';
import { toInputName } from '../source/source.js';
import { formatRejectText } from './reject.js';
import { formatBytes, formatCount, formatNumberOf, formatTime, toVisibleText } from './text.js';

/** Inputs of which rejected lines are shown. */
const MAX_INPUTS_WITH_REJECTS = 10;

interface WarningOptions {
  /** Leaves out all but failures: a log that was counted under other settings once is not wrong each time. */
  readonly quiet: boolean;
  /** Names of parameters and fields whose values are hidden in rejected lines. */
  readonly secretNames: readonly string[];
}

export function formatInputWarnings(result: IngestResult, { quiet, secretNames }: WarningOptions): string {
  const mask = createLineMask(secretNames);
  const withRejects = result.inputs.filter(({ account }) => account.rejected > 0);
  const shown = new Set(withRejects.slice(0, MAX_INPUTS_WITH_REJECTS));
  const ofInputs = result.inputs.flatMap((input) => [
    ...describeFailure(input),
    ...(quiet || !shown.has(input) ? [] : describeRejects(input, mask)),
    ...(quiet ? [] : describeNothingCounted(input, result)),
    ...(quiet ? [] : [...describeNulBytes(input.path, input.account.nulBytes), ...describeUnfinished(input)]),
  ]);
  const others = quiet
    ? []
    : [
        ...describeMoreRejects(withRejects.slice(shown.size)),
        ...describeOtherSettings(result.inputs),
        ...describeLate(result),
        ...describeMissingFields(result),
        ...describeLackingRights(result),
      ];
  return [...ofInputs, ...others, ...describeExcess(result)].map((line) => `logtally: ${line}\n`).join('');
}

/** What is told of files that are followed. */
interface FollowedInputs {
  /** Those whose failure was not told yet. */
  readonly failed: readonly InputResult[];
  /** Those of which lines were read for the first time. */
  readonly first: readonly InputResult[];
  readonly run: number;
}

/** The same of files that are read again and again: a line that has begun is no news, and the rest is told once. */
export function formatFollowedWarnings(
  { failed, first, run }: FollowedInputs,
  { quiet, secretNames }: WarningOptions,
): string {
  const mask = createLineMask(secretNames);
  const others = quiet
    ? []
    : [
        ...first.flatMap((input) => [
          ...describeRejects(input, mask),
          ...describeNothingCounted(input, { run }),
          ...describeNulBytes(input.path, input.account.nulBytes),
        ]),
        ...describeOtherSettings(first),
      ];
  return [...failed.flatMap(describeFailure), ...others].map((line) => `logtally: ${line}\n`).join('');
}

const SHOW_FIELDS = 'hint: logtally parse shows the further fields of lines under extra';

/** Says before a run which fields its settings name in vain; nothing if there are none. */
export function formatUnknownFields(unknown: readonly NamedField[], known: readonly string[]): string {
  if (unknown.length === 0) return '';
  const names = known.map((name) => `'${toVisibleText(name)}'`).join(', ');
  return [
    ...unknown.map(
      ({ key, name }) =>
        `the format has no field '${toVisibleText(name)}', which ${key} names: nothing is kept of it`,
    ),
    names === '' ? 'hint: the format has no further fields' : `hint: its further fields are ${names}`,
  ]
    .map((line) => `logtally: ${line}\n`)
    .join('');
}

function describeMissingFields({ missingFields }: IngestResult): string[] {
  if (missingFields.length === 0) return [];
  return [
    ...missingFields.map(
      ({ key, name }) =>
        `no line has the field '${toVisibleText(name)}', which ${key} names: nothing is kept of it`,
    ),
    SHOW_FIELDS,
  ];
}

/** Nobody can tell any more whether these people are among the visitors of their day. */
function describeLate({ lateRequests }: IngestResult): string[] {
  if (lateRequests === 0) return [];
  const [are, they] = lateRequests === 1 ? ['is', 'it counts'] : ['are', 'they count'];
  return [
    `${formatNumberOf(lateRequests, 'request')} ${are} of days whose visitors are no longer told apart: ${they} in all else, but not as visitors (late_requests in logtally.visitor_daily)`,
  ];
}

function describeLackingRights({ lacksPruneRights }: IngestResult): string[] {
  if (!lacksPruneRights) return [];
  return [
    'what is older than [retention] allows was left: only the owner of the tables may prune',
    'hint: let the owner run logtally prune',
  ];
}

function describeExcess({ account, exceededMaxRejects }: IngestResult): string[] {
  if (exceededMaxRejects === null) return [];
  return [
    `error: ${formatNumberOf(account.rejected, 'line')} of ${formatCount(account.lines)} rejected, more than --max-rejects ${exceededMaxRejects} allows`,
    'hint: the other lines are counted; --rejects FILE keeps the rejected ones',
  ];
}

function describeFailure({ error }: InputResult): string[] {
  if (error === null) return [];
  return [`error: ${error.message}`, ...(error.hint === null ? [] : [`hint: ${error.hint}`])];
}

function describeRejects({ path, account }: InputResult, mask: (line: string) => string): string[] {
  const shown = account.samples.map((sample) => formatRejectText(path, sample, mask));
  const rest = account.rejected - account.samples.length;
  return rest > 0 ? [...shown, `${toInputName(path)}: ${formatNumberOf(rest, 'line')} more rejected`] : shown;
}

/** Of hundreds of inputs with rejected lines the first ones show what is wrong. */
function describeMoreRejects(inputs: readonly InputResult[]): string[] {
  if (inputs.length === 0) return [];
  const lines = inputs.reduce((sum, { account }) => sum + account.rejected, 0);
  return [
    `${formatNumberOf(inputs.length, 'more input')} with rejected lines, ${formatNumberOf(lines, 'line')} in all; --rejects FILE keeps them`,
  ];
}

function describeUnfinished({ path, account }: InputResult): string[] {
  const { unfinishedBytes } = account;
  if (unfinishedBytes === 0) return [];
  return [
    `${toInputName(path)} ends in the middle of a line: its ${formatBytes(unfinishedBytes)} wait for the rest of it (--final counts it)`,
  ];
}

/** What is said of NUL bytes before lines; nothing if there are none. */
export function describeNulBytes(path: string, nulBytes: number): string[] {
  if (nulBytes === 0) return [];
  return [
    `${toInputName(path)}: ${formatCount(nulBytes)} NUL bytes before lines were skipped, as copytruncate leaves them before a writer that does not append`,
  ];
}

/** Why no line of a log counted, and how to count it again once that is mended: it is known now. */
function describeNothingCounted(input: InputResult, result: Pick<IngestResult, 'run'>): string[] {
  if (input.account.counted > 0) return [];
  const why = [...describeMissingIds(input), ...describeAllFiltered(input)];
  if (why.length === 0 || 'gains' in result || input.account.batches === 0) return why;
  return [
    ...why,
    `hint: it is known as counted now: logtally ingest --recount counts it again under other settings, as does logtally ingest after logtally undo ${result.run}`,
  ];
}

function describeMissingIds({ path, account }: InputResult): string[] {
  if (account.unattributed === 0) return [];
  return [
    `${toInputName(path)}: none of its ${formatNumberOf(account.unattributed, 'line')} names an object, so nothing was counted`,
    `hint: ${hintMissingObject(account.furtherFields)}`,
  ];
}

/** Of a log that has grown the few new lines may well all be filtered. */
function describeAllFiltered({ path, account }: InputResult): string[] {
  const filtered = account.filtered - account.ignored;
  if (filtered === 0 || account.unattributed > 0 || account.alreadyCountedBytes > 0) return [];
  const names = [...account.filteredBy].map(([name, count]) => `${name} ${formatCount(count)}`);
  return [
    `${toInputName(path)}: the filters leave none of its ${formatNumberOf(filtered, 'line')} (${names.join(', ')}), so nothing was counted`,
  ];
}

/** One paragraph for each run: all logs of a cron job were mostly counted by the same. */
function describeOtherSettings(inputs: readonly InputResult[]): string[] {
  const pathsByRun = new Map<InputResult['otherSettings'][number], string[]>();
  for (const { path, otherSettings } of inputs) {
    for (const other of otherSettings) pathsByRun.set(other, [...(pathsByRun.get(other) ?? []), path]);
  }
  return [...pathsByRun].flatMap(([{ run, startedAt, differences }, [path = '', ...more]]) => {
    const rest = more.length === 0 ? 'was' : `and ${formatCount(more.length)} more were`;
    return [
      `${toInputName(path)} ${rest} counted in run ${run} (${formatTime(startedAt)}) under other settings: ${toVisibleText(differences.join('; '))}`,
      `hint: logtally ingest --recount counts what is given again under the present ones, or only for the summaries that are new, if nothing else differs; so does logtally ingest after logtally undo ${run}, which takes back all of that run`,
    ];
  });
}

const BY_URL = 'count objects by rules from URLs (--config) or --by-path';

/** Formats whose fields have names, and which a `#Fields` line of the server chooses. */
const W3C = 'w3c';

/** Formats whose keys or labels `--json-field` explains. */
const KEYED: ReadonlySet<string> = new Set(['json', 'ltsv']);

/**
 * The option that says where the object is, in the words of the input's format.
 *
 * @param fields null if no line was looked at
 */
function hintMissingObject(fields: FurtherFields | null): string {
  // a format within another one: `docker:json`
  const format = fields?.format.replace(/^\w+:(?=\w+$)/, '') ?? '';
  const names = fields?.names.map((name) => `'${toVisibleText(name)}'`).join(', ') ?? '';
  if (KEYED.has(format)) {
    const which =
      names === '' ? 'let the server write two more keys, and name them' : `name two of the keys ${names}`;
    return `${which}: --json-field contentType=KEY --json-field objectId=KEY; or ${BY_URL}`;
  }
  if (format === W3C) {
    return `let the server log the fields sc(X-Content-Type-ID) and sc(X-Object-ID), or ${BY_URL}`;
  }
  if (/[%$]/.test(format) && names !== '') {
    return `name two of the fields ${names}: --content-type-field NAME --object-id-field NAME (a note is written as %{NAME}n); or ${BY_URL}`;
  }
  return `end the LogFormat with %{X-Content-Type-ID}o %{X-Object-ID}o and let the application send these headers, or ${BY_URL}`;
}
