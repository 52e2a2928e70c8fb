/**
 * Standard error, whose last line on a terminal may be a progress bar: a message takes the bar's place, and the bar is drawn
 * anew below it.
 */
import type { SingleBar } from 'cli-progress';

export interface MessageStream {
  readonly isTTY: boolean;
  /** Where a bar draws itself. */
  readonly output: NodeJS.WriteStream;
  /** @param text whole lines */
  write(text: string): void;
  /** Takes note of a bar that has not started yet: messages make room for it from its start to its stop. */
  watch(bar: SingleBar): void;
  /** Ends the bar that is shown, which gives the cursor back. */
  stopBar(): void;
}

/** To the line's beginning, erase the line; let long lines wrap, which a bar does not (ECMA-48, 8.3.41; DEC private mode 7). */
const CLEAR_BAR = '\r\x1b[2K\x1b[?7h';

/** Lines no longer wrap; a bar that stops goes back to the position that was saved last (DECSC). */
const PREPARE_BAR = '\x1b[?7l\x1b7';

export function createMessageStream(output: NodeJS.WriteStream): MessageStream {
  let shown: SingleBar | null = null;
  return {
    output,
    isTTY: output.isTTY,
    write(text) {
      if (text === '') return;
      output.write(shown === null ? text : `${CLEAR_BAR}${text}${PREPARE_BAR}`);
      shown?.render();
    },
    stopBar: () => shown?.stop(),
    watch(bar) {
      bar.on('start', () => {
        shown = bar;
      });
      bar.on('stop', () => {
        shown = null;
      });
    },
  };
}
