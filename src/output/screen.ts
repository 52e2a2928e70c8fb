/**
 * A terminal's second screen, on which a text is shown in place, and which gives the first one back as it was: its text, the cursor,
 * the wrapping of lines. It uses the process itself, because a terminal is suspended (Ctrl-Z) by a signal to the process.
 */
import { formatNumberOf } from './text.js';

export interface Screen {
  /** Shows the text anew. */
  draw(): void;
  /** Gives the terminal back; may be called again. */
  close(): void;
}

/**
 * To the second screen, with no cursor and no wrapping of lines (DEC private modes 1049, 25 and 7, as xterm's "Control
 * Sequences" lists them), and back.
 */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** To the first place; erase the line; erase what is below (ECMA-48, 8.3.21, 8.3.41 and 8.3.39). */
const HOME = '\x1b[H';
const ERASE_LINE = '\x1b[2K';
const ERASE_BELOW = '\x1b[J';

/** Lines of a terminal that does not say how many it has. */
const DEFAULT_ROWS = 24;

/**
 * Opens the screen; nothing is shown before the first `draw`.
 *
 * @param format the text for the terminal as wide as it is now; called at each draw, and when the size has changed
 */
export function openScreen(stdout: NodeJS.WriteStream, format: () => string): Screen {
  let isOpen = true;
  const draw = () => {
    if (isOpen) stdout.write(formatFrame(format(), stdout.rows || DEFAULT_ROWS));
  };
  const suspend = () => {
    stdout.write(LEAVE);
    // not SIGTSTP, which would come here again
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = () => {
    stdout.write(ENTER);
    draw();
  };
  stdout.write(ENTER);
  stdout.on('resize', draw);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', resume);
  return {
    draw,
    close() {
      if (!isOpen) return;
      isOpen = false;
      stdout.off('resize', draw);
      process.off('SIGTSTP', suspend);
      process.off('SIGCONT', resume);
      stdout.write(LEAVE);
    },
  };
}

/** A text over all of a screen. If it has too many lines, the last one that is shown says so. */
export function formatFrame(text: string, rows: number): string {
  const lines = text.trimEnd().split('\n');
  const more = lines.length - rows + 1;
  const shown = more > 1 ? [...lines.slice(0, rows - 1), `... ${formatNumberOf(more, 'more line')}`] : lines;
  const frame = shown.map((line) => ERASE_LINE + line).join('\r\n');
  // the cursor ends at the first place: what somebody types does not move the lines
  return HOME + frame + (shown.length < rows ? `\r\n${ERASE_BELOW}` : '') + HOME;
}
