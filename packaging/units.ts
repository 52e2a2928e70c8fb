/** The units of the documentation, the one place in which they are written: the package brings them, and a test has systemd judge them. */
import { readFileSync } from 'node:fs';

/** The pages that have units. */
const PAGES = ['systemd.md', 'systemd-timers.md', 'monitoring.md'];

/** Where the pages say that the program is: npm puts it there. */
export const NPM_PROGRAM = '/usr/local/bin/logtally';

const BLOCK = /```ini\n# \/etc\/systemd\/system\/(\S+)\n(.*?)```/gs;

/** Finds the units by their names: `logtally-follow.service`. */
export function readUnits(): ReadonlyMap<string, string> {
  const texts = PAGES.map((name) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8'));
  return new Map([...texts.join('\n').matchAll(BLOCK)].map(([, name = '', text = '']) => [name, text]));
}

/** A unit as the Debian package brings it, with its own program and config file. */
export function toPackagedUnit(unit: string): string {
  return unit
    .replaceAll(NPM_PROGRAM, '/usr/bin/logtally')
    .replace(
      /^(Environment=LOGTALLY_DATA_DIR=.*\n)/m,
      '$1Environment=LOGTALLY_CONFIG=/etc/logtally/logtally.toml\n',
    );
}
