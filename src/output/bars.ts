/** Numbers as lengths and heights: the block elements of Unicode (U+2581 to U+258F). */

/** From an eighth of a character to a whole one. */
const LENGTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

const NOTHING = '.';

/** A horizontal bar, as long as `width` characters for `most`; what is above 0 can be seen. */
export function formatBar(value: number, most: number, width: number): string {
  if (value <= 0 || most <= 0) return '';
  const eighths = Math.max(1, Math.round((value / most) * width * LENGTHS.length));
  const whole = Math.floor(eighths / LENGTHS.length);
  return '█'.repeat(whole) + (LENGTHS[(eighths % LENGTHS.length) - 1] ?? '');
}

/** A character for each value, as high as it is beside the highest; `.` for none: `..▁▄█`. */
export function formatSparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  return values
    .map((value) => (value <= 0 ? NOTHING : (HEIGHTS[Math.ceil((value / most) * HEIGHTS.length) - 1] ?? '')))
    .join('');
}
