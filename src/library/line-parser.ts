/** Reads single lines of a log, without files and without a database. */
import { UsageError } from '../errors.js';
import {
  AUTO_FORMAT_NAME,
  createRecordParser,
  DEFAULT_FORMAT_NAME,
  DEFAULT_FORMAT_OPTIONS,
  findIgnored,
  isReject,
  type LogRecord,
  type RejectReason,
  resolveFormatChoice,
} from '../parse/parse.js';
import { type OptionNames, refuseUnknown } from './known-options.js';

export interface LineParserOptions {
  /** A preset, such as `combined`, or a LogFormat or log_format string; `combined_ids` if it is left out. */
  readonly format?: string;
  /** The header or directive of a format string that carries the content type; X-Content-Type-ID if it is left out. */
  readonly contentTypeField?: string;
  /** The same for the object id; X-Object-ID if it is left out. */
  readonly objectIdField?: string;
  /** The year of dates that have none, four digits; without it such lines are rejected. */
  readonly year?: string;
}

const PARSER_OPTIONS: OptionNames<LineParserOptions> = {
  ...{ format: true, contentTypeField: true, objectIdField: true, year: true },
};

/** What a line is: exactly one of three. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: LogRecord }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectReason;
      /** The field that could not be read, such as `time`; null if it is the line as a whole. */
      readonly field: string | null;
    }
  | {
      /** No record by design: `blank` is nothing but white space, `directive` begins with `#`. */
      readonly kind: 'filtered';
      readonly filter: 'blank' | 'directive';
    };

export interface LineParser {
  /**
   * Reads one line, with or without its line end. Lines of one log are given in their order: in some formats a line says which
   * fields the next ones have.
   *
   * @param line bytes as they stand in the log, or their text
   */
  parse(line: string | Uint8Array): ParsedLine;
}

/**
 * Makes the parser of one log. It reads what `logtally parse` reads.
 *
 * @throws UsageError if there is no such format, or it is `auto`, which needs a whole log
 */
export function createLineParser(options: LineParserOptions = {}): LineParser {
  refuseUnknown('createLineParser', options, PARSER_OPTIONS);
  const { format: text = DEFAULT_FORMAT_NAME, contentTypeField, objectIdField, year } = options;
  const { objectFields } = DEFAULT_FORMAT_OPTIONS;
  const choice = resolveFormatChoice(
    text,
    {
      objectFields: {
        contentType: contentTypeField === undefined ? objectFields.contentType : [contentTypeField],
        objectId: objectIdField === undefined ? objectFields.objectId : [objectIdField],
      },
      jsonFields: new Map(),
      year: year ?? null,
    },
    () => undefined,
  );
  if (choice.sampleLines > 0) {
    throw new UsageError(`the format ${text} is found out from the first lines of a log`, {
      hint:
        text === AUTO_FORMAT_NAME ? 'name one, such as combined' : `name what is inside: ${text}:combined`,
    });
  }
  const parser = createRecordParser(choice.choose([], { path: '', linesBefore: 0 }));
  return {
    parse(given) {
      const line = toLatin1(given).replace(/\r?\n$/, '');
      const filter = findIgnored(line);
      const parsed = parser.readLine(line, false);
      if (parsed === null) return { kind: 'filtered', filter: filter ?? 'blank' };
      return isReject(parsed)
        ? { kind: 'rejected', reason: parsed.reject, field: parsed.field }
        : { kind: 'record', record: parsed };
    },
  };
}

/** A character for each byte. */
function toLatin1(line: string | Uint8Array): string {
  return (
    typeof line === 'string' ? Buffer.from(line) : Buffer.from(line.buffer, line.byteOffset, line.length)
  ).toString('latin1');
}
