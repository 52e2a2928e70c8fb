/** Formats, and the records that lines in them are. What the other rooms may use. */
export { detectFormat, type FormatFit, hintFormat, isFitting, listBestFits } from './choice/detect.js';
export { type FormatChoice, resolveFormatChoice } from './choice/format-choice.js';
export { findServerFormats } from './choice/server-config.js';
export { toUsableFormat, type UsableFormat } from './choice/server-formats.js';
export type { FieldKey } from './lines/layout.js';
export {
  ALL_FACT_FIELDS,
  createLineFacts,
  FACT_FIELDS,
  type LineFacts,
  NO_FACTS,
  type RequestFact,
} from './lines/line-facts.js';
export {
  findNamedField,
  isRejected,
  type LineReader,
  type LogFormat,
  type WantedField,
} from './lines/line-reader.js';
export { createRecordParser, type LogRecord } from './lines/record.js';
export {
  findIgnored,
  isReject,
  type Reject,
  type RejectedLine,
  type RejectReason,
  TOO_LONG,
} from './lines/reject.js';
export {
  AUTO_FORMAT_NAME,
  DEFAULT_FORMAT_NAME,
  DEFAULT_FORMAT_OPTIONS,
  FORMAT_NAMES,
  type FormatOptions,
  listCandidates,
} from './presets/formats.js';
export { parseJsonFields } from './presets/labelled-formats.js';
export { cacheDays, parseClfDay } from './times/timestamp.js';
