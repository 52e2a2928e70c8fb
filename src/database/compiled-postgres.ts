/** PostgreSQL's WebAssembly, compiled once for all threads of the process: a thread that follows another one starts sooner. */
import { readFile } from 'node:fs/promises';
import type { PGliteOptions } from '@electric-sql/pglite';

type Module = NonNullable<PGliteOptions['pgliteWasmModule']>;

/** As much of the engine as is used; the types of Node.js lack it. */
interface Engine {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<Module> };
}

/** The two programs, as PGlite takes them. */
export interface CompiledPostgres {
  readonly pgliteWasmModule: Module;
  readonly initdbWasmModule: Module;
}

/** Compiles the files of the PGlite that is installed. */
export async function compilePostgres(): Promise<CompiledPostgres> {
  const { WebAssembly } = globalThis as unknown as Engine;
  const folder = import.meta.resolve('@electric-sql/pglite');
  const compile = async (file: string) => WebAssembly.compile(await readFile(new URL(file, folder)));
  return {
    pgliteWasmModule: await compile('./pglite.wasm'),
    initdbWasmModule: await compile('./initdb.wasm'),
  };
}
