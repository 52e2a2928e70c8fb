import { describe, expect, it } from 'vitest';
import { findNearNames } from '../../src/report/near-names.js';

const NAMES = ['core.photo', 'core.album', 'core.photos', 'blog.post', '7', '70', 'a'];

describe('near names', () => {
  it.each([
    ['core.foto', ['core.photo', 'core.photos']],
    ['blog.psot', ['blog.post']],
    ['core.photo', ['core.photo', 'core.photos']],
    ['PHOTO', ['core.photo', 'core.photos']],
    ['core.albm', ['core.album']],
    ['8', []],
    ['71', ['7', '70']],
    ['something', []],
    ['', []],
  ])("of '%s' are %j", (text, expected) => {
    expect(findNearNames(text, NAMES)).toEqual(expected);
  });
});
