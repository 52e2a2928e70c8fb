/** Which files beside a log are older parts of it, by the names that logrotate, savelog, rotatelogs and Caddy give. */
import { extname } from 'node:path';
import { PACKED_ENDINGS } from '../../source/source.js';

/** `.1`, `-20261122`, `-20261122-1700000000`, `.old`; each part of it may be missing, but not all. */
const TURN = String.raw`(?:[.-]\d{1,14})+|\.old|\.0`;

/** Before the log's own extension (logrotate's `extension`): a minus and few digits would be another log, `site-2.log`. */
const INNER_TURN = String.raw`(?:\.\d{1,14}|-\d{8,14})(?:[.-]\d{1,14})*`;

/** Before the log's own extension, as Caddy writes it: `-2026-11-22T19-47-34.441`. */
const INNER_TIME = String.raw`-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`;

const PACKED = `(?:${PACKED_ENDINGS.map(escapeExpression).join('|')})`;

const IS_PACKED = new RegExp(`${PACKED}$`);
const IS_TURNED = new RegExp(`(?:${TURN})$`);

/** Whether the name says that a file is compressed: it may still be written. */
export function isPackedName(name: string): boolean {
  return IS_PACKED.test(name);
}

/** Lists what a file was called before it was compressed, and before it was rotated; nothing if its name tells of neither. */
export function stripTurn(path: string): readonly string[] {
  const unpacked = path.replace(IS_PACKED, '');
  return [...new Set([unpacked, unpacked.replace(IS_TURNED, '')])].filter((name) => name !== path);
}

/**
 * Makes the test whether a file of the same folder is a rotated or compressed part of a log.
 *
 * @param name the log's own name, `access.log`
 */
export function createRotatedTest(name: string): (other: string) => boolean {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const outer = `${escapeExpression(name)}(?:(?:${TURN})(?:${PACKED})?|${PACKED})`;
  const inner = `${escapeExpression(stem)}(?:${INNER_TURN}|${INNER_TIME})${escapeExpression(extension)}(?:${PACKED})?`;
  const pattern = new RegExp(`^(?:${extension === '' ? outer : `${outer}|${inner}`})$`);
  return (other) => pattern.test(other);
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
