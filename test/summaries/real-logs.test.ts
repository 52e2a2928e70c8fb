// The summaries of real logs, which are no part of the project, against a slow and plain count of the same lines.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { INGEST } from './support/lines.js';
import { COUNTED_ENGINES, type Counted, countPlainly, NOT_UTF8 } from './support/plain-counts.js';
import { type PlainFormat, type PlainLine, readPlainLine } from './support/plain-lines.js';

const LOGS = join(PROJECT_FOLDER, '../shared/logs');

const FILES: readonly (readonly [path: string, format: PlainFormat])[] = [
  ['elastic/apache_logs.gz', 'combined'],
  ['hackers/hackers-access.log.gz', 'combined'],
  ['xlog/access.log.1.gz', 'combined'],
  ['podcast/access.log.3.gz', 'combined'],
  ['globalreport/access.log.1.gz', 'combined'],
  ['globalreport/access.log.14.gz', 'combined'],
  ['lovecoding/access.log.1.gz', 'combined'],
  ['lovecoding/other_vhosts_access.log.5.gz', 'vhost_combined'],
  ['xzymo/access.log.13.gz', 'combined'],
  ['xzymo/other_vhosts_access.log.3.gz', 'vhost_combined'],
  ['zanbil/logfile_shop_access_log.0.gz', 'combined_forwarded'],
  ['twiki/access_log.gz', 'common'],
];

if (!existsSync(LOGS)) console.warn(`SKIPPED: no real logs in ${LOGS}`);

const engines = COUNTED_ENGINES.map((name) => `'${name}'`).join(', ');

/** Each view, the columns of its key that are compared, and its numbers; pages, devices and names of robots are added up. */
const VIEWS = {
  status: ['logtally.status_daily', ['day', 'method', 'status'], ['requests', 'bytes']],
  failedPath: ['logtally.failed_path_daily', ['day', 'status', 'path'], ['requests', 'bytes']],
  referrer: ['logtally.referrer_daily', ['day', 'origin', 'host'], ['requests']],
  objectReferrer: ['logtally.object_referrer_daily', ['object_id', 'day', 'origin', 'host'], ['requests']],
  searchTerm: [
    `(select day, engine, requests, case when terms ~ '\\\\x[0-9a-f]{2}' then '${NOT_UTF8}' else terms end as terms
      from logtally.search_term_daily where engine in (${engines}))`,
    ['day', 'engine', 'terms'],
    ['requests'],
  ],
  agent: ['logtally.agent_daily', ['day', 'is_robot', 'browser', 'system'], ['requests', 'bytes']],
  visitor: ['logtally.visitor_daily', ['day'], ['visitors', 'requests']],
  objectVisitor: ['logtally.object_visitor_daily', ['object_id', 'day'], ['visitors', 'requests']],
  client: ['logtally.client_daily', ['day', 'network'], ['requests', 'bytes']],
  hour: ['logtally.hour_daily', ['day', 'weekday', 'hour'], ['requests', 'bytes']],
  objectBytes: ['logtally.object_bytes_daily', ['object_id', 'day'], ['requests', 'bytes']],
} as const;

async function readCounted(target: Target, view: keyof typeof VIEWS): Promise<Counted> {
  const [table, columns, numbers] = VIEWS[view];
  const rows = await target.query(
    `select jsonb_build_array(${columns.join(', ')}) as key, ${numbers.map((name) => `sum(${name})::float8 as ${name}`).join(', ')}
     from ${table} as counted group by ${columns.join(', ')}`,
  );
  return Object.fromEntries(
    rows.map((row) => [JSON.stringify(row['key']), numbers.map((name) => String(row[name])).join(' ')]),
  );
}

function readLog(path: string): readonly string[] {
  const lines = gunzipSync(readFileSync(path)).toString('latin1').split(/\r?\n/);
  return lines.filter((line) => line !== '');
}

describe.skipIf(!existsSync(LOGS)).each(OFTEN_TESTED)('summaries of real logs in %s', (kind) => {
  it.for(FILES)('are what a plain count says: %s', async ([name, format], { openTarget }) => {
    const target = await openTarget(kind);
    const path = join(LOGS, name);
    const read = readLog(path).map((line) => readPlainLine(line, format));
    const lines = read.filter((line): line is PlainLine => line !== null);
    const args = [
      '--format',
      'auto',
      '--by-path',
      '--max-rejects',
      '100%',
      '--allow-new-types',
      '--json',
      path,
    ];
    const { code, stdout } = await target.run([...INGEST, ...args]);
    const account = JSON.parse(stdout);
    expect({ code, rejected: account.rejected }).toEqual({ code: 0, rejected: read.length - lines.length });
    expect(account.counted + account.unattributed).toBe(lines.length);
    const counted = countPlainly(lines);
    for (const view of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
      expect({ view, ...(await readCounted(target, view)) }).toEqual({ view, ...counted[view] });
    }
  });
});
