/**
 * Unpacks an input: gzip in this process, the others by the system's tools. A tool prints what it can unpack and fails only
 * then: its output must not be taken for complete before its exit status is known.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT, findErrorCode, InputError, toMessage } from '../errors.js';
import { DamageError, type UnpackEnd, unpackGzip } from './gzip.js';
import { type Compression, MAGIC_BYTES, refuseContent } from './packing.js';

/** How reading an input ended. */
export type SourceEnd =
  | { readonly kind: 'complete' }
  /** It ended too early; everything that could be unpacked was handed on and is correct. */
  | { readonly kind: 'cut off'; readonly message: string }
  /** The bytes that were handed on may be wrong. */
  | { readonly kind: 'damaged'; readonly message: string };

/** The end of compressed data that ends too early. */
export function toCutOff(name: string, compression: string): SourceEnd {
  return { kind: 'cut off', message: `${name} is cut off: its ${compression} data ends too early` };
}

/** Bytes per piece of unpacked data. */
const UNPACKED_BYTES = 1_048_576;

/** Fewer bytes for a small archive: of thousands of them the buffers would be most of the work. Most logs shrink to a tenth or less. */
const MIN_UNPACKED_BYTES = 65_536;
const USUAL_GROWTH = 10;

/** Characters of a tool's error output that are kept. */
const MAX_COMPLAINT_CHARACTERS = 2_000;

type Tool = Exclude<Compression, 'gzip'>;

/** EPIPE, and the codes that stand for it if the pipe was closed while nothing was being written. */
const TOOL_STOPPED_READING = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

const TOOLS: Readonly<Record<Tool, { readonly args: readonly string[]; readonly debianPackage: string }>> = {
  bzip2: { args: ['-dc'], debianPackage: 'bzip2' },
  // -T1: one thread; xz 5.6 otherwise starts one for each core, each with its own memory
  xz: { args: ['-dc', '-T1'], debianPackage: 'xz-utils' },
  zstd: { args: ['-dcq'], debianPackage: 'zstd' },
};

/**
 * Unpacks an input.
 *
 * @param packed is read to its end, or destroyed
 * @param input how messages name it, and how many packed bytes it has, as far as that is known
 * @returns a stream that fails with an InputError if the input is damaged, and ends early if it is cut off
 */
export function unpack(
  packed: Readable,
  compression: Compression,
  { name, packedBytes }: { readonly name: string; readonly packedBytes: number },
): { readonly stream: Readable; readonly getEnd: () => SourceEnd } {
  const stop = new AbortController();
  let end: SourceEnd = { kind: 'cut off', message: `${name} was not read to its end` };
  const pieceBytes = Math.min(UNPACKED_BYTES, Math.max(MIN_UNPACKED_BYTES, packedBytes * USUAL_GROWTH));
  const chunks = handOn();
  const stream = new Readable({
    highWaterMark: UNPACKED_BYTES,
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      stop.abort();
      packed.destroy();
      done(error);
    },
  });
  return { stream, getEnd: () => end };

  async function* handOn(): AsyncGenerator<Buffer, undefined> {
    try {
      const unpacked =
        compression === 'gzip'
          ? unpackGzip(packed, pieceBytes)
          : unpackByTool(packed, compression, name, stop.signal);
      const state = yield* checkHead(unpacked, name);
      end = state === 'complete' ? { kind: state } : toCutOff(name, compression);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      end = { kind: 'damaged', message: `${name} is damaged: ${error.message}` };
      throw new InputError(`${end.message}; nothing of it is counted`, {
        hint: `restore it from a copy; ${compression} -t tests a file`,
        exitCode: EXIT.rejected,
        cause: error,
      });
    }
  }
}

/** Hands unpacked bytes on as soon as there are enough of them to tell that they are a log. */
async function* checkHead(
  unpacked: AsyncGenerator<Buffer, UnpackEnd>,
  name: string,
): AsyncGenerator<Buffer, UnpackEnd> {
  let head: Buffer = Buffer.alloc(0);
  let end: UnpackEnd | null = null;
  while (end === null && head.length < MAGIC_BYTES) {
    const { done, value } = await unpacked.next();
    if (done === true) end = value;
    else head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  refuseContent(name, head, true);
  if (head.length > 0) yield head;
  return end ?? (yield* unpacked);
}

/** The environment of the tools: without `XZ_OPT`, `BZIP2` and translated messages, which would change what they do or say. */
function getToolEnvironment(): NodeJS.ProcessEnv {
  const path = process.env['PATH'];
  return { LC_ALL: 'C', ...(path === undefined ? {} : { PATH: path }) };
}

/** @throws DamageError, InputError if the tool is missing or was ended */
async function* unpackByTool(
  packed: Readable,
  tool: Tool,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, UnpackEnd> {
  const { args, debianPackage } = TOOLS[tool];
  const child = spawn(tool, args, { env: getToolEnvironment(), signal, killSignal: 'SIGKILL' });
  // it comes at an abort; if the tool could not be started, that is noticed below
  child.on('error', () => undefined);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, MAX_COMPLAINT_CHARACTERS);
  });
  const closed = once(child, 'close').catch(() => []);
  await once(child, 'spawn').catch((error: unknown) => {
    const isMissing = findErrorCode(error) === 'ENOENT';
    throw new InputError(
      `${name} is ${tool} data, and ${tool} ${isMissing ? 'is not installed' : 'cannot be started'}`,
      {
        hint: isMissing
          ? `install it, on Debian and Ubuntu: apt-get install ${debianPackage}`
          : toMessage(error),
        cause: error,
      },
    );
  });
  const fed = pipeline(packed, child.stdin).then(
    () => null,
    (error: unknown) => error,
  );
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
  const readError = await fed;
  // a tool that fails stops reading and says why
  if (readError !== null && !TOOL_STOPPED_READING.includes(findErrorCode(readError) ?? '')) throw readError;
  await closed;
  if (child.exitCode === null) {
    throw new InputError(`${name} cannot be unpacked: ${tool} was ended by ${child.signalCode}`);
  }
  return judgeTool(tool, name, child.exitCode, complaint);
}

/** Finds out from a tool's exit status and error output how unpacking ended. */
function judgeTool(tool: Tool, name: string, exitCode: number, complaint: string): UnpackEnd {
  if (/trailing garbage|unsupported format/.test(complaint)) {
    throw new DamageError(`trailing bytes after the end of its ${tool} data`);
  }
  if (exitCode === 0) return 'complete';
  // zstd says `unknown header` of an input that is shorter than a magic number
  if (/unexpected end|ends unexpectedly|premature end|unknown header/i.test(complaint)) return 'cut off';
  const [line = `${tool} ended with ${exitCode}`] = complaint
    .split('\n')
    .filter((text) => text.trim() !== '');
  const reason = line.replace(/^(?:\w+: )?(?:\(stdin\)|\/\*stdin\*\\)? ?: ?/, '').trim();
  if (/memory|window/i.test(complaint)) throw new InputError(`${name} cannot be unpacked: ${reason}`);
  throw new DamageError(reason);
}
