/** What keeps "counted exactly once": `test/guards.ts` takes out one after the other. */
import { OBJECT_HITS } from '../../src/summaries/object-hits.js';
import { SUMMARY_GUARDS } from '../summaries/support/guards.js';

export interface Guard {
  readonly name: string;
  readonly file: string;
  /** What is taken out; it must be there exactly once. */
  readonly code: string;
  /** What takes its place. */
  readonly without: string;
  /** Tests of which at least one must fail. */
  readonly tests: readonly string[];
  /** Which of them, by a part of their titles; all where it is missing. */
  readonly titles?: string;
}

const GUARD_TESTS = 'test/faults/guards.test.ts';
const CHANGING_TESTS = 'test/faults/changing.test.ts';
const KNOWN_TESTS = 'test/cli/known-log.test.ts';
const EXPORT_TESTS = ['test/cli/export.test.ts', 'test/faults/export.test.ts'] as const;

export const GUARDS: readonly Guard[] = [
  {
    name: 'logs of a group that begin alike',
    file: 'src/ingest/groups/group.ts',
    code: 'if (this.#mayBeOther(log)) return null;',
    without: '',
    tests: ['test/cli/groups.test.ts'],
    titles: 'grown copy',
  },
  {
    name: 'logs of a group within an archive',
    file: 'src/ingest/groups/group.ts',
    code: 'if (stream === null) this.#run.beginnings.addStaged({ prefixMark, checkpoints });',
    without: 'void [stream, prefixMark, checkpoints];',
    tests: ['test/cli/groups.test.ts'],
    titles: 'behind its own lines',
  },
  {
    name: 'log behind an archive that ends within a line',
    file: 'src/ingest/identity/next-log.ts',
    code: "if (at !== 'after') return false;",
    without: "if (at !== 'after' || identity.isInsideLine) return false;",
    tests: ['test/cli/cut-off-lines.test.ts'],
    titles: 'is known in',
  },
  {
    name: 'log within a line that was cut off',
    file: 'src/ingest/stage-log.ts',
    code: 'if (offset >= searchedTo) checkRejected(log, { line, start: log.start + offset });',
    without: 'void [searchedTo, checkRejected, line, offset];',
    tests: ['test/cli/cut-off-lines.test.ts'],
    titles: 'is held back in',
  },
  {
    name: 'rejected lines of a file that fails',
    file: 'src/ingest/groups/group.ts',
    code: 'rejects?.discard(rejectsBefore);',
    without: 'void rejectsBefore;',
    tests: ['test/cli/groups.test.ts'],
    titles: 'leave a file out',
  },
  {
    name: 'death of the embedded database',
    file: 'src/database/guarded-files.ts',
    code: 'if (!isOrdinary(error)) this.#onDeath(error);',
    without: 'void isOrdinary;',
    tests: ['test/faults/embedded.test.ts'],
    titles: 'vanish',
  },
  {
    name: 'COPY count',
    file: 'src/database/copy.ts',
    code: 'if (taken === sent) return;',
    without: 'if (taken >= 0) return;',
    tests: [GUARD_TESTS],
  },
  {
    name: 'COMMIT tag',
    file: 'src/database/transactions.ts',
    code: "if (command !== 'COMMIT')",
    without: "if (command === 'NOTHING')",
    tests: ['test/faults/commit.test.ts'],
    titles: 'an answer to COMMIT',
  },
  {
    name: 'position check',
    file: 'src/ingest/committing/commit.ts',
    code: 'await checkUnmoved(database, settings.site, identities);',
    without: 'void [checkUnmoved, identities];',
    tests: ['test/faults/server.test.ts'],
    titles: 'runs at once',
  },
  {
    name: 'months that a merge opens',
    file: 'src/summaries/object-hits.ts',
    code: '      [sql.openMonths, [batch.months]],\n',
    without: '',
    tests: ['test/cli/closed-months.test.ts'],
  },
  {
    name: 'months that an undo opens',
    file: 'src/summaries/object-hits.ts',
    code: '      [sql.openUndoneMonths],\n',
    without: '',
    tests: ['test/cli/closed-months.test.ts'],
    titles: 'undo',
  },
  {
    name: 'shares of days that several small logs add to',
    file: 'src/summaries/object-hits.ts',
    code: '      ...listIf(streams.includes(null), [[sql.keepShares]]),\n',
    without: '',
    tests: ['test/cli/groups.test.ts'],
    titles: 'one file after the other',
  },
  {
    name: 'batch key',
    file: 'sql/migrations/001_create_tables.sql',
    code: '  unique (stream_id, start_byte),\n',
    without: '',
    tests: [GUARD_TESTS],
  },
  {
    name: 'account check',
    file: 'sql/migrations/001_create_tables.sql',
    code: '  check (lines = counted + unattributed + filtered + rejected)\n',
    without: '  check (lines >= 0)\n',
    tests: [GUARD_TESTS],
  },
  {
    name: 'digest check',
    file: 'src/ingest/identity/compare.ts',
    code: 'if (differingDigest !== null) {',
    without: 'if (differingDigest !== null && differingDigest.endByte < 0) {',
    tests: [GUARD_TESTS],
  },
  {
    name: 'chain',
    file: 'src/ingest/identity/known/checkpoints.ts',
    code: "this.#hash = createHash('sha256').update(checkpoint.sha256);",
    without: "this.#hash = createHash('sha256');",
    tests: ['test/ingest/checkpoints.test.ts'],
  },
  {
    name: 'known end: two blocks',
    file: 'src/ingest/identity/known/streams.ts',
    code: 'return findLinkBefore(findLinkBefore(knownBytes));',
    without: 'return findLinkBefore(knownBytes);',
    tests: [KNOWN_TESTS],
    titles: 'the block before its last one',
  },
  {
    name: 'known end: no flood',
    file: 'src/ingest/identity/compare.ts',
    code: "found.at === 'after' && found.isCertain;",
    without: "found.at === 'after';",
    tests: [KNOWN_TESTS],
    titles: 'repeats one line',
  },
  {
    name: 'known end: one log',
    file: 'src/ingest/identity/identify.ts',
    code: 'if (candidate === undefined || another !== undefined) return { candidates, only: null };',
    without: 'if (candidate === undefined || another === candidate) return { candidates, only: null };',
    tests: [KNOWN_TESTS],
    titles: 'two known logs begin like it',
  },
  {
    name: 'known end: --verify',
    file: 'src/ingest/identity/identify.ts',
    code: "if (options.contentCheck === 'full' || options.recount) return null;",
    without: 'void options;',
    tests: [KNOWN_TESTS],
    titles: 'is read from its first byte with',
  },
  {
    name: 'known archive',
    file: 'src/ingest/identity/known/archives.ts',
    code: 'return (await hasPackedEnds(path, found)) ? found.known : null;',
    without: 'void hasPackedEnds;\n    return found.known;',
    tests: [CHANGING_TESTS],
    titles: 'another archive takes its place',
  },
  {
    name: 'archive that changes while it is read',
    file: 'src/ingest/identity/known/archives.ts',
    code: 'return packedBytes === ends.packedBytes && modifiedAt === ends.modifiedAt ? toKey(ends) : null;',
    without: 'return packedBytes === undefined && modifiedAt === undefined ? null : toKey(ends);',
    tests: ['test/cli/archives-ahead.test.ts'],
    titles: 'is not taken for counted',
  },
  {
    name: 'same file',
    file: 'src/source/rereadable-input.ts',
    code: 'this.#source = await openSource(this.path, this.file);',
    without: 'this.#source = await openSource(this.path);',
    tests: [CHANGING_TESTS],
  },
  {
    name: 'unchanged head',
    file: 'src/ingest/identity/unchanged.ts',
    code: 'if (isSame && (await hasHead(input, head, start))) return;',
    without: 'if (isSame || (await hasHead(input, head, start))) return;',
    tests: [CHANGING_TESTS],
  },
  {
    name: `proof: ${OBJECT_HITS.name}`,
    file: 'src/summaries/object-hits.ts',
    code: 'if (dailyHits === counted && objectHits === counted) return;',
    without: 'if (dailyHits >= 0) return;',
    tests: [GUARD_TESTS],
  },
  {
    name: 'a worker of Citus that is lost',
    file: 'src/database/database.ts',
    code: 'const known = hasLostWorker(error) ? SQLSTATE.connectionFailure : findErrorCode(error);',
    without: 'void hasLostWorker;\n  const known = findErrorCode(error);',
    tests: ['test/database/lost-worker.test.ts'],
  },
  {
    name: 'what others added to a day',
    file: 'src/summaries/object-hits.ts',
    code: '[[sql.keepKnownDays], [sql.upsertKnownDays]]',
    without: '[[sql.upsertKnownDays]]',
    tests: ['test/summaries/several-logs.test.ts'],
  },
  {
    name: 'what each log added to a day',
    file: 'src/summaries/object-hits.ts',
    code: '...listIf(batch.logsMeet, [[sql.keepSharedDays]]),',
    without: '',
    tests: ['test/summaries/several-logs.test.ts'],
  },
  {
    name: 'recount: taken back',
    file: 'src/ingest/again/recount.ts',
    code: '  await takeBack(database, {',
    without: '  if (hits < 0) await takeBack(database, {',
    tests: ['test/cli/recount.test.ts'],
    titles: 'postgres counts one log of a run again',
  },
  {
    name: 'merge lock',
    file: 'src/ingest/retry.ts',
    code: '      await lockMerges(database);\n',
    without: '',
    tests: ['test/faults/commit.test.ts'],
    titles: 'a file is counted once',
  },
  {
    name: 'many hosts: one merge at a time',
    file: 'src/ingest/committing/commit.ts',
    code: "  await lockMerges(database);\n  await reachFaultPoint('locked', database);",
    without: "  await reachFaultPoint('locked', database);",
    tests: ['test/cli/hosts.test.ts'],
  },
  {
    name: 'export: one state',
    file: 'src/database/transactions.ts',
    code: "mode === 'snapshot' ? sql.setReadOnly : ''",
    without: "''",
    tests: EXPORT_TESTS,
    titles: 'export reads one state',
  },
  {
    name: 'export: own data',
    file: 'src/export/export.ts',
    code: 'await refuseOwnData(source, target, before);',
    without: 'void refuseOwnData;',
    tests: EXPORT_TESTS,
    titles: 'has something of its own',
  },
  {
    name: 'export: proof',
    file: 'src/export/export.ts',
    code: 'await proveTables(target, tables, countDifferences);',
    without: 'void proveTables;',
    tests: EXPORT_TESTS,
    titles: 'changes a total',
  },
  {
    name: 'export: itself',
    file: 'src/export/export.ts',
    code: 'await refuseSameDatabase(source, target);',
    without: 'void refuseSameDatabase;',
    tests: EXPORT_TESTS,
    titles: 'refuses the database that it exports',
  },
  ...SUMMARY_GUARDS,
];
