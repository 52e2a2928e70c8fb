import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrial,
  listBlockCommands,
  listIndentedCommands,
  listNamedCommands,
  splitWords,
  type Trial,
  type WrittenCommand,
} from './support/command-line.js';
import { BOOK, parsePage } from './support/pages.js';

/** Options of other programs that sentences name. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  ...[
    '--collector',
    '--huge',
    '--persist',
    '--size',
    '--username',
    '--log-format',
    '--real-time-html',
    '--ignore-crawlers',
    '--exclude-ip',
  ],
]);

let trial: Trial;

beforeAll(async () => {
  trial = await createTrial();
});

function listMistakes(commands: readonly WrittenCommand[], isSentence: boolean): readonly string[] {
  return commands.flatMap(({ args, place }) => {
    // a word in capitals stands for any command
    if (/^[A-Z]+$/.test(args[0] ?? '')) return [];
    const mistake = trial.findMistake(args, isSentence);
    return mistake === null ? [] : [`${place}: logtally ${args.join(' ')}: ${mistake}`];
  });
}

describe('the commands of the documentation', () => {
  it('are commands of the program, with options and values that it takes', () => {
    const commands = BOOK.flatMap((page) => [...listBlockCommands(page), ...listIndentedCommands(page)]);
    expect(commands.length).toBeGreaterThan(100);
    expect(listMistakes(commands, false)).toEqual([]);
  });

  it('are those of the program in sentences too, where an argument may be left out', () => {
    const commands = BOOK.flatMap(listNamedCommands);
    expect(commands.length).toBeGreaterThan(30);
    expect(listMistakes(commands, true)).toEqual([]);
  });

  it('have no option that no command has', () => {
    const named = BOOK.flatMap(({ prose, path }) =>
      [...prose.matchAll(/`(--[a-z][\w-]+)/g)].map(([, option = '']) => ({ path, option })),
    );
    const known = new Set([...trial.options, ...OF_OTHERS]);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ option }) => !known.has(option))).toEqual([]);
    expect(trial.options.has('--formats')).toBe(false);
  });

  it('are found wherever they stand, and a wrong one is told', () => {
    const page = parsePage(
      'docs/wrong.md',
      [
        '```sh\nzcat a.gz | logtally ingest --formats combined && npx logtally topp\n```',
        '```apache\nCustomLog "|/usr/bin/logtally pipe --symlinc /a /b/%Y" combined\n```',
        "```ini\nExecStart=/bin/sh -c 'exec /usr/bin/logtally ingest --max-rejects many /a*'\n```",
        '```crontab\n* * * * * root A=b logtally follow --every 1y /a\n```',
        '```console\n$ logtally top --limit 0\nlogtally topp\n```',
        '```sql\nselect 1 from logtally .run\n```',
      ].join('\n'),
    );
    expect(listMistakes(listBlockCommands(page), false)).toEqual([
      expect.stringMatching(/^docs\/wrong\.md:2: .*unknown option '--formats'/),
      expect.stringMatching(/^docs\/wrong\.md:2: .*unknown command 'topp'/),
      expect.stringMatching(/^docs\/wrong\.md:5: logtally pipe --symlinc \/a \/b\/%Y: .*--symlinc/),
      expect.stringMatching(/^docs\/wrong\.md:8: .*--max-rejects/),
      expect.stringMatching(/^docs\/wrong\.md:11: .*--every/),
      expect.stringMatching(/^docs\/wrong\.md:14: .*--limit/),
    ]);
    const sentence = parsePage('docs/wrong.md', 'Type `logtally undo` or `logtally undoo 1`.');
    expect(listMistakes(listNamedCommands(sentence), true)).toHaveLength(1);
    expect(splitWords(`a 'b c' "d \\"e" f\\ g # h`)).toEqual(['a', 'b c', 'd "e', 'f g']);
  });
});
