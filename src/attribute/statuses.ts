/** Lists of HTTP statuses: `200,304,2xx,300-399`. */
import { UsageError } from '../errors.js';

const STATUS = /^(?:(\d)xx|(\d{3})(?:-(\d{3}))?)$/;

/**
 * Reads a list of statuses separated by commas.
 *
 * @returns each as written, in lower case
 * @throws UsageError if one of them is no status
 */
export function parseStatuses(text: string): readonly string[] {
  return text.split(',').map((each) => {
    const status = each.trim().toLowerCase();
    const [first, last] = findRange(status);
    if (first > last) throw new UsageError(`the statuses '${status}' end before they begin`);
    return status;
  });
}

/** @throws UsageError if the text is not the status of a request, three digits */
export function parseStatus(text: string): string {
  if (/^\d{3}$/.test(text)) return text;
  throw new UsageError(`'${text}' is not a status`);
}

/** Every single code that statuses stand for, as three digits. */
export function toStatusCodes(statuses: readonly string[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const [first, last] of statuses.map(findRange)) {
    for (let code = first; code <= last; code += 1) codes.add(String(code).padStart(3, '0'));
  }
  return codes;
}

function findRange(status: string): readonly [number, number] {
  const [, hundreds, first, last] = STATUS.exec(status) ?? [];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  if (first !== undefined) return [Number(first), Number(last ?? first)];
  throw new UsageError(`'${status}' is not a status`, { hint: 'statuses look like 200, 2xx or 300-399' });
}
