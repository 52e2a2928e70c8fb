/** Lines that are no records by design: they are counted as filtered, under these names, and never parsed. */

const HASH = 0x23;
const BLANK = /^[ \t\v\f\r]*$/;

/**
 * @param line one line without its line end
 * @returns `blank` for nothing but ASCII white space, `directive` for a line that begins with `#`, null for all others
 */
export function findIgnored(line: string): 'blank' | 'directive' | null {
  const first = line.charCodeAt(0);
  if (first > HASH) return null;
  if (first === HASH) return 'directive';
  return BLANK.test(line) ? 'blank' : null;
}
