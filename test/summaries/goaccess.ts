// Compares the summaries of real logs with what GoAccess counts of them: statuses, hours, referring sites, browsers and systems. `npm run
// test:goaccess` runs it, if GoAccess is there (`apt-get install goaccess`). Each difference is printed with what explains it, which is
// computed from the lines; it ends with 1 if one is not wholly explained.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeAgent } from '../../src/audience/audience.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import {
  type Counts,
  classifyAgents,
  type GoAccessFormat,
  type Report,
  readPanel,
  readStatuses,
  runGoAccess,
} from './support/goaccess-report.js';
import { INGEST } from './support/lines.js';
import { type PlainFormat, type PlainLine, readPlainLine } from './support/plain-lines.js';

const LOGS = join(PROJECT_FOLDER, '../shared/logs');

const FILES: readonly (readonly [path: string, format: PlainFormat, theirs: GoAccessFormat])[] = [
  ['elastic/apache_logs.gz', 'combined', 'COMBINED'],
  ['hackers/hackers-access.log.gz', 'combined', 'COMBINED'],
  ['lovecoding/other_vhosts_access.log.5.gz', 'vhost_combined', 'VCOMBINED'],
];

/** A line that the program reads, and as it stands in the log. */
type Read = PlainLine & { readonly raw: string };

/** A log, and what both say of it. */
interface Log {
  readonly lines: readonly Read[];
  readonly theirs: Report;
  /** What GoAccess says of the lines that the program rejects. */
  readonly theirsOfRejects: Report;
  readonly query: (statement: string) => Counts;
}

interface Panel {
  readonly name: string;
  readonly readTheirs: (report: Report) => Counts;
  /** The query of what the program says, under GoAccess's names; columns key and requests. */
  readonly ours: string;
  /** Says in words why it counts the same lines under another key, and under which. */
  readonly why: string;
  readonly explain: (
    lines: readonly Read[],
  ) => (line: Read) => readonly [ours: string, theirs: string] | null;
}

const NOTHING = () => () => null;

/** GoAccess's names of the same browsers; what it has no name of its own for is one of `Others`. */
const BROWSERS: Readonly<Record<string, string>> = {
  ...{ Chrome: 'Chrome', Firefox: 'Firefox', Safari: 'Safari', Opera: 'Opera', 'Internet Explorer': 'MSIE' },
};
const SYSTEMS: Readonly<Record<string, string>> = {
  ...{
    Windows: 'Windows',
    Linux: 'Linux',
    macOS: 'Macintosh',
    Android: 'Android',
    iOS: 'iOS',
    'Chrome OS': 'Chrome OS',
  },
};

const toCase = (column: string, names: Readonly<Record<string, string>>) =>
  `case when is_robot then 'Crawlers' when ${column} is null then 'Unknown' ${Object.entries(names)
    .map(([ours, theirs]) => `when ${column} = '${ours}' then '${theirs}'`)
    .join(' ')} else 'Others' end`;

/** Explains a panel of agents: the same agent may be of another kind to GoAccess. */
function explainAgents(panel: 'browsers' | 'os'): Panel['explain'] {
  const names = panel === 'browsers' ? BROWSERS : SYSTEMS;
  return (lines) => {
    const toRaw = ({ raw }: Read) => /"((?:[^"\\]|\\.)*)"$/.exec(raw)?.[1] ?? '-';
    const kinds = classifyAgents(folder, [...new Set(lines.map(toRaw))], panel);
    return (line) => {
      const { browser, system, robot } = describeAgent(line.agent ?? '');
      const name = panel === 'browsers' ? browser : system;
      const ours = robot !== null ? 'Crawlers' : name === null ? 'Unknown' : (names[name] ?? 'Others');
      return [ours, kinds.get(toRaw(line)) ?? '(none)'];
    };
  };
}

