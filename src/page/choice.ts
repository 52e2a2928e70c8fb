/** What a reader chooses for the whole page: how many of the last days, and whether the period before is drawn too. */
import type { PageData } from './data.js';
import { make } from './dom.js';
import { recall, remember } from './memory.js';

const PLACE = 'choice';

/** Days that people call otherwise. */
const NAMES: Readonly<Record<number, string>> = { 365: 'A year' };

/** How many of the last days were chosen; null for all. */
export function recallDays(): number | null {
  return recall(PLACE).days ?? null;
}

/** Hits of each step of the period before, if they are known and asked for; else null. */
export function recallCompared({ report }: PageData): readonly number[] | null {
  return recall(PLACE).isCompared === true ? report.stepsBefore : null;
}

/** Makes the buttons; none if there is nothing to choose. @param show shows the page anew, as it was chosen */
export function makeChoice({ report, days }: PageData, show: () => void): readonly HTMLElement[] {
  const { lastDays, stepsBefore } = report;
  const { isCompared = false } = recall(PLACE);
  const choose = (title: string, isPressed: boolean, chosen: Parameters<typeof remember>[1]) => {
    const button = make(
      'button',
      { type: 'button', class: 'plain', 'aria-pressed': String(isPressed) },
      title,
    );
    button.addEventListener('click', () => {
      remember(PLACE, chosen);
      show();
    });
    return button;
  };
  const ofDays = [null, ...lastDays.map((each) => each.days)].map((each) =>
    choose(each === null ? 'All days' : (NAMES[each] ?? `${each} days`), each === days, { days: each }),
  );
  const before = choose('Compare with the period before', isCompared, { isCompared: !isCompared });
  return [
    ...(lastDays.length === 0
      ? []
      : [make('div', { class: 'choice', role: 'group', 'aria-label': 'Days' }, ...ofDays)]),
    ...(stepsBefore === null ? [] : [make('div', { class: 'choice' }, before)]),
  ];
}
