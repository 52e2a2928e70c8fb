/**
 * The package as a library: `import { createLineParser, ingest, openDatabase } from 'logtally'`. What is exported here keeps its
 * names and shapes between versions of one major number; everything else may change.
 */
export { DatabaseError, InputError, InterruptedError, LogtallyError, UsageError } from '../errors.js';
export type { LogRecord, RejectReason } from '../parse/parse.js';
export { type IngestAnswer, type IngestOptions, type InputAnswer, ingest } from './ingest-logs.js';
export { createLineParser, type LineParser, type LineParserOptions, type ParsedLine } from './line-parser.js';
export { type DatabaseOptions, openDatabase, type TallyDatabase } from './tally-database.js';
