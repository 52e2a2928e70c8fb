/** What the output can show: how wide a line may be, and whether colours help. */

export interface Terminal {
  /** Characters in a line; null if the output is no terminal, and lines may be as long as they are. */
  readonly columns: number | null;
  readonly hasColors: boolean;
}

/** A file, or a pipe. */
export const NO_TERMINAL: Terminal = { columns: null, hasColors: false };

const DEFAULT_COLUMNS = 80;

interface Surroundings {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colours are left out if NO_COLOR is set and not empty (no-color.org), and on terminals that have none. */
export function describeTerminal({ stdout, environment }: Surroundings): Terminal {
  if (!stdout.isTTY) return NO_TERMINAL;
  return {
    columns: stdout.columns || DEFAULT_COLUMNS,
    hasColors: !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
  };
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): what turns each on, and off again. */
const STYLES = { dim: [2, 22], red: [31, 39], green: [32, 39] } as const;

/** Text that is safe to show, in a style if the terminal has colours. */
export function paint(terminal: Terminal, style: keyof typeof STYLES, text: string): string {
  const [on, off] = STYLES[style];
  return text === '' || !terminal.hasColors ? text : `\x1b[${on}m${text}\x1b[${off}m`;
}
