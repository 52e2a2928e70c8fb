/** A client's connection: how it begins, which messages it sends, and how it ends, whatever the client does. */
import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { toMessage } from '../../errors.js';
import { createAsking, type SessionHost } from './asking.js';
import { createClientReader, ProtocolError } from './client-messages.js';
import {
  createPartReader,
  type Problem,
  toInt32,
  toMessageBytes,
  toProblemBytes,
  toReadyBytes,
} from './messages.js';
import { createSession } from './session.js';
import { toSettingText } from './statements.js';

/** Codes that stand in the place of a protocol version (PostgreSQL manual, "Message Formats"). */
const REQUEST = { cancel: 80_877_102, encryption: 80_877_103, gssEncryption: 80_877_104 } as const;

/** Version 3 of the protocol, whatever its minor version. */
const PROTOCOL = 3;

/** Milliseconds that a client has to say who it is. */
const STARTUP_MS = 10_000;

/** Milliseconds that a client may take nothing of an answer. */
const STALLED_MS = 60_000;

/** Bytes of an answer that may wait for the client while its next message is read. */
const MAX_UNREAD_BYTES = 64 * 1024;

/** What a client is told of the database as it connects. `server_version` is added to it. */
const PARAMETERS = {
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, YMD',
  TimeZone: 'UTC',
  IntervalStyle: 'postgres',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  is_superuser: 'off',
  default_transaction_read_only: 'on',
  in_hot_standby: 'off',
} as const;

/** The clients by the numbers that they are told, to give their statements up. */
export type Clients = Map<number, { readonly secret: number; readonly cancel: () => void }>;

interface ConnectionOptions {
  readonly host: SessionHost;
  readonly clients: Clients;
  readonly serverVersion: string;
  /** Called when the client is at rest, and when it is not any more. */
  readonly onRest: (isResting: boolean) => void;
  /** Aborted when the sessions end. */
  readonly signal: AbortSignal;
}

const CLOSING: Problem = {
  code: '57P01',
  message: 'terminating connection: the process that has the embedded database open ends',
  hint: null,
};

/**
 * Serves a client until it or the program ends the connection.
 *
 * @throws what is no fault of the client: a bug
 */
export async function serveConnection(socket: Socket, options: ConnectionOptions): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  const stop = () => endConnection(socket, CLOSING);
  socket.on('close', leave).on('error', leave);
  options.signal.addEventListener('abort', stop);
  const asking = createAsking(options.host, gone.signal);
  try {
    await converse(socket, asking, options);
    socket.end();
  } catch (error) {
    if (error instanceof ProtocolError) endConnection(socket, error.problem);
    else if (error instanceof RangeError) endConnection(socket, new ProtocolError(toMessage(error)).problem);
    else if (!socket.destroyed) {
      endConnection(socket, { code: 'XX000', message: toMessage(error), hint: null });
      throw error;
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    // what was open is rolled back, or its thread is ended: the owner goes on in any case
    await asking.end().catch(() => undefined);
  }
}

/** Tells a client why its connection ends, and ends it. */
export function endConnection(socket: Socket, problem: Problem): void {
  if (socket.destroyed || socket.writableEnded) return;
  socket.end(toProblemBytes('FATAL', problem), () => socket.destroy());
  // a client that reads nothing
  setTimeout(() => socket.destroy(), 1000).unref();
}

async function converse(
  socket: Socket,
  asking: ReturnType<typeof createAsking>,
  { host: _, clients, serverVersion, onRest }: ConnectionOptions,
): Promise<void> {
  const reader = createClientReader(socket);
  const late = setTimeout(() => socket.destroy(), STARTUP_MS);
  const write = (bytes: Buffer) => {
    if (bytes.length > 0 && !socket.destroyed && !socket.writableEnded) socket.write(bytes);
  };
  const parameters = await readStartup(reader, write, clients).finally(() => clearTimeout(late));
  if (parameters === null) return;
  const [number, secret] = [takeNumber(clients), randomInt(2 ** 31)];
  clients.set(number, { secret, cancel: asking.cancel });
  try {
    write(toMessageBytes('R', toInt32(0)));
    const told = {
      ...PARAMETERS,
      server_version: serverVersion,
      session_authorization: parameters.get('user'),
    };
    for (const [name, value] of Object.entries(told)) write(toMessageBytes('S', name, value ?? ''));
    write(toMessageBytes('K', toInt32(number), toInt32(secret)));
    if (parameters.has('options')) write(toProblemBytes('WARNING', NO_OPTIONS));
    write(toReadyBytes('I'));
    const session = createSession(asking, write, toSettings(parameters));
    for (;;) {
      onRest(!asking.isOpen());
      const message = await reader.read();
      onRest(false);
      if (message === null || message.type === 'X') return;
      await session.take(message);
      if (socket.writableLength > MAX_UNREAD_BYTES) await waitForReader(socket);
    }
  } finally {
    clients.delete(number);
  }
}

const NO_OPTIONS: Problem = {
  code: '01000',
  message: 'a session takes no options as it begins',
  hint: 'use set: set search_path = ...',
};

/** Reads who the client is. @returns null if the connection has asked for something else, and ends */
async function readStartup(
  reader: ReturnType<typeof createClientReader>,
  write: (bytes: Buffer) => void,
  clients: Clients,
): Promise<ReadonlyMap<string, string> | null> {
  for (let tries = 0; tries < 3; tries += 1) {
    const body = await reader.readStartup();
    if (body === null) return null;
    const code = body.readInt32BE(0);
    if (code === REQUEST.cancel) {
      const client = clients.get(body.readInt32BE(4));
      if (client?.secret === body.readInt32BE(8)) client.cancel();
      return null;
    }
    if (code === REQUEST.encryption || code === REQUEST.gssEncryption) {
      write(Buffer.from('N'));
      continue;
    }
    if (code >> 16 !== PROTOCOL) throw new ProtocolError('a session speaks version 3 of the protocol');
    const minor = code & 0xffff;
    const parameters = readParameters(body.subarray(4));
    const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
    // the client goes on with version 3.0, without what only later ones have
    if (minor > 0 || unknown.length > 0)
      write(toMessageBytes('v', toInt32(PROTOCOL << 16), toInt32(unknown.length), ...unknown));
    return parameters;
  }
  throw new ProtocolError('a session has no encryption');
}

function readParameters(bytes: Buffer): ReadonlyMap<string, string> {
  const parts = createPartReader(bytes);
  const parameters = new Map<string, string>();
  for (let name = parts.readText(); name !== ''; name = parts.readText())
    parameters.set(name, parts.readText());
  return parameters;
}

function toSettings(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const texts = [...parameters].map(
    ([name, value]) => [name.toLowerCase(), toSettingText(name, value)] as const,
  );
  return new Map(texts.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])));
}

function takeNumber(clients: Clients): number {
  let number = randomInt(1, 2 ** 31);
  while (clients.has(number)) number = randomInt(1, 2 ** 31);
  return number;
}

/** Waits until a client has taken its answer. One that takes nothing loses its connection. */
async function waitForReader(socket: Socket): Promise<void> {
  socket.setTimeout(STALLED_MS, () => socket.destroy());
  await new Promise<void>((resolve) => {
    if (socket.destroyed || socket.writableLength === 0) resolve();
    else socket.once('drain', resolve).once('close', resolve);
  });
  socket.setTimeout(0);
}
