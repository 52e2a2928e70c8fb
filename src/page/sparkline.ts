/** A row's history as a line. It is hidden from screen readers: the object's dialog has the same numbers as a table. */
import { makePicture, makeSvg } from './dom.js';

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 2;

export function makeSparkline(counts: readonly number[]): SVGElement {
  const most = Math.max(1, ...counts);
  const width = (WIDTH - 2 * EDGE) / Math.max(1, counts.length - 1);
  const points = counts.map((count, at) => {
    const y = HEIGHT - EDGE - (count / most) * (HEIGHT - 2 * EDGE);
    return `${(EDGE + at * width).toFixed(1)},${y.toFixed(1)}`;
  });
  // a single step is drawn as a level line
  const [only = ''] = points;
  const line = points.length > 1 ? points : [only, `${WIDTH - EDGE},${only.split(',')[1] ?? ''}`];
  return makePicture('sparkline', `0 0 ${WIDTH} ${HEIGHT}`, makeSvg('polyline', { points: line.join(' ') }));
}
