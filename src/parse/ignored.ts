/** Lines that are no records by design: they are counted as filtered, under these names, and never parsed. */

const HASH = 0x23;

/**
 * @param line one line without its line end
 * @returns `blank` for nothing but white space, `directive` for a line that begins with `#`, null for all others
 */
export function findIgnored(line: string): 'blank' | 'directive' | null {
  const first = line.charCodeAt(0);
  if (first > HASH) return null;
  if (first === HASH) return 'directive';
  return line.trim() === '' ? 'blank' : null;
}
