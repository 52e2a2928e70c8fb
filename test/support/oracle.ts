// Counts a log a second time with awk, so that tests compare the program with something that shares no
// code with it. It knows combined_ids and nothing else, and must never import from src/.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** The hits of one object; days are `YYYY-MM-DD`, as the log lines say them. */
export type ObjectCount = {
  readonly contentType: string;
  readonly objectId: string;
  readonly hits: number;
  /** 1 + the number of objects of the same type with more hits. */
  readonly rank: number;
  readonly firstHitOn: string;
  readonly lastHitOn: string;
};

type Tally = Omit<ObjectCount, 'rank'>;

/** POSIX awk without interval expressions, which older mawk lacks. */
const AWK_PROGRAM = String.raw`
BEGIN {
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
  split("31 29 31 30 31 30 31 31 30 31 30 31", lengths, " ")
  for (i = 1; i <= 12; i++) { month[names[i]] = i; days[names[i]] = lengths[i] }
  start = "^[^ ]+ [^ ]+ [^ ]+ \\[[0-3][0-9]/[A-Z][a-z][a-z]/[0-9][0-9][0-9][0-9]:[0-9:]+ [-+][0-9]+\\] "
  quoted = "\"([^\"\\\\]|\\\\.)*\""
  line = start quoted " [0-9][0-9][0-9] ([0-9]+|-) " quoted " " quoted " [^ ]+ [^ ]+$"
}
$0 ~ line && $(NF - 1) != "-" && $NF != "-" {
  name = substr($4, 5, 3)
  if (!(name in month) || substr($4, 2, 2) + 0 > days[name]) next
  day = sprintf("%s-%02d-%s", substr($4, 9, 4), month[name], substr($4, 2, 2))
  key = $(NF - 1) "\t" $NF
  hits[key]++
  if (!(key in first) || day < first[key]) first[key] = day
  if (day > last[key]) last[key] = day
}
END { for (key in hits) printf "%s\t%d\t%s\t%s\n", key, hits[key], first[key], last[key] }
`;

/**
 * Counts the objects of a combined_ids log, plain or gzipped, sorted by type, rank and object id in C order.
 *
 * @throws Error when gzip or awk fails.
 */
export async function countByAwk(path: string): Promise<readonly ObjectCount[]> {
  const gzip = spawn('gzip', ['-cdf', '--', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const env = { ...process.env, LC_ALL: 'C' };
  const awk = spawn('awk', [AWK_PROGRAM], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const [output] = await Promise.all([
    text(awk.stdout),
    pipeline(gzip.stdout, awk.stdin),
    waitForExit(gzip, 'gzip'),
    waitForExit(awk, 'awk'),
  ]);
  const tallies = output.split('\n').filter((row) => row !== '');
  return rankTallies(tallies.map(parseTally));
}

function waitForExit(child: ReturnType<typeof spawn>, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}`))));
  });
}

function parseTally(row: string): Tally {
  const [contentType = '', objectId = '', hits = '', firstHitOn = '', lastHitOn = ''] = row.split('\t');
  return { contentType, objectId, hits: Number(hits), firstHitOn, lastHitOn };
}

function rankTallies(tallies: readonly Tally[]): readonly ObjectCount[] {
  const sorted = tallies.toSorted(
    (a, b) => compare(a.contentType, b.contentType) || b.hits - a.hits || compare(a.objectId, b.objectId),
  );
  let typeStart = 0;
  let rank = 1;
  return sorted.map((tally, i) => {
    const previous = sorted[i - 1];
    if (previous?.contentType !== tally.contentType) typeStart = i;
    if (i === typeStart || previous?.hits !== tally.hits) rank = i - typeStart + 1;
    return { ...tally, rank };
  });
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
