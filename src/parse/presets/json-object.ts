/**
 * Reads one line as a JSON object and lists its values, even if a server's escapes or its `-` for nothing have made it invalid
 * JSON. Nothing here throws.
 */
import { decodeField, VISIBLE_BYTE } from '../lines/escapes.js';

/** Levels of objects within objects; deeper values are left out. Caddy's headers are at depth 4. */
const MAX_DEPTH = 8;

/** Values with a longer path are left out. */
const MAX_PATH_CHARACTERS = 256;

/** JavaScript keeps 15 digits of a number, so a longer one is read as text. */
const LONG_INTEGER = /[:,[]\s*-?\d{16}/;

const BYTES = /[\x80-\xff]+/g;

/** A string, or outside of strings a long integer, or a colon and nothing, or `-`, before the next comma. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"?|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])|:\s*(?:-\s*)?(?=[,}])/gs;

/** Escapes that JSON does not have: Apache's and nginx's `\xhh` and `\v`; those that it has are passed over. */
const ESCAPE = /(?:\\x[0-9A-Fa-f]{2}|\\v|[\x80-\xff])+|\\./gs;

/** A backslash of a value, and what would make it read as a byte that is not UTF-8: `\\xed`; other escapes are passed over. */
const LOOKALIKE = new RegExp(`\\\\(?:\\\\(${VISIBLE_BYTE})?|.)`, 'gs');
const BEGINS_AS_BYTE = new RegExp(`^${VISIBLE_BYTE}`);

/** @returns null if the line, latin1, is no JSON object */
export function parseObject(logged: string): object | null {
  const line = hideLookalikes(logged);
  if (!LONG_INTEGER.test(line)) {
    const value = parseJson(line.replace(BYTES, toJsonText));
    if (value !== undefined) return toObject(value);
  }
  if (!line.trimStart().startsWith('{')) return null;
  return toObject(parseJson(line.replace(TOKEN, mendToken)));
}

/** @returns undefined for what is no JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toObject(value: unknown): object | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

function hideLookalikes(line: string): string {
  if (!line.includes('\\\\x')) return line;
  return line.replace(LOOKALIKE, (escaped, byte?: string) =>
    byte === undefined ? escaped : `\\\\x5c${byte}`,
  );
}

function mendToken(token: string): string {
  if (token.startsWith(':')) return ':null';
  if (!token.startsWith('"')) return `"${token}"`;
  return token.replace(ESCAPE, (part, at: number) => {
    if (/^\\[^xv]/.test(part) || part === '\\x') return part;
    const isLookalike = /5c$/i.test(part) && BEGINS_AS_BYTE.test(token.slice(at + part.length));
    return isLookalike ? `${toJsonText(part)}x5c` : toJsonText(part);
  });
}

/** Bytes, some of them escaped, as a piece of a JSON string. */
function toJsonText(bytes: string): string {
  return JSON.stringify(decodeField(bytes)).slice(1, -1);
}

/** Calls `visit` for each scalar value, null among them, with its path, `request.headers.Referer.0`, in their order. */
export function visitScalars(object: object, visit: (path: string, value: string | null) => void): void {
  const walk = (parent: object, prefix: string, depth: number) => {
    for (const [key, value] of Object.entries(parent) as [string, unknown][]) {
      const path = prefix + key;
      if (path.length > MAX_PATH_CHARACTERS) continue;
      if (typeof value === 'object' && value !== null) {
        if (depth < MAX_DEPTH) walk(value, `${path}.`, depth + 1);
      } else {
        visit(path, value === null ? null : String(value));
      }
    }
  };
  walk(object, '', 1);
}
