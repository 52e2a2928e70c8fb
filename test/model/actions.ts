// What happens to logs between and during runs, as plain data: a program is a list of actions that can be kept in
// seeds.json, shrunk and run again. Numbers choose among what is there, so that every program makes sense.

import fc from 'fast-check';

export const PACKINGS = ['gz', 'bz2', 'xz', 'zst'] as const;

export type Packing = (typeof PACKINGS)[number];

/** What is done to files. */
export type FileAction =
  /** The writer appends whole lines, each with so many bytes of filler. */
  | { readonly do: 'append'; readonly log: number; readonly lines: number; readonly filler: number }
  /** More than a mebibyte of lines, so that checkpoints far inside a log are passed. */
  | { readonly do: 'appendMuch'; readonly log: number }
  /** Half a line; what is appended next completes it. */
  | { readonly do: 'appendPart'; readonly log: number }
  /** Lines that no format knows. */
  | { readonly do: 'appendJunk'; readonly log: number }
  /** A process that still has the rotated file open writes into it. */
  | { readonly do: 'appendLate'; readonly file: number; readonly lines: number }
  /** Another log that begins with the lines of a file, but for the last, and goes on with lines of its own. */
  | { readonly do: 'fork'; readonly file: number; readonly common: number; readonly lines: number }
  | { readonly do: 'rotate'; readonly log: number }
  | { readonly do: 'copyTruncate'; readonly log: number }
  | { readonly do: 'rename'; readonly file: number }
  /** A second copy of a rotated file. */
  | { readonly do: 'copy'; readonly file: number }
  | { readonly do: 'compress'; readonly file: number; readonly packing: Packing }
  /** The compressor is not done: a part of the archive, in thousandths, lies beside the original. */
  | { readonly do: 'compressHalf'; readonly file: number; readonly part: number }
  /** The oldest rotated file goes, if all of it was counted. */
  | { readonly do: 'delete'; readonly file: number };

/** What is done with the program. */
export type RunAction =
  /** All files, in the shell's order (0) or another one; afterwards everything is checked. */
  | { readonly do: 'run'; readonly order: number }
  | { readonly do: 'runOne'; readonly file: number }
  | { readonly do: 'pipeOne'; readonly file: number; readonly pieceBytes: number }
  /** All files in one pipe, in some order, after all of them were counted or not; then it is undone. */
  | { readonly do: 'pipeAll'; readonly order: number; readonly pieceBytes: number; readonly isKnown: boolean }
  /** Somebody overwrites the middle of a log that is known by its two ends, and a log grows; then the middle is put back. */
  | { readonly do: 'runRewritten'; readonly file: number; readonly log: number; readonly order: number }
  /** All files, on a host of another name. */
  | { readonly do: 'runElsewhere'; readonly order: number }
  | { readonly do: 'runTwice'; readonly order: number; readonly otherOrder: number }
  /** All files, while something happens to one of them. */
  | {
      readonly do: 'runDuring';
      readonly order: number;
      readonly action: FileAction;
      readonly afterMs: number;
    }
  | { readonly do: 'stop'; readonly order: number; readonly afterMs: number }
  /** The server ends the connections. */
  | { readonly do: 'disconnect'; readonly order: number; readonly afterMs: number }
  /** The command as a process of its own, ended by SIGKILL. */
  | { readonly do: 'kill'; readonly order: number; readonly afterMs: number };

