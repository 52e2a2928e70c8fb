import { describe, expect, it } from 'vitest';
import { formatGain, formatMove } from '../../src/output/marks.js';
import { formatFrame } from '../../src/output/screen.js';

describe('a frame of a screen', () => {
  it('erases what was there, line by line and below', () => {
    expect(formatFrame('a\nb\n', 5)).toBe('\x1b[H\x1b[2Ka\r\n\x1b[2Kb\r\n\x1b[J\x1b[H');
  });

  it('says how many lines do not fit, and never scrolls', () => {
    expect(formatFrame('a\nb\nc\n', 3)).toBe('\x1b[H\x1b[2Ka\r\n\x1b[2Kb\r\n\x1b[2Kc\x1b[H');
    expect(formatFrame('a\nb\nc\nd\n', 3)).toBe(
      '\x1b[H\x1b[2Ka\r\n\x1b[2Kb\r\n\x1b[2K... 2 more lines\x1b[H',
    );
  });
});

describe('the mark of a row', () => {
  it('says what it has gained or lost since before, and nothing if that is nothing or not known', () => {
    expect([formatGain(1500, 300), formatGain(3, 5), formatGain(5, 5), formatGain(5, undefined)]).toEqual([
      '+1,200',
      '-2',
      '',
      '',
    ]);
  });

  it('says by how many ranks it went up or down, and that it is new to the list', () => {
    expect([formatMove(1, 3), formatMove(4, 3), formatMove(3, 3), formatMove(3, undefined)]).toEqual([
      '▲2',
      '▼1',
      '',
      '▲',
    ]);
  });
});
