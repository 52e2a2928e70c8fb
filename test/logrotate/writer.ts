// A web server as logrotate sees one, in a process of its own: appends numbered lines to the log it is given, and opens
// it anew on SIGHUP. Its parent tells it to pause, to go on, and to end; it answers with the last number it has written.

import { closeSync, openSync, writeSync } from 'node:fs';

const LINES_AT_ONCE = 20;
const INTERVAL_MS = 5;

const [, , path = ''] = process.argv;
let file = openSync(path, 'a');
let serial = 0;
/** What is missing of the last line: what is written at once ends within a line. */
let rest = '';
let isPaused = false;

function makeLine(): string {
  serial += 1;
  const second = String(serial % 60).padStart(2, '0');
  return `203.0.113.9 - - [14/Apr/2026:10:22:${second} +0200] "GET /p/${serial} HTTP/1.1" 200 5 "-" "UA" 7 ${serial}\n`;
}

function write(): void {
  if (isPaused) return;
  const text = rest + Array.from({ length: LINES_AT_ONCE }, makeLine).join('');
  const cut = text.length - (serial % 3 === 0 ? 0 : 70);
  writeSync(file, text.slice(0, cut));
  rest = text.slice(cut);
}

function finishLine(): void {
  writeSync(file, rest);
  rest = '';
}

const timer = setInterval(write, INTERVAL_MS);

// also where the test has failed
process.on('disconnect', () => clearInterval(timer));

process.on('SIGHUP', () => {
  finishLine();
  closeSync(file);
  file = openSync(path, 'a');
});

process.on('message', (message) => {
  isPaused = message !== 'go on';
  if (isPaused) finishLine();
  process.send?.(serial);
  if (message === 'end') {
    process.disconnect();
  }
});

process.send?.(serial);