const PANELS: readonly Panel[] = [
  {
    ...{ name: 'statuses', readTheirs: readStatuses, why: '', explain: NOTHING },
    ours: 'select status::text as key, sum(requests) as requests from logtally.status_daily group by 1',
  },
  {
    ...{ name: 'hours', readTheirs: (report) => readPanel(report, 'visit_time'), why: '', explain: NOTHING },
    ours: "select lpad(hour::text, 2, '0') as key, sum(requests) as requests from logtally.hour_daily group by 1",
  },
  {
    name: 'referring sites',
    readTheirs: (report) => readPanel(report, 'referring_sites'),
    ours: 'select host as key, sum(requests) as requests from logtally.referrer_daily where host is not null group by 1',
    why: 'GoAccess takes the host as it is written, with its port, and a text that is no host',
    explain: () => (line) => {
      const written = /" \d+ [\d-]+ "https?:\/\/([^/?#"]*)/i.exec(line.raw)?.[1];
      if (written === undefined) return null;
      const host = written.includes('\\') ? '' : new URL(`http://${written}`).hostname.replace(/\.$/, '');
      return [host, written];
    },
  },
  {
    name: 'browsers',
    readTheirs: (report) => readPanel(report, 'browsers'),
    ours: `select ${toCase('browser', BROWSERS)} as key, sum(requests) as requests from logtally.agent_daily group by 1`,
    why: 'the same agents are of another kind to GoAccess',
    explain: explainAgents('browsers'),
  },
  {
    name: 'systems',
    readTheirs: (report) => readPanel(report, 'os'),
    ours: `select ${toCase('system', SYSTEMS)} as key, sum(requests) as requests from logtally.agent_daily group by 1`,
    why: 'the same agents are of another kind to GoAccess',
    explain: explainAgents('os'),
  },
];

/** Counts a log with both programs. */
function count(path: string, format: PlainFormat, theirs: GoAccessFormat): Log {
  const file = join(LOGS, path);
  const all = gunzipSync(readFileSync(file))
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const read = all.map((raw) => [raw, readPlainLine(raw, format)] as const);
  const env = { PATH: process.env['PATH'] ?? '', LOGTALLY_DATA_DIR: join(folder, path.replace('/', '-')) };
  const run = (args: readonly string[]) =>
    execFileSync(process.execPath, [join(PROJECT_FOLDER, 'bin/logtally.js'), ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  run([...INGEST, '--quiet', '--format', format, '--max-rejects', '100%', file]);
  const query = (statement: string) => {
    const rows = JSON.parse(run(['query', '--json', statement])) as readonly {
      readonly key: string;
      readonly requests: string;
    }[];
    return new Map(rows.map(({ key, requests }) => [key, Number(requests)]));
  };
  return {
    lines: read.flatMap(([raw, line]) => (line === null ? [] : [{ ...line, raw }])),
    theirs: runGoAccess(folder, all, theirs),
    theirsOfRejects: runGoAccess(
      folder,
      read.flatMap(([raw, line]) => (line === null ? [raw] : [])),
      theirs,
    ),
    query,
  };
}

/** Prints the differences of a panel. @returns how many are not explained */
function compare(
  { lines, theirs, theirsOfRejects, query }: Log,
  { name, readTheirs, ours, why, explain }: Panel,
): number {
  const [we, they, ofRejects] = [query(ours), readTheirs(theirs), readTheirs(theirsOfRejects)];
  const toKeys = explain(lines);
  const moved = new Map<string, number>();
  for (const line of lines) {
    const keys = toKeys(line);
    if (keys === null || keys[0] === keys[1]) continue;
    moved.set(keys[0], (moved.get(keys[0]) ?? 0) - 1);
    moved.set(keys[1], (moved.get(keys[1]) ?? 0) + 1);
  }
  let unexplained = 0;
  for (const key of [...new Set([...we.keys(), ...they.keys()])].toSorted()) {
    const difference = (they.get(key) ?? 0) - (we.get(key) ?? 0);
    const [byRejects, byKeys] = [ofRejects.get(key) ?? 0, moved.get(key) ?? 0];
    if (difference === 0 && byRejects + byKeys === 0) continue;
    const causes = [
      ...(byRejects === 0 ? [] : [`${byRejects} in lines that only GoAccess reads`]),
      ...(byKeys === 0 ? [] : [`${byKeys}: ${why}`]),
    ];
    const isExplained = difference === byRejects + byKeys;
    if (!isExplained) unexplained += 1;
    const cause = isExplained ? causes.join('; ') : `NOT EXPLAINED (${causes.join('; ')})`;
    console.log(`  ${name}, ${key}: ${we.get(key) ?? 0}, GoAccess ${they.get(key) ?? 0}: ${cause}`);
  }
  console.log(`  ${name}: ${we.size} keys compared`);
  return unexplained;
}

const folder = mkdtempSync(join(tmpdir(), 'logtally-goaccess-'));
try {
  let unexplained = 0;
  for (const file of FILES) {
    const log = count(...file);
    console.log(`${file[0]}: ${log.lines.length} lines`);
    for (const panel of PANELS) unexplained += compare(log, panel);
  }
  console.log(
    unexplained === 0 ? 'every difference is explained' : `${unexplained} differences are not explained`,
  );
  process.exitCode = unexplained === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
