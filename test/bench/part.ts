// What each part of the benchmark is: a function that measures, and one that tells what it has found.

import type { PostgresServer } from '../support/postgres.js';
import type { BenchOptions } from './options.js';
import type { Promised } from './promises.js';

/** What a part measures with. */
export interface Bench {
  readonly server: PostgresServer;
  /** For logs and other files; it is removed at the end. */
  readonly folder: string;
  readonly options: BenchOptions;
}

/** What every part finds, beside its own figures. All of it can be written as JSON. */
export interface Judged {
  readonly promises: readonly Promised[];
}

export interface Part<Figures extends Judged> {
  /** For --help: what it measures. */
  readonly about: string;
  /** Whether it runs when no part is named. */
  readonly isUsual: boolean;
  readonly measure: (bench: Bench) => Promise<Figures & { readonly text: readonly string[] }>;
}

/** Makes a row of the table of parts. `format` gives the lines of the report, the first one empty. */
export function toPart<Figures extends Judged>(
  about: string,
  measure: (bench: Bench) => Promise<Figures>,
  format: (figures: Figures) => readonly string[],
): Part<Figures> {
  return {
    about,
    isUsual: false,
    measure: async (bench) => {
      const figures = await measure(bench);
      return { ...figures, text: format(figures) };
    },
  };
}

/** The same of a part that also runs when none is named. */
export function toUsualPart<Figures extends Judged>(
  ...[about, measure, format]: Parameters<typeof toPart<Figures>>
): Part<Figures> {
  return { ...toPart(about, measure, format), isUsual: true };
}
