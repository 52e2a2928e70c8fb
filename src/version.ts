/** The program's own version. */
import { readFileSync } from 'node:fs';

/** Reads it from the package: `0.1.0`. */
export function readVersion(): string {
  const about = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(about) as { version: string }).version;
}
