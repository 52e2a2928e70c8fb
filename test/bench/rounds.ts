// Lets the contenders run in alternation, so that a disturbance of the machine meets all of them alike.

import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import type { Contender, ContenderName } from './contenders.js';
import type { Measurement } from './measure.js';
import { checkSameTotals, type NamedTotals, readTotals, type Totals } from './totals.js';

export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  readonly server: PostgresServer;
  readonly logPath: string;
  readonly runs: number;
  /** Is told of each run as it ends; `round` counts from 1. */
  readonly onRun: (name: ContenderName, round: number, measurement: Measurement) => void;
}

export interface Rounds {
  /** The measurements of each contender, in the order of the rounds. */
  readonly measurements: ReadonlyMap<ContenderName, readonly Measurement[]>;
  /** What all of them counted; null if none of them counts objects. */
  readonly totals: Totals | null;
}

/**
 * Runs every contender `runs` times.
 *
 * @throws Error if one fails, or two of all the runs disagree about a total or a rank
 */
export async function runRounds(options: RoundsOptions): Promise<Rounds> {
  const { contenders, server, logPath, runs, onRun } = options;
  const measurements = new Map<ContenderName, Measurement[]>(contenders.map(({ name }) => [name, []]));
  let first: NamedTotals | null = null;
  for (let round = 1; round <= runs; round += 1) {
    for (const contender of contenders) {
      if (round > (contender.maxRuns ?? runs)) continue;
      const { measurement, totals } = await runOnce(contender, server, logPath);
      measurements.get(contender.name)?.push(measurement);
      onRun(contender.name, round, measurement);
      if (totals === null) continue;
      const found = { name: contender.name, totals };
      checkSameTotals(first ?? found, found);
      first ??= found;
    }
  }
  return { measurements, totals: first?.totals ?? null };
}

async function runOnce(contender: Contender, server: PostgresServer, logPath: string) {
  const databaseUrl = await server.createDatabase();
  try {
    await contender.prepare(databaseUrl);
    // what the contender before left unwritten is not for this one to pay
    await queryOnce(server.url, 'checkpoint');
    const measurement = await contender.run(databaseUrl, logPath);
    const totals = contender.totals === null ? null : await readTotals(databaseUrl, contender.totals);
    return { measurement, totals };
  } finally {
    await dropDatabase(server.url, databaseUrl);
  }
}
