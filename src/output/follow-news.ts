/** What `logtally follow` tells while it runs: each thing once, not with each commit. */
import { type InputError, LogtallyError, toMessage } from '../errors.js';
import type { InputResult } from '../ingest/ingest.js';
import { pickLineCounts } from './ingest-result.js';
import { formatFollowedWarnings } from './ingest-warnings.js';
import { formatNumberOf, toVisibleText } from './text.js';

interface NewsOptions {
  readonly quiet: boolean;
  /** Names of parameters and fields whose values are hidden in rejected lines. */
  readonly secretNames: readonly string[];
  readonly tell: (text: string) => void;
  /** Takes a line of JSON for each commit; null if nobody wants them. */
  readonly print: ((text: string) => Promise<void>) | null;
}

/** Numbers of a message change from commit to commit; what it says does not. */
const NUMBERS = /\d+/g;

/** Makes what tells it. */
export function createFollowNews({ quiet, secretNames, tell, print }: NewsOptions) {
  const failures = new Map<string, string>();
  const told = new Set<string>();
  const problems = new Set<string>();
  let runNumber = 0;
  let lines = 0;
  let counted = 0;

  /** Whether the failure of a file was not told yet; forgotten when the file is counted. */
  function isNewFailure({ path, error }: InputResult): boolean {
    const message = error?.message.replace(NUMBERS, '0');
    if (message === undefined) failures.delete(path);
    else if (failures.get(path) !== message) {
      failures.set(path, message);
      return true;
    }
    return false;
  }

  /** Whether rejected lines and the like of a file were not told yet in this run. */
  function isFirst({ path }: InputResult): boolean {
    if (told.has(path)) return false;
    told.add(path);
    return true;
  }

  return {
    begun({ number }: { readonly number: number }, files: number): void {
      if (runNumber === 0 && !quiet)
        tell(`logtally: following ${formatNumberOf(files, 'file')}; SIGTERM or Ctrl-C ends it\n`);
      runNumber = number;
      told.clear();
    },
    async counted({ number }: { readonly number: number }, results: readonly InputResult[]): Promise<void> {
      const failed = results.filter(isNewFailure);
      const first = results.filter((result) => result.account.lines > 0 && isFirst(result));
      tell(formatFollowedWarnings({ failed, first, run: number }, { quiet, secretNames }));
      const added = results.filter(({ account }) => account.lines > 0);
      for (const { account } of added) {
        lines += account.lines;
        counted += account.counted;
      }
      if (print === null || added.length === 0) return;
      for (const { path, account } of added)
        await print(`${JSON.stringify({ run: number, path, ...pickLineCounts(account) })}\n`);
    },
    problem({ message, hint }: InputError): void {
      if (problems.has(message)) return;
      problems.add(message);
      tell(`logtally: error: ${message}\n${hint === null ? '' : `logtally: hint: ${hint}\n`}`);
    },
    away(error: unknown): void {
      const hint = error instanceof LogtallyError ? error.hint : null;
      tell(
        `logtally: ${toVisibleText(toMessage(error))}; what comes meanwhile is counted when the database is back\n`,
      );
      if (hint !== null) tell(`logtally: hint: ${hint}\n`);
    },
    back(): void {
      tell('logtally: the database is back\n');
    },
    notReloaded(error: unknown): void {
      tell(`logtally: the settings stay as they were: ${toVisibleText(toMessage(error))}\n`);
    },
    ended(): void {
      if (quiet) return;
      tell(
        `logtally: ended; ${formatNumberOf(lines, 'line')} read, ${formatNumberOf(counted, 'hit')} counted\n`,
      );
    },
  };
}
