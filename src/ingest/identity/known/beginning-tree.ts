/** Logs by the digests of their first bytes, to be found by the first bytes of a line. */
import { digestPrefix, HEAD_BYTES } from './checkpoints.js';

/** Hexadecimal digits that are kept of a digest. */
export const DIGITS = 16;

/** So many logs are told apart one by one. */
const FEW_LOGS = 4;

/** The beginning of a known log, by which the log is recognised. */
export interface Beginning {
  readonly streamId: number;
  /** The number of its first 16 bytes; null if it had fewer at first. */
  readonly prefixMark: number | null;
  /** Whether any of it came from a pipe: then several logs may be one stream, and the first of them may have grown since. */
  readonly isPiped: boolean;
  /** Positions that have a digest, ascending: those up to `HEAD_BYTES`, the regular ones up to `WINDOW_BYTES`, and its end. */
  readonly ends: readonly number[];
  /** The first digits of their digests. */
  readonly digests: readonly string[];
}

/**
 * Logs that begin alike up to some checkpoint. Thousands may begin with the same directives, or the same fields of a JSON object: they
 * are told apart by the next checkpoint, and so on.
 */
export class BeginningTree {
  readonly #checkpoint: number;
  /** Those that the checkpoint does not tell apart. */
  readonly #logs = new Map<number, Beginning>();
  /** The others, by their digest there; null as long as there are few logs. */
  #branches: Map<string, BeginningTree> | null = null;

  /** @param checkpoint a regular one, at which logs are told apart if there are many */
  constructor(checkpoint: number) {
    this.#checkpoint = checkpoint;
  }

  /** Takes in a log, in the place of what was known of it before. */
  add(beginning: Beginning): void {
    const sha256 = this.#findDigest(beginning);
    if (this.#branches === null || sha256 === null) {
      this.#logs.set(beginning.streamId, beginning);
      if (this.#branches === null && this.#logs.size > FEW_LOGS) this.#branch();
      return;
    }
    this.#logs.delete(beginning.streamId);
    const branch = this.#branches.get(sha256) ?? new BeginningTree(this.#checkpoint * 2);
    this.#branches.set(sha256, branch);
    branch.add(beginning);
  }

  /** Logs that may begin with these bytes. */
  find(bytes: Buffer): readonly Beginning[] {
    const own = [...this.#logs.values()];
    if (this.#branches === null) return own;
    if (bytes.length < this.#checkpoint)
      return [...own, ...[...this.#branches.values()].flatMap((branch) => branch.find(bytes))];
    const branch = this.#branches.get(digest(bytes.subarray(0, this.#checkpoint)));
    return branch === undefined ? own : [...own, ...branch.find(bytes)];
  }

  /** @returns null if the checkpoint does not tell the log apart: it is shorter, or another log that begins with the same line may be a part of it */
  #findDigest({ isPiped, ends, digests }: Beginning): string | null {
    if (isPiped || this.#checkpoint > HEAD_BYTES) return null;
    return digests[ends.indexOf(this.#checkpoint)] ?? null;
  }

  #branch(): void {
    const logs = [...this.#logs.values()];
    this.#logs.clear();
    this.#branches = new Map();
    for (const log of logs) this.add(log);
  }
}

/** The first digits of the digest of the first bytes of a log. */
export function digest(bytes: Buffer): string {
  return digestPrefix(bytes).slice(0, DIGITS);
}
