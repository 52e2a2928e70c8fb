/** Formats what `check` found: what fits, one line field by field, what does not fit, what would, and the server's formats. */
import type { InputCheck } from '../check/check.js';
import type { LogFormat, LogRecord, UsableFormat } from '../parse/parse.js';
import { toInputName } from '../source/source.js';
import { formatRejectText } from './reject.js';
import { formatTable } from './table.js';
import { formatCount, formatJson, formatNumberOf, toVisibleLine, toVisibleText } from './text.js';

export interface CheckReport {
  readonly inputs: readonly InputCheck[];
  readonly serverFormats: readonly UsableFormat[];
}

/** Characters of a value, or of a line in JSON, that are shown. */
const SHOWN_CHARACTERS = 200;

/** One JSON object: `inputs`, each with its sample, rejects and the better format, and `serverFormats`. */
export function formatCheckJson({ inputs, serverFormats }: CheckReport): string {
  return formatJson({
    inputs: inputs.map((input) => ({
      path: input.path,
      format: input.format.name,
      detected: input.isDetected,
      lines: input.lines,
      fitting: input.fitting,
      fits: input.fits,
      sample: input.sample === null ? null : { line: input.sample.number, ...input.sample.record },
      rejects: input.rejects.map(({ reject, position, line }) => ({
        line: position.number,
        offset: position.offset,
        ...reject,
        text: toVisibleLine(line, SHOWN_CHARACTERS),
      })),
      nearest: input.nearest.map(nameFit),
      better: input.better === null ? null : nameFit(input.better),
    })),
    serverFormats: serverFormats.map(({ found, args, problem }) => {
      const { server, name, file, line, text } = found;
      return { server, name, file, line, text, args, problem };
    }),
  });
}

function nameFit({ format, fitting }: InputCheck['nearest'][number]) {
  return { format: format.name, fitting };
}

/** A paragraph for each input, then the server's formats. */
export function formatCheckText({ inputs, serverFormats }: CheckReport): string {
  const parts = inputs.map((input) => formatInput(input, serverFormats));
  if (serverFormats.length > 0) parts.push(formatServerFormats(serverFormats));
  if (parts.length === 0) parts.push('no log format is defined there\n');
  return parts.join('\n');
}

function formatInput(input: InputCheck, serverFormats: readonly UsableFormat[]): string {
  const { path, format, isDetected, lines, fitting, fits, sample, rejects, nearest, better } = input;
  const name = toInputName(path);
  if (lines === 0) return `${name} has no line to try\n`;
  const verdict = fits ? 'fits' : 'does not fit';
  const chosen = isDetected && fitting > 0 ? ', found out from the lines' : '';
  const parts = [
    `${name}: ${toVisibleText(format.name)} ${verdict}: ${formatCount(fitting)} of ${formatNumberOf(lines, 'line')}${chosen}\n`,
  ];
  if (sample !== null) parts.push(`\nline ${sample.number}:\n${formatRecord(sample.record)}`);
  if (rejects.length > 0) {
    const rest = lines - fitting - rejects.length;
    parts.push('\n', ...rejects.map((reject) => `${formatRejectText(path, reject)}\n`));
    if (rest > 0) parts.push(`${formatNumberOf(rest, 'line')} more ${rest === 1 ? 'does' : 'do'} not fit\n`);
  }
  if (nearest.length > 0) {
    const names = nearest.map((near) => `${toVisibleText(near.format.name)} ${formatCount(near.fitting)}`);
    parts.push(
      `\nno format fits nine tenths of the lines, so --format auto counts none; nearest: ${names.join(', ')}\n`,
    );
  } else if (better !== null) {
    const option = toShell(getArgs(better.format, serverFormats));
    parts.push(
      `\nbetter: ${toVisibleText(better.format.name)} fits ${formatNumberOf(better.fitting, 'line')}: ${option}\n`,
    );
  } else if (isDetected && fitting > 0) {
    parts.push(`\nthe option: ${toShell(getArgs(format, serverFormats))}\n`);
  }
  return parts.join('');
}

function getArgs(format: LogFormat, serverFormats: readonly UsableFormat[]): readonly string[] {
  return serverFormats.find((each) => each.format === format)?.args ?? ['--format', format.name];
}

/** Every field, `-` for null, those of the format's own under `extra`. */
function formatRecord({ extra, ...fields }: LogRecord): string {
  const rows = [
    ...Object.entries(fields),
    ...Object.entries(extra).map(([name, value]) => [`extra ${name}`, value] as const),
  ];
  return formatTable(
    [
      { title: 'field', align: 'left' },
      { title: 'value', align: 'left' },
    ],
    rows.map(([name, value]) => [name, formatValue(value)]),
  );
}

function formatValue(value: string | number | null): string {
  if (value === null) return '-';
  if (value === '') return '""';
  const text = String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}

function formatServerFormats(formats: readonly UsableFormat[]): string {
  const lines = formats.flatMap(({ found, args, problem }) => [
    toVisibleText(`  ${found.server} ${found.name}, ${found.file}:${found.line}`),
    problem === null ? `    ${toShell(args)}` : `    cannot be read: ${toVisibleText(problem)}`,
  ]);
  return `formats in the server's configuration:\n${lines.join('\n')}\n`;
}

/** Arguments that can be pasted into a POSIX shell; what is not visible is shown, and cannot. */
function toShell(args: readonly string[]): string {
  return args
    .map((arg) => (/^[\w.:/=@+-]+$/.test(arg) ? arg : `'${toVisibleText(arg).replaceAll("'", "'\\''")}'`))
    .join(' ');
}
