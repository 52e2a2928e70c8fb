/** What became of the lines: how many were written, how many dropped, and what there is to tell about it. */

/** Milliseconds without a dropped line after which an outage is over: a disk that is nearly full takes some lines and not others. */
const OVER_AFTER_MS = 1000;

export type WriterEvent =
  /** The first lines that an outage takes, and the first with another cause. */
  | { readonly kind: 'dropping'; readonly path: string; readonly error: unknown; readonly lines: number }
  /** The end of an outage, of which `dropping` told the beginning: what it took in all. */
  | {
      readonly kind: 'dropped';
      readonly path: string;
      readonly lines: number;
      readonly bytes: number;
      readonly since: Date;
      readonly until: Date;
    }
  /** The file of the time cannot be opened: its lines go on into the one before. */
  | { readonly kind: 'kept'; readonly path: string; readonly kept: string; readonly error: unknown }
  /** The link to the file of the time cannot be made. */
  | { readonly kind: 'unlinked'; readonly path: string; readonly error: unknown };

export interface Deliveries {
  readonly counts: Readonly<DeliveryCounts>;
  written(lines: number, bytes: number): void;
  dropped(lost: {
    /** The ends of lines among the bytes. */
    readonly lines: number;
    readonly bytes: number;
    readonly path: string;
    /** Null for the rest of a line whose beginning was dropped. */
    readonly error: unknown;
  }): void;
  /** Tells of an outage that is over; `isLast` if nothing more will come. */
  settle(isLast: boolean): void;
}

export interface DeliveryCounts {
  lines: number;
  bytes: number;
  droppedLines: number;
  droppedBytes: number;
}

interface Outage {
  lines: number;
  bytes: number;
  path: string;
  readonly since: Date;
  until: Date;
  /** The causes that were told. */
  readonly told: Set<string>;
}

export function createDeliveries(onEvent: (event: WriterEvent) => void): Deliveries {
  const counts: DeliveryCounts = { lines: 0, bytes: 0, droppedLines: 0, droppedBytes: 0 };
  let outage: Outage | null = null;
  return {
    counts,
    written(lines, bytes) {
      counts.lines += lines;
      counts.bytes += bytes;
    },
    dropped({ lines, bytes, path, error }) {
      const now = new Date();
      counts.droppedLines += lines;
      counts.droppedBytes += bytes;
      outage ??= { lines: 0, bytes: 0, path, since: now, until: now, told: new Set() };
      outage.lines += lines;
      outage.bytes += bytes;
      outage.path = path;
      outage.until = now;
      if (error === null) return;
      const cause = toCause(error);
      if (outage.told.has(cause)) return;
      outage.told.add(cause);
      onEvent({ kind: 'dropping', path, error, lines: outage.lines });
    },
    settle(isLast) {
      if (outage === null) return;
      const silentMs = Date.now() - outage.until.getTime();
      if (!isLast && silentMs >= 0 && silentMs < OVER_AFTER_MS) return;
      const { told: _, ...ended } = outage;
      outage = null;
      onEvent({ kind: 'dropped', ...ended });
    },
  };
}

/** What is the same for the same trouble, whatever file it is with: `ENOSPC`. */
export function toCause(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
