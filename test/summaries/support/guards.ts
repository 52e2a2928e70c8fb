/** What keeps the summaries exact and private, for `test/guards.ts`. */

import { COUNTS } from '../../../src/summaries/counts.js';
import { REQUESTS } from '../../../src/summaries/requests.js';
import type { Guard } from '../../support/guards.js';

const DAYS_TESTS = ['test/summaries/visitor-days.test.ts'] as const;

const LATER_TESTS = ['test/summaries/later.test.ts'] as const;

export const SUMMARY_GUARDS: readonly Guard[] = [
  {
    name: 'summaries: added once',
    file: 'src/ingest/again/supplement.ts',
    code: 'if (!isDeepStrictEqual(now, supplement.parts)) throw new MovedError();',
    without: 'void [now, MovedError];',
    tests: LATER_TESTS,
    titles: 'meanwhile',
  },
  {
    name: 'summaries: added to batches that count as they did',
    file: 'src/ingest/again/supplement.ts',
    code: '  checkSame(path, part, stage);\n',
    without: '  void checkSame;\n',
    tests: LATER_TESTS,
    titles: 'counts otherwise',
  },
  {
    name: 'summaries: added, and nothing taken back by a run that tries again',
    file: 'src/ingest/log.ts',
    code: 'settings.recount && !supplemented.has(stream.streamId)',
    without: 'settings.recount && supplemented.size >= 0',
    tests: LATER_TESTS,
    titles: 'what they would be',
  },
  {
    name: `proof: ${COUNTS.name}`,
    file: 'src/summaries/counts.ts',
    code: '    proveCopied(batch);\n',
    without: '    void proveCopied;\n',
    tests: ['test/summaries/proofs.test.ts'],
    titles: 'is not stored',
  },
  {
    name: `proof: ${REQUESTS.name}`,
    file: 'src/summaries/requests.ts',
    code: 'counts.requestRows === counted + unattributed) return;',
    without: 'counts.requestRows >= 0) return;',
    tests: ['test/summaries/proofs.test.ts'],
    titles: 'requests are rows',
  },
  {
    name: 'summaries: taken back',
    file: 'src/summaries/counts.ts',
    code: '        [sql.deleteObjectCounts, whose],\n',
    without: '',
    tests: ['test/summaries/taken-back.test.ts'],
    titles: 'order',
  },
  {
    name: 'summaries: numbers of sources',
    file: 'src/ingest/counting/counts/sources.ts',
    code: 'return getFirstSource(this.#run) + BigInt(this.#given - 1);',
    without: 'return BigInt(this.#given - 1) + 0n * getFirstSource(this.#run);',
    tests: ['test/summaries/taken-back.test.ts'],
    titles: 'order',
  },
  {
    name: 'visitors: known keys',
    file: 'src/ingest/stage-log.ts',
    code: 'await shared.visitorKeys.load(database);',
    without: 'void shared.visitorKeys.load.bind(null, database);',
    tests: ['test/summaries/pieces.test.ts'],
    titles: 'fifty runs',
  },
  {
    name: 'visitors: one key for a day',
    file: 'src/summaries/visitor-days.ts',
    code: "if (getNumber(moved.rows[0], 'moved_keys') > 0) {",
    without: "if (getNumber(moved.rows[0], 'moved_keys') < 0) {",
    tests: ['test/summaries/faults.test.ts'],
    titles: 'twenty runs',
  },
  {
    name: 'visitors: late lines',
    file: 'src/summaries/visitor-days.ts',
    code: 'await database.query(sql.dropLateVisitors, sources);',
    without: 'await database.query(sql.dropLateVisitors, [[], []]);',
    tests: DAYS_TESTS,
  },
  {
    name: 'visitors: late lines of objects',
    file: 'src/summaries/visitor-days.ts',
    code: '  await database.query(sql.dropLateObjectVisitors, sources);\n',
    without: '',
    tests: DAYS_TESTS,
  },
  {
    name: 'visitors: late lines told once',
    file: 'src/ingest/committing/commit.ts',
    code: '      stored = await storeLogs(database, await stage(), run);\n',
    without:
      '      stored = await storeLogs(database, await stage(), run);\n      run.notes.lateRequests += stored.lateRequests;\n',
    tests: DAYS_TESTS,
    titles: 'tried again',
  },
  {
    name: 'visitors: days that begin anew',
    file: 'src/summaries/visitor-days.ts',
    code: '  await database.query(sql.reopenVisitorDays, [',
    without: '  void ([',
    tests: DAYS_TESTS,
  },
  {
    name: 'visitors: days that end',
    file: 'src/summaries/counts.ts',
    code: '  addUp: closeVisitorDays,\n',
    without: '  addUp: async () => void closeVisitorDays,\n',
    tests: DAYS_TESTS,
  },
  {
    name: 'visitors: the key of ids',
    file: 'sql/visitors/close_visitor_days.sql',
    code: "  and day <> 'infinity'\n",
    without: '',
    tests: DAYS_TESTS,
    titles: 'by an id of the log beside',
  },
  {
    name: 'visitors: hashed',
    file: 'src/ingest/counting/counts/visitor.ts',
    code: "return hash('sha256', scratch.subarray(0, end), 'base64url').slice(",
    without: "return text + hash('sha256', scratch.subarray(0, end), 'base64url').slice(",
    tests: ['test/summaries/privacy.test.ts'],
    titles: 'all summaries',
  },
];
