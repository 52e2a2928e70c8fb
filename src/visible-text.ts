/** Makes text that came from elsewhere safe to show on a terminal and on the page: what is not plainly visible is written as `\xhh`. */

/**
 * Controls, and the characters that reorder or hide text: line, joining and bidirectional marks, and those that Unicode keeps
 * free for further ones (unassigned, Default_Ignorable_Code_Point).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2065\ufff0-\ufff8\u{e0000}-\u{e0fff}]/gu;

/** A line end within a message of the program's own is followed by an indented line, which no other line can be taken for. */
const INVISIBLE_IN_MESSAGE = new RegExp(`(?!\\n {2})${INVISIBLE.source}`, INVISIBLE.flags);

/** Shows invisible characters as the `\xhh` of their UTF-8 bytes. */
export function toVisibleText(text: string): string {
  return text.replace(INVISIBLE, toVisibleCharacter);
}

/** The same for a message, which may list something in indented lines. */
export function toVisibleMessage(text: string): string {
  return text.replace(INVISIBLE_IN_MESSAGE, toVisibleCharacter);
}

/** The controls of ASCII and of Latin-1 (C0, DEL, C1): what a terminal would act on, and the NUL that no database stores. */
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;

/** Shows controls as the `\xhh` of their UTF-8 bytes. */
export function showControls(text: string): string {
  return text.replace(CONTROL, toVisibleCharacter);
}

/** Shows a character as the `\xhh` of its UTF-8 bytes. */
export function toVisibleCharacter(character: string): string {
  return Array.from(new TextEncoder().encode(character), toVisibleByte).join('');
}

/** Shows a byte as `\xhh`. */
export function toVisibleByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Writes invisible characters of JSON as `\\uhhhh`, which means the same and is safe to show. */
export function escapeInvisible(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, at) => toUnicodeEscape(character.charCodeAt(at))).join(''),
  );
}

function toUnicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
