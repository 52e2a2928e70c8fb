// Lets the contenders run in alternation, there and back, so that a disturbance of the machine meets all of them alike.

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import type { Contender, Place } from './contenders.js';
import type { Measurement } from './measure.js';
import { findDifference, type NamedTotals, type Totals } from './totals.js';
import type { LogFile, WorkloadName } from './workloads.js';

export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  readonly server: PostgresServer;
  /** For the folders of the runs. */
  readonly folder: string;
  readonly runs: number;
  readonly files: Pick<Place, 'getLog' | 'getFinishedRows'>;
  /** Is told of each run as it ends; `round` counts from 1. */
  readonly onRun: (name: string, round: number, measurement: Measurement) => void;
}

export interface Rounds {
  /** The measurements of each contender by its key, in the order of the rounds. */
  readonly measurements: ReadonlyMap<string, readonly Measurement[]>;
  /** What was counted of each workload. */
  readonly totals: Readonly<Partial<Record<WorkloadName, Totals>>>;
  /** Where two of all the runs disagree about a total or a rank. */
  readonly differences: readonly string[];
}

/** Gives contenders the one log that they all read. */
export function toFiles(log: LogFile): RoundsOptions['files'] {
  return {
    getLog: () => log,
    getFinishedRows: () => {
      throw new Error('the rows of the floor were not prepared');
    },
  };
}

/**
 * Runs every contender `runs` times.
 *
 * @throws Error if one fails
 */
export async function runRounds(options: RoundsOptions): Promise<Rounds> {
  const { contenders, runs, onRun } = options;
  const measurements = new Map<string, Measurement[]>(contenders.map(({ key }) => [key, []]));
  const firsts = new Map<WorkloadName, NamedTotals>();
  const differences: string[] = [];
  for (let round = 1; round <= runs; round += 1) {
    // each goes first as often as it goes last
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
      if (round > (contender.maxRuns ?? runs)) continue;
      const { measurement, totals } = await runOnce(contender, options);
      measurements.get(contender.key)?.push(measurement);
      onRun(contender.name, round, measurement);
      if (totals === null || contender.countsAs === null) continue;
      const found = { name: contender.name, totals };
      const first = firsts.get(contender.countsAs);
      const difference = findDifference(first ?? found, found);
      if (difference !== null) differences.push(difference);
      // one with a digest says more than one without
      if ((first?.totals.digest ?? null) === null) firsts.set(contender.countsAs, found);
    }
  }
  const totals = Object.fromEntries([...firsts].map(([workload, named]) => [workload, named.totals]));
  return { measurements, totals, differences };
}

async function runOnce(contender: Contender, { server, folder, files }: RoundsOptions) {
  const databaseUrl = await server.createDatabase();
  const place = { databaseUrl, folder: await mkdtemp(join(folder, 'run-')), ...files };
  try {
    await contender.prepare?.(place);
    // what the contender before left unwritten is not for this one to pay
    await queryOnce(server.url, 'checkpoint');
    const { measurement, output } = await contender.run(place);
    return { measurement, totals: (await contender.readTotals?.(place, output)) ?? null };
  } finally {
    await dropDatabase(server.url, databaseUrl);
    await rm(place.folder, { recursive: true, force: true });
  }
}
