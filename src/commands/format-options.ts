/** The options that say how lines are to be read, shared by every command that reads logs. */
import type { Command } from 'commander';
import type { Config } from '../config/config-schema.js';
import { UsageError } from '../errors.js';
import { toVisibleText } from '../output/text.js';
import {
  AUTO_FORMAT_NAME,
  DEFAULT_FORMAT_NAME,
  DEFAULT_FORMAT_OPTIONS,
  FORMAT_NAMES,
  type FormatChoice,
  type FormatOptions,
  parseJsonFields,
  resolveFormatChoice,
} from '../parse/parse.js';
import { parseCount } from '../settings.js';
import { MAX_LINE_BYTES, toInputName } from '../source/source.js';
import type { CommandContext } from './context.js';
import { type CommandFlags, collect } from './options.js';

const { objectFields: DEFAULT_OBJECT_FIELDS } = DEFAULT_FORMAT_OPTIONS;

export interface FormatFlags extends CommandFlags {
  readonly format?: string;
  readonly contentTypeField?: string;
  readonly objectIdField?: string;
  readonly jsonField?: readonly string[];
  readonly year?: string;
  readonly maxLineBytes?: number;
}

/** Declares the options that say how lines are to be read; help names the default format. */
export function addFormatOptions(command: Command, defaultFormat: string = DEFAULT_FORMAT_NAME): Command {
  return command
    .optionsGroup('Log format:')
    .option(
      '--format <format>',
      `${FORMAT_NAMES.join(', ')}, ${AUTO_FORMAT_NAME} (found out from the first lines; so is what is inside of syslog and docker, unless named as in syslog:combined), or a LogFormat or log_format string as it stands in the server's configuration (default: "${defaultFormat}")`,
    )
    .option(
      '--content-type-field <name>',
      `header or directive of a format string that carries the content type (default: ${DEFAULT_OBJECT_FIELDS.contentType.join(', ')})`,
    )
    .option(
      '--object-id-field <name>',
      `the same for the object id (default: ${DEFAULT_OBJECT_FIELDS.objectId.join(', ')})`,
    )
    .option(
      '--json-field <field=key>',
      'key of JSON lines, or label of LTSV lines, that fills a field, as in userAgent=http.ua; may be repeated',
      collect('--json-field', (text) => [text]),
    )
    .option(
      '--year <year>',
      'year of dates that have none, of a LogFormat or of syslog; it is never guessed',
      parseYear,
    )
    .option(
      '--max-line-bytes <bytes>',
      `a longer line is one reject (default: ${MAX_LINE_BYTES})`,
      parseCount('--max-line-bytes', 1),
    );
}

/** @throws UsageError if it is no year of four digits */
function parseYear(text: string): string {
  if (/^(?!0000)\d{4}$/.test(text)) return text;
  throw new UsageError(`--year: '${text}' is not a year`, { hint: 'write four digits, as in --year 2026' });
}

/** What is told which format was found out. */
export interface FormatContext {
  readonly stderr: Pick<CommandContext['stderr'], 'write'>;
}

export interface FormatSettings {
  readonly choice: FormatChoice;
  readonly options: FormatOptions;
  readonly maxLineBytes: number;
}

/**
 * Resolves the options: flag before config file before default.
 *
 * @throws UsageError if the format is unknown or impossible
 */
export function resolveFormatSettings(
  flags: FormatFlags,
  config: Config,
  context: FormatContext,
): FormatSettings {
  const options: FormatOptions = {
    objectFields: {
      contentType:
        toList(flags.contentTypeField ?? config.content_type_field) ?? DEFAULT_OBJECT_FIELDS.contentType,
      objectId: toList(flags.objectIdField ?? config.object_id_field) ?? DEFAULT_OBJECT_FIELDS.objectId,
    },
    jsonFields: new Map([
      ...parseJsonFields(
        Object.entries(config.json_fields ?? {}).map(([field, key]) => `${field}=${key}`),
        'json_fields',
      ),
      ...parseJsonFields(flags.jsonField ?? [], '--json-field'),
    ]),
    year: flags.year ?? null,
  };
  const text = flags.format ?? config.format ?? DEFAULT_FORMAT_NAME;
  const choice = resolveFormatChoice(text, options, (format, fitting, lines, path) => {
    if (flags.quiet) return;
    context.stderr.write(
      `logtally: --format ${text}: ${toVisibleText(format.name)}, which fits ${fitting} of the first ${lines} lines of ${toInputName(path)}\n`,
    );
  });
  return { choice, options, maxLineBytes: flags.maxLineBytes ?? config.max_line_bytes ?? MAX_LINE_BYTES };
}

function toList(name: string | undefined): readonly string[] | null {
  return name === undefined ? null : [name];
}
