/**
 * The file system through which PGlite writes, with three additions: files belong to their owner alone, a failed system call
 * is remembered, and the death of PostgreSQL is noticed. PGlite would call a dead PostgreSQL again and again and never return.
 */
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { findErrorCode, toMessage } from '../errors.js';
import { FILE_MODE, FOLDER_MODE } from './embedded-folder.js';

/** The exit status that tells PGlite that a statement has failed (its POSTGRES_MAIN_LONGJMP). */
const STATEMENT_FAILED = 100;

/** Failures of the system; others are ordinary answers, such as that a file does not exist. */
const FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EROFS', 'EACCES', 'EPERM', 'EFBIG']);

/** The members of Emscripten's module of PostgreSQL that PGlite's types lack. */
interface Internals {
  _PostgresMainLoopOnce: () => void;
  /** Rolls back after an error of a statement. */
  _PostgresMainLongJmp: () => void;
  readonly NODEFS: {
    tryFSOperation: <Result>(operation: () => Result) => Result;
    readonly node_ops: {
      mknod: (parent: unknown, name: string, mode: number, device: number) => unknown;
      setattr: (node: unknown, attributes: { readonly mode?: number }) => void;
    };
  };
  readonly FS: { isDir: (mode: number) => boolean };
  readonly HEAPU8: Uint8Array;
}

export class GuardedFiles extends NodeFS {
  /** The last failure of the system; null if there was none. */
  fault: string | null = null;
  /** Bytes of memory that the database has: they are never given back. */
  getMemoryBytes: () => number = () => 0;
  readonly #onDeath: (error: unknown) => never;

  /** @param onDeath called when PostgreSQL has ended in the middle of a statement; must end the thread */
  constructor(folder: string, onDeath: (error: unknown) => never) {
    super(folder);
    this.#onDeath = onDeath;
  }

  override init(...[postgres, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const guard = (module: unknown) => this.#guard(module as Internals);
    return super.init(postgres, { ...options, preRun: [...(options.preRun ?? []), guard] });
  }

  #guard(module: Internals): void {
    const { NODEFS: files, FS } = module;
    this.getMemoryBytes = () => module.HEAPU8.length;
    const toPrivate = (mode: number) => mode & (~0o777 | (FS.isDir(mode) ? FOLDER_MODE : FILE_MODE));
    const { tryFSOperation } = files;
    files.tryFSOperation = (operation) => tryFSOperation(() => this.#remember(operation));
    const { mknod, setattr } = files.node_ops;
    files.node_ops.mknod = (parent, name, mode, device) => mknod(parent, name, toPrivate(mode), device);
    files.node_ops.setattr = (node, attributes) =>
      setattr(
        node,
        attributes.mode === undefined ? attributes : { ...attributes, mode: toPrivate(attributes.mode) },
      );
    module._PostgresMainLoopOnce = this.#endAfter(module._PostgresMainLoopOnce, isStatementFailure);
    module._PostgresMainLongJmp = this.#endAfter(module._PostgresMainLongJmp, () => false);
  }

  /** @param isOrdinary whether PostgreSQL goes on after what was thrown */
  #endAfter(run: () => void, isOrdinary: (error: unknown) => boolean): () => void {
    return () => {
      try {
        run();
      } catch (error) {
        if (!isOrdinary(error)) this.#onDeath(error);
        throw error;
      }
    };
  }

  #remember<Result>(operation: () => Result): Result {
    try {
      return operation();
    } catch (error) {
      if (FAULTS.has(findErrorCode(error) ?? '')) this.fault = toMessage(error);
      throw error;
    }
  }
}

function isStatementFailure(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'status' in error && error.status === STATEMENT_FAILED
  );
}
