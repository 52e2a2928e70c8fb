// A database that is spread over a Citus cluster, and a plain one, to which the same is done.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays } from 'date-fns/addDays';
import { format } from 'date-fns/format';
import { parseISO } from 'date-fns/parseISO';
import { expect, inject } from 'vitest';
import { runCli } from '../support/cli.js';
import { createDatabase, dropDatabase, queryOnce } from '../support/database-server.js';
import { it as base } from '../support/folder.js';
import { createCitusDatabase, dropOnNodes } from './databases.js';
import { readAllTables } from './tables.js';

/** Days in a row: `{ since: '2026-04-14', days: 3 }`. */
interface Days {
  readonly since: string;
  readonly days: number;
}

export interface Pair {
  readonly citus: string;
  readonly plain: string;
  /** Writes a log of so many lines, whose objects begin at a number, and returns its path. */
  write(name: string, lines: number, first: number): Promise<string>;
  /** Writes a log of so many lines, of so many days from one on. */
  writeDays(name: string, lines: number, days: Days): Promise<string>;
  /** Runs the same command on both, and expects the same output. */
  run(...args: readonly string[]): Promise<string>;
}

export const it = base.extend<{ readonly pair: Pair }>({
  pair: async ({ folder }, use) => {
    const cluster = inject('citus');
    if (cluster === null) throw new Error('there is no cluster');
    const { nodes, template } = cluster;
    const citus = await createCitusDatabase(nodes, template);
    const plain = await createDatabase(nodes.coordinator);
    const save = async (name: string, log: string) => {
      const path = join(folder, name);
      await writeFile(path, log);
      return path;
    };
    await use({
      citus,
      plain,
      write: (name, lines, first) =>
        save(name, makeLog(name, lines, { first, since: '2026-04-14', days: 3 })),
      writeDays: (name, lines, days) => save(name, makeLog(name, lines, { first: 0, ...days })),
      run: async (...args) => {
        const outputs: string[] = [];
        for (const url of [citus, plain]) {
          const { code, stdout, stderr } = await runCli(args, { environment: { DATABASE_URL: url } });
          expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
          // a page says when it was made, and when lines were last counted
          outputs.push(
            stdout.replaceAll(new URL(url).pathname, '').replaceAll(/"(?:createdAt|countedAt)":"[^"]+"/g, ''),
          );
        }
        expect(outputs[0], args.join(' ')).toBe(outputs[1]);
        return outputs[0] ?? '';
      },
    });
    await dropOnNodes(nodes, new URL(citus).pathname.slice(1));
    await dropDatabase(nodes.coordinator, plain);
  },
});

/** A line for each object, and more for each hundredth; two types, no line like one of a log with another name. */
function makeLog(
  name: string,
  lines: number,
  { first, since, days }: Days & { readonly first: number },
): string {
  return Array.from({ length: lines }, (_, at) => {
    const day = format(addDays(parseISO(since), at % days), "dd/MMM/yyyy':10:00:00 +0000'");
    const object = first + (at % 7 === 0 ? at - (at % 100) : at);
    return `203.0.113.9 - - [${day}] "GET /${name}/${at} HTTP/1.1" 200 5 "-" "UA" ${7 + (object % 2)} /albums/of/the/summer/of/last/year/object-${object}\n`;
  }).join('');
}

/** As autovacuum does: what the planner knows of the tables changes which plans it makes. */
export async function analyze(pair: Pair): Promise<void> {
  for (const url of [pair.citus, pair.plain]) await queryOnce(url, 'analyze');
}

/** Expects the same rows in all tables, and that `verify` finds nothing. @param step what was done, for the message */
export async function expectEqual({ citus, plain }: Pair, step: string): Promise<void> {
  const [ours, theirs] = [await readAllTables(citus), await readAllTables(plain)];
  for (const table of Object.keys(theirs))
    expect({ step, table, rows: ours[table]?.length }).toEqual({ step, table, rows: theirs[table]?.length });
  expect(ours, step).toEqual(theirs);
  for (const url of [citus, plain])
    expect(await runCli(['verify'], { environment: { DATABASE_URL: url } })).toMatchObject({ code: 0 });
}
