/** What a log writer tells on standard error, which a web server writes into its error log. */
import { toMessage } from '../errors.js';
import type { WriterEvent } from '../live/live.js';
import { formatBytes, formatNumberOf, formatTime, toVisibleText } from './text.js';

/** One event as a message, without the program's name and a line's end. */
export function formatWriterEvent(event: WriterEvent): string {
  return toVisibleText(toText(event));
}

function toText(event: WriterEvent): string {
  switch (event.kind) {
    case 'dropping':
      return `'${event.path}' cannot be written: ${toMessage(event.error)}; lines are dropped until it can (${formatNumberOf(event.lines, 'line')} so far)`;
    case 'dropped': {
      const [since, until] = [event.since, event.until].map((time) => formatTime(time.toISOString()));
      return `${formatNumberOf(event.lines, 'line')} of '${event.path}' ${event.lines === 1 ? 'was' : 'were'} dropped (${formatBytes(event.bytes)}), from ${since} to ${until}`;
    }
    case 'kept':
      return `'${event.path}' cannot be opened: ${toMessage(event.error)}; lines go on into '${event.kept}'`;
    case 'unlinked':
      return `'${event.path}' does not lead to the log of the time: ${toMessage(event.error)}`;
  }
}
