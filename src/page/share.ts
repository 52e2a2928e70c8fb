/** A share as a number and a bar. */
import { make, makePicture, makeSvg } from './dom.js';
import { formatShare } from './words.js';

/** Makes the share as a number, and as a bar relative to that of the first row. */
export function makeShare(share: number, ofMost: number): HTMLElement {
  const bar = makeSvg('rect', { width: (60 * ofMost).toFixed(1), height: '8', rx: '1.5' });
  return make('span', { class: 'share-cell' }, formatShare(share), makePicture('share', '0 0 60 8', bar));
}
