/** A row's history as a line. It is hidden from screen readers: the object's dialog has the same numbers as a table. */
import { makePicture, makeSvg } from './dom.js';
import { findCut } from './spike.js';

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 2;
/** Of the mark above a spike that is cut. */
const MARK = 4;

export function makeSparkline(counts: readonly number[]): SVGElement {
  const cut = findCut(counts);
  const most = cut ?? Math.max(1, ...counts);
  const top = cut === null ? EDGE : EDGE + MARK;
  const width = (WIDTH - 2 * EDGE) / Math.max(1, counts.length - 1);
  const points = counts.map((count, at) => {
    const y = HEIGHT - EDGE - (Math.min(count, most) / most) * (HEIGHT - EDGE - top);
    return { count, x: (EDGE + at * width).toFixed(1), y: y.toFixed(1) };
  });
  // a single step is drawn as a level line
  const [only] = points;
  const line =
    points.length > 1 || only === undefined ? points : [only, { ...only, x: String(WIDTH - EDGE) }];
  const marks = points
    .filter(({ count }) => count > most)
    .map(({ x }) => `M${x} 0l${MARK - 1} ${MARK}h${-2 * (MARK - 1)}z`);
  const shape = makeSvg('g', {});
  shape.append(makeSvg('polyline', { points: line.map(({ x, y }) => `${x},${y}`).join(' ') }));
  if (marks.length > 0) shape.append(makeSvg('path', { d: marks.join('') }));
  return makePicture('sparkline', `0 0 ${WIDTH} ${HEIGHT}`, shape);
}
