/**
 * Asks the web server for the page again and again, as long as somebody sees it. The browser asks conditionally: a server that
 * gives its pages an ETag or Last-Modified answers with 304 and no content while nothing has changed.
 */
import { getDataElement } from './data.js';

/** Milliseconds after which a server that does not answer is given up. */
const ANSWER_MS = 30_000;

/** Seconds between two tries at most, however many have failed. */
const MAX_PAUSE = 900;

interface Refreshing {
  /** From one answer to the next question; twice as long after each failure. */
  readonly seconds: number;
  /** Takes the data of the page as it is now, as JSON. */
  readonly take: (json: string) => void;
  /** Called after each try. */
  readonly onTried: (succeeded: boolean) => void;
}

export function keepFresh({ seconds, take, onTried }: Refreshing): void {
  let failures = 0;
  let isAsking = false;
  let dueAt = Date.now() + seconds * 1000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = () => {
    clearTimeout(timer);
    if (!document.hidden && !isAsking) timer = setTimeout(ask, Math.max(0, dueAt - Date.now()));
  };
  const ask = async () => {
    isAsking = true;
    const json = await askForData().catch(() => null);
    isAsking = false;
    failures = json === null ? failures + 1 : 0;
    const pause = Math.min(seconds * 2 ** failures, Math.max(seconds, MAX_PAUSE));
    dueAt = Date.now() + pause * 1000;
    plan();
    onTried(json !== null);
    if (json !== null) take(json);
  };
  // a tab that comes to sight asks at once if it is late
  document.addEventListener('visibilitychange', plan);
  plan();
}

/** @throws Error if the server cannot be reached, or answers with something else */
async function askForData(): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(location.href, { cache: 'no-cache', signal });
  if (!response.ok) throw new Error(`the answer is ${response.status}`);
  // neither runs a script nor loads anything
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return getDataElement(page).textContent ?? '';
}