/** Of the processes that go on while other things happen. */
export type LiveAction =
  /** `follow` all files, or the two logs by their names; with or without waiting until it has begun. A fault is as in LOGTALLY_FAULT. */
  | { readonly do: 'follow'; readonly isAll: boolean; readonly isAwaited: boolean; readonly fault: string }
  /** All that is there is counted, by nobody but the process that follows. */
  | { readonly do: 'catchUp' }
  | { readonly do: 'stopFollow'; readonly isKilled: boolean }
  /** `pipe`, into files by date or into a spool. */
  | { readonly do: 'pipe'; readonly isSpooled: boolean; readonly fault: string }
  /** The server writes into a pipe; of the last line only a part. */
  | {
      readonly do: 'give';
      readonly isSpooled: boolean;
      readonly lines: number;
      readonly filler: number;
      readonly isPart: boolean;
    }
  | { readonly do: 'endPipe'; readonly isSpooled: boolean; readonly how: 'end' | 'kill' | 'killCounting' }
  /** Time passes. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'undo'; readonly run: number };

export type Action = FileAction | RunAction | LiveAction;
export type Program = readonly Action[];

const LIVE: ReadonlySet<string> = new Set<LiveAction['do']>([
  ...(['follow', 'catchUp', 'stopFollow', 'pipe', 'give', 'endPipe', 'wait', 'undo'] as const),
]);

export function isLive(action: Action): action is LiveAction {
  return LIVE.has(action.do);
}

const choice = fc.nat({ max: 20 });
const order = fc.nat({ max: 9 });

type Fields<Name extends Action['do']> = Omit<Extract<Action, { do: Name }>, 'do'>;

function is<Name extends Action['do']>(
  name: Name,
  fields: { [Key in keyof Fields<Name>]: fc.Arbitrary<Fields<Name>[Key]> },
): fc.Arbitrary<Extract<Action, { do: Name }>> {
  return fc
    .record<Fields<Name>>(fields)
    .map((values) => ({ do: name, ...values }) as unknown as Extract<Action, { do: Name }>);
}

function oneOf<Item>(
  ...choices: readonly { weight: number; arbitrary: fc.Arbitrary<Item> }[]
): fc.Arbitrary<Item> {
  return fc.oneof(...choices);
}

const append = is('append', {
  log: choice,
  lines: fc.integer({ min: 1, max: 25 }),
  filler: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 400 })),
});
const appendPart = is('appendPart', { log: choice });
const appendLate = is('appendLate', { file: choice, lines: fc.integer({ min: 1, max: 3 }) });
const rotate = is('rotate', { log: choice });
const copyTruncate = is('copyTruncate', { log: choice });
const rename = is('rename', { file: choice });

const run = is('run', { order });

const actions = oneOf<Action>(
  { weight: 60, arbitrary: append },
  { weight: 1, arbitrary: is('appendMuch', { log: choice }) },
  { weight: 12, arbitrary: appendPart },
  { weight: 4, arbitrary: is('appendJunk', { log: choice }) },
  { weight: 12, arbitrary: appendLate },
  {
    weight: 8,
    arbitrary: is('fork', {
      file: choice,
      common: fc.integer({ min: 1, max: 30 }),
      lines: fc.integer({ min: 1, max: 10 }),
    }),
  },
  { weight: 20, arbitrary: rotate },
  { weight: 12, arbitrary: copyTruncate },
  { weight: 5, arbitrary: rename },
  { weight: 4, arbitrary: is('copy', { file: choice }) },
  { weight: 16, arbitrary: is('compress', { file: choice, packing: fc.constantFrom(...PACKINGS) }) },
  { weight: 6, arbitrary: is('compressHalf', { file: choice, part: fc.nat({ max: 999 }) }) },
  { weight: 8, arbitrary: is('delete', { file: choice }) },
  { weight: 30, arbitrary: run },
  { weight: 12, arbitrary: is('runOne', { file: choice }) },
  { weight: 10, arbitrary: is('pipeOne', { file: choice, pieceBytes: fc.integer({ min: 1, max: 5000 }) }) },
  {
    weight: 10,
    arbitrary: is('pipeAll', {
      order,
      pieceBytes: fc.integer({ min: 1, max: 5000 }),
      isKnown: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: is('runRewritten', { file: choice, log: choice, order }) },
  { weight: 8, arbitrary: is('runTwice', { order, otherOrder: order }) },
  {
    weight: 8,
    arbitrary: is('runDuring', {
      order,
      action: fc.oneof<fc.Arbitrary<FileAction>[]>(
        append,
        appendPart,
        appendLate,
        rotate,
        copyTruncate,
        rename,
      ),
      afterMs: fc.nat({ max: 40 }),
    }),
  },
  { weight: 10, arbitrary: is('stop', { order, afterMs: fc.nat({ max: 60 }) }) },
  { weight: 2, arbitrary: is('disconnect', { order, afterMs: fc.nat({ max: 40 }) }) },
);

/** Programs that run within this process. */
export const programs: fc.Arbitrary<Program> = fc.array(actions, {
  minLength: 2,
  maxLength: 24,
  size: 'max',
});

/** Programs with children that are killed: as slow as starting a process is. */
export const killingPrograms: fc.Arbitrary<Program> = fc.array(
  oneOf<Action>(
    { weight: 8, arbitrary: actions },
    { weight: 1, arbitrary: is('appendMuch', { log: choice }) },
    { weight: 2, arbitrary: is('kill', { order, afterMs: fc.integer({ min: 150, max: 700 }) }) },
  ),
  { minLength: 5, maxLength: 16, size: 'max' },
);

/** At each of them a process dies, or loses its connection. */
const FAULT_POINTS = [
  ...['opened', 'compared', 'copying', 'copied', 'locked', 'merged', 'recorded'],
  ...['before_commit', 'commit_sent', 'committed', 'looked'],
];

const fault = oneOf<string>(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...FAULT_POINTS),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('kill', 'disconnect'),
      )
      .map((parts) => parts.join(':')),
  },
);
const isSpooled = fc.boolean();
const mostly = fc.constantFrom(true, true, true, false);

const liveActions = oneOf<Action>(
  { weight: 8, arbitrary: is('follow', { isAll: mostly, isAwaited: fc.boolean(), fault }) },
  { weight: 14, arbitrary: is('catchUp', {}) },
  { weight: 5, arbitrary: is('stopFollow', { isKilled: fc.boolean() }) },
  { weight: 5, arbitrary: is('pipe', { isSpooled, fault }) },
  {
    weight: 14,
    arbitrary: is('give', {
      isSpooled,
      lines: fc.integer({ min: 1, max: 25 }),
      filler: fc.nat({ max: 400 }),
      isPart: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: is('endPipe', { isSpooled, how: fc.constantFrom('end', 'kill', 'killCounting') }) },
  { weight: 8, arbitrary: is('wait', { ms: fc.nat({ max: 700 }) }) },
  { weight: 2, arbitrary: is('undo', { run: choice }) },
  { weight: 2, arbitrary: is('runElsewhere', { order }) },
);

/** Programs while logs are followed, or written through a pipe: in each of them there is such a process. */
export const livePrograms: fc.Arbitrary<Program> = fc
  .tuple(
    oneOf<Action>(
      { weight: 3, arbitrary: is('follow', { isAll: mostly, isAwaited: fc.boolean(), fault }) },
      { weight: 2, arbitrary: is('pipe', { isSpooled, fault }) },
    ),
    fc.array(oneOf<Action>({ weight: 3, arbitrary: actions }, { weight: 2, arbitrary: liveActions }), {
      minLength: 6,
      maxLength: 22,
      size: 'max',
    }),
  )
  .map(([first, others]) => [first, ...others]);
