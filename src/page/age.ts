/** How old the page is: until when lines were counted, in the reader's time zone, and how long ago that is, which goes on counting. */
import { make } from './dom.js';
import { formatNumberOf } from './words.js';

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'long' });
const DATE_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' });

/** Seconds, the largest first. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The line of the page that is shown, and what it is about; null before there is one. */
let shown: { readonly line: HTMLElement; readonly countedAt: string } | null = null;

let isRefreshed = true;

/** Makes the line, which then tells the time by itself. */
export function makeAge(countedAt: string): HTMLElement {
  const line = make('p', { class: 'muted age' });
  if (shown === null) setInterval(tell, 1000);
  shown = { line, countedAt };
  tell();
  return line;
}

/** Says beside the age that the page could not be refreshed, or no longer says so. */
export function tellRefreshed(succeeded: boolean): void {
  isRefreshed = succeeded;
  tell();
}

function tell(): void {
  if (shown === null) return;
  const { line, countedAt } = shown;
  const note = isRefreshed ? '' : ' The page could not be refreshed; it tries again.';
  line.textContent = `${describeAge(new Date(countedAt), new Date())}${note}`;
}

/** `Counted until 14:32:05 CET, 40 seconds ago.`; with the date if that is another day. */
export function describeAge(counted: Date, now: Date): string {
  const isToday = counted.toDateString() === now.toDateString();
  const time = (isToday ? TIME : DATE_AND_TIME).format(counted);
  // the clocks of two machines differ
  const seconds = Math.max(0, Math.floor((now.getTime() - counted.getTime()) / 1000));
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? (['second', 1] as const);
  return `Counted until ${time}, ${formatNumberOf(Math.floor(seconds / length), unit)} ago.`;
}
