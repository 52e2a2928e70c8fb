// The processes behind Apache's pipe: those that write, and those that count for them.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export type PipedKind = 'writes' | 'counts';

/** @returns the ids of those that have `path` among their arguments, the newest last */
export function findPiped(kind: PipedKind, path: string): number[] {
  const command = kind === 'writes' ? '\0pipe\0' : '\0follow\0';
  return readdirSync('/proc')
    .flatMap((name) => {
      const words = /^\d+$/.test(name) ? readProc(name, 'cmdline') : '';
      return words.includes(command) && words.includes(path) ? [Number(name)] : [];
    })
    .toSorted((one, other) => readStart(one) - readStart(other));
}

/** Kills the newest one. @returns false if there is none */
export function killPiped(kind: PipedKind, path: string): boolean {
  const pid = findPiped(kind, path).at(-1);
  if (pid === undefined) return false;
  process.kill(pid, 'SIGKILL');
  return true;
}

/** Waits until none is left. @throws Error if that takes too long */
export async function waitForNone(path: string, patienceMs: number): Promise<void> {
  const list = () => [...findPiped('writes', path), ...findPiped('counts', path)];
  for (const startedAt = Date.now(); list().length > 0; await sleep(50))
    if (Date.now() - startedAt > patienceMs) throw new Error(`${list().join(', ')} still run for '${path}'`);
}

/** When it was started, in the kernel's ticks; proc(5): the 22nd field, where the second may have spaces. */
function readStart(pid: number): number {
  const stat = readProc(String(pid), 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

/** Empty if it has ended. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
