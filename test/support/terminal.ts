// A terminal that `script` (util-linux) makes, with a shell on it that runs the command and then says how it ended.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_FOLDER } from './project-folder.js';

export const HAS_TERMINAL = spawnSync('script', ['--version']).status === 0;

export interface CommandOnTerminal {
  /** All that was written so far, with its escape sequences. */
  read(): string;
  /** What each frame shows: the text between two returns to the first place, without escape sequences. */
  readFrames(): readonly string[];
  /** Waits until a frame that was drawn since the last call fits. */
  waitFor(wanted: RegExp): Promise<string>;
  /** Types: `\x03` is Ctrl-C. */
  type(keys: string): void;
  /** Changes the size, as a person does who drags the window's corner. */
  resize(columns: number): void;
  /** Waits until the shell has ended. @returns all that was written */
  finish(): Promise<string>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the command on a terminal of 60 columns and 20 lines. */
export function startOnTerminal(
  args: string,
  environment: Readonly<Record<string, string>>,
): CommandOnTerminal {
  const command = [
    'stty cols 60 rows 20',
    'tty',
    'stty -g',
    'trap : INT',
    `${process.execPath} ${PROJECT_FOLDER}bin/logtally.js ${args}`,
    'echo "exit $?"',
    'stty -g',
  ].join('; ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  const closed = once(child, 'close').finally(() => running.delete(child));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const readFrames = () =>
    output
      .split('\x1b[H')
      .slice(1)
      .map((frame) => frame.replaceAll(/\x1b\[\??\d*[A-Za-z]/g, '').replaceAll('\r', ''))
      .filter((frame) => frame !== '');
  let seen = 0;
  return {
    read: () => output,
    readFrames,
    async waitFor(wanted) {
      for (;;) {
        const frames = readFrames();
        const found = frames.findIndex((frame, at) => at >= seen && wanted.test(frame));
        if (found !== -1) {
          seen = found + 1;
          return frames[found] ?? '';
        }
        await Promise.race([once(child.stdout, 'data'), closed.then(() => refuseEnd(output))]);
      }
    },
    type: (keys) => void child.stdin.write(keys),
    resize(columns) {
      const [terminal = ''] = /\/dev\/\S+/.exec(output) ?? [];
      const { status } = spawnSync('stty', ['-F', terminal, 'cols', String(columns)]);
      if (status !== 0) throw new Error(`stty: ${status}`);
    },
    async finish() {
      await closed;
      return output;
    },
  };
}

function refuseEnd(output: string): never {
  throw new Error(`the command has ended: ${JSON.stringify(output)}`);
}
