/** Shows a list: once, or anew at each look until it is stopped. */
import { Option } from 'commander';
import { UsageError } from '../errors.js';
import { openScreen, type Screen } from '../output/screen.js';
import { wrapWords } from '../output/table.js';
import { describeTerminal, paint, type Terminal } from '../output/terminal.js';
import { describeTimeZone, formatTime } from '../output/text.js';
import { parseCount } from '../settings.js';
import { type CommandContext, writeOut, writeWhileRead } from './context.js';
import { describeFailure, redirectMessages, watch } from './watch.js';

/** A list that is read from the database. */
export interface List<Answer> {
  read(context: CommandContext): Promise<Answer>;
  /** What a reader of the rows must know beside them; the text says it by itself. */
  listNotes(answer: Answer): readonly string[];
  toJson(answer: Answer): string;
  toCsv(answer: Answer): string;
  /** @param before the answer of the look before, against which changes are marked; null if none are */
  toText(answer: Answer, terminal: Terminal, before: Answer | null): string;
}

export interface ListFlags {
  readonly json?: true;
  readonly csv?: true;
  readonly watch?: number;
}

const DEFAULT_SECONDS = 2;

/** Declares that a list is shown anew. */
export function createWatchOption(): Option {
  return new Option(
    '--watch [seconds]',
    `show the list anew on the terminal, until Ctrl-C, and mark what has changed: hits that were gained, ranks up (▲) and down (▼); with --json one object a line for each look (default: every ${DEFAULT_SECONDS} s)`,
  )
    .argParser(parseWatch)
    .preset(String(DEFAULT_SECONDS))
    .conflicts('csv');
}

function parseWatch(text: string): number {
  if (/^\d/.test(text)) return parseCount('--watch', 1)(text);
  throw new UsageError(`--watch: '${text}' is not a whole number of at least 1`, {
    hint: `if it is a content type, name it before the option: ${text} --watch`,
  });
}

export function showList<Answer>(
  context: CommandContext,
  flags: ListFlags,
  list: List<Answer>,
): Promise<void> {
  if (flags.watch === undefined) return showOnce(context, flags, list);
  return (flags.json ? watchLines : watchScreen)(context, flags.watch, list);
}

async function showOnce<Answer>(
  context: CommandContext,
  { json, csv }: ListFlags,
  list: List<Answer>,
): Promise<void> {
  const answer = await list.read(context);
  if (json || csv) tellNotes(context, list.listNotes(answer));
  if (json) return writeOut(context, list.toJson(answer));
  if (csv) return writeOut(context, list.toCsv(answer));
  await writeOut(context, list.toText(answer, describeTerminal(context), null));
}

function tellNotes({ stderr }: CommandContext, notes: readonly string[]): void {
  for (const note of notes) stderr.write(`logtally: ${note}\n`);
}

/** Prints an object for each look: `{"lookedAt":"2026-04-14T08:22:31.123Z","rows":[...]}`. Only the first look has messages. */
async function watchLines<Answer>(
  context: CommandContext,
  seconds: number,
  list: List<Answer>,
): Promise<void> {
  const silent = redirectMessages(context, () => undefined);
  let ofLook = context;
  await watch(context, {
    seconds,
    async look() {
      const lookedAt = new Date().toISOString();
      return { lookedAt, answer: await list.read(ofLook) };
    },
    async show({ lookedAt, answer }) {
      tellNotes(ofLook, list.listNotes(answer));
      ofLook = silent;
      return writeWhileRead(
        context,
        `{"lookedAt":${JSON.stringify(lookedAt)},"rows":${list.toJson(answer).trimEnd()}}\n`,
      );
    },
    onFailed: (error) => context.stderr.write(`logtally: ${describeFailure(error)}\n`),
  });
}

/** Shows the list on a terminal, under its time and what has happened since. */
async function watchScreen<Answer>(
  context: CommandContext,
  seconds: number,
  list: List<Answer>,
): Promise<void> {
  const { stdout, environment, signal } = context;
  if (!stdout.isTTY || environment['TERM'] === 'dumb') {
    throw new UsageError('--watch shows the list on a terminal, and standard output is none', {
      hint: '--json prints one object a line for each look; without --watch the list is printed once',
    });
  }
  let screen: Screen | null = null;
  let shown: { readonly answer: Answer; readonly before: Answer; readonly lookedAt: string } | null = null;
  /** What has happened since the list was read. */
  let news = '';
  let hasFailed = false;
  const format = () => {
    if (shown === null) return '';
    const terminal = describeTerminal(context);
    const time = `${formatTime(shown.lookedAt)} ${describeTimeZone([shown.lookedAt])}`;
    const head = paint(terminal, 'dim', `${time}, every ${seconds} s, Ctrl-C ends it`);
    const told = wrapWords(news, terminal.columns).split('\n');
    const lines = told.map((line) => paint(terminal, hasFailed ? 'red' : 'dim', line));
    return `${[head, ...lines].join('\n')}\n${list.toText(shown.answer, terminal, shown.before)}`;
  };
  const tell = (text: string) => {
    news = text
      .trimEnd()
      .replace(/^logtally: /, '')
      .replaceAll('\n', ' ');
    screen?.draw();
  };
  const close = () => screen?.close();
  const onScreen = redirectMessages(context, tell);
  // at once: what ends the last look may take a second
  signal.addEventListener('abort', close);
  try {
    await watch(context, {
      seconds,
      async look() {
        const lookedAt = new Date().toISOString();
        return { lookedAt, answer: await list.read(screen === null ? context : onScreen) };
      },
      async show({ lookedAt, answer }) {
        shown = { lookedAt, answer, before: shown?.answer ?? answer };
        news = hasFailed ? 'it can be read again' : '';
        hasFailed = false;
        screen ??= openScreen(stdout, format);
        screen.draw();
        return true;
      },
      onFailed(error) {
        hasFailed = true;
        tell(describeFailure(error));
      },
    });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
