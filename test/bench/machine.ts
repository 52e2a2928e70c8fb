// What was measured on: figures of a benchmark mean nothing without it.

import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { queryOnce } from '../support/database-server.js';

export interface Machine {
  readonly cpu: string;
  /** How many the processes may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Processes that ran or waited, on average over the last minute: what else the machine had to do. */
  readonly load: number;
  readonly node: string;
  readonly postgres: string;
  /** Settings of the server that decide its speed, as it has them. */
  readonly postgresSettings: Readonly<Record<string, string>>;
}

/** The settings of a server that keeps its data, and the two that any larger server raises. */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_wal_size: '4GB',
};

/** Describes this machine and the server at `serverUrl`, asking the server for the settings that count. */
export async function describeMachine(serverUrl: string): Promise<Machine> {
  const names = Object.keys(POSTGRES_SETTINGS);
  const columns = names.map((name) => `current_setting('${name}') as ${name}`).join(', ');
  const [settings] = await queryOnce(serverUrl, `select ${columns}`);
  const [version] = await queryOnce(serverUrl, 'show server_version');
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()}`,
    load: loadavg()[0] ?? 0,
    node: process.versions.node,
    postgres: String(version?.server_version),
    postgresSettings: Object.fromEntries(names.map((name) => [name, String(settings?.[name])])),
  };
}
