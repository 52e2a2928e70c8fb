// A small TCP proxy before a PostgreSQL server that knows the types of the protocol's messages (PostgreSQL manual,
// "Message Formats") and can lose, hold back or change the one that matters: the first COMMIT after a COPY.

import { once } from 'node:events';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What is done, once: `lose answer`, COMMIT is forwarded, but its answer is not, and the connection ends; `swallow`, the
 * connection ends instead of forwarding COMMIT; `delay`, COMMIT is forwarded after some time; `arrive late`, the same, but
 * the client's side has ended already; `roll back`, the server is sent ROLLBACK, as after a fault that it kept to itself;
 * `change tag`, the answer COMMIT becomes ROLLBACK; `freeze`, nothing is forwarded any more, until both sides end
 * after some time. And of a COPY: `cut copy`, the connection ends in the middle of its data; `lose row`, its first row is
 * not forwarded; `change row`, its first row has another content type.
 */
export type ProxyFault =
  | 'lose answer'
  | 'swallow'
  | 'delay'
  | 'arrive late'
  | 'roll back'
  | 'change tag'
  | 'freeze'
  | 'cut copy'
  | 'lose row'
  | 'change row';

const COPY_FAULTS: readonly ProxyFault[] = ['cut copy', 'lose row', 'change row'];

export interface Proxy {
  /** The URL of the server's database, by way of the proxy. */
  readonly url: string;
  /** Whether the fault has happened. */
  readonly hasFailed: boolean;
  /** Connections that were made. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly fault: ProxyFault;
  /** For the faults that take time, milliseconds. */
  readonly delayMs?: number;
  /** COMMITs after a COPY that pass before the one that is hit. */
  readonly passed?: number;
}

/** Starts a proxy before the server of a database's URL. */
export async function startProxy(databaseUrl: string, options: ProxyOptions): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const delayMs = options.delayMs ?? 2000;
  const sockets = new Set<Socket>();
  let left = options.passed ?? 0;
  let hasFailed = false;
  let connections = 0;

  const serve = (client: Socket): void => {
    connections += 1;
    const server = connectSocket(Number(target.port), target.hostname);
    let isFrozen = false;
    let copied = 0;
    let awaitsAnswer = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    const end = () => {
      client.destroy();
      server.destroy();
    };
    const fail = () => {
      hasFailed = true;
      return options.fault;
    };

    const onCommit = async (message: Buffer): Promise<void> => {
      switch (fail()) {
        case 'swallow':
          return end();
        case 'delay':
          await sleep(delayMs);
          break;
        case 'arrive late':
          client.destroy();
          await sleep(delayMs);
          break;
        case 'roll back':
          server.write(toQuery('rollback'));
          return;
        case 'freeze':
          isFrozen = true;
          await sleep(delayMs);
          client.destroy();
          await sleep(delayMs);
          return end();
        default:
          awaitsAnswer = true;
      }
      server.write(message);
      if (options.fault === 'arrive late') server.end();
    };

    const onCopyData = (message: Buffer): void => {
      const rows = message.subarray(5).toString('latin1');
      switch (fail()) {
        case 'lose row':
          server.write(toMessage('d', rows.slice(rows.indexOf('\n') + 1)));
          return;
        case 'change row':
          server.write(toMessage('d', rows.replace(/^\d/, '9')));
          return;
        default:
          server.end(message.subarray(0, message.length / 2));
          client.destroy();
      }
    };

    const fromClient = (type: string, message: Buffer): void => {
      if (isFrozen) return;
      if (type === 'd') copied += 1;
      if (type === 'd' && !hasFailed && COPY_FAULTS.includes(options.fault)) {
        onCopyData(message);
        return;
      }
      const isCommit = copied > 0 && type === 'Q' && /^commit\0$/i.test(message.toString('latin1', 5));
      if (isCommit && !hasFailed && !COPY_FAULTS.includes(options.fault)) {
        copied = 0;
        left -= 1;
        if (left < 0) {
          void onCommit(message);
          return;
        }
      }
      server.write(message);
    };

    const fromServer = (type: string, message: Buffer): void => {
      if (isFrozen) return;
      const isAnswer = awaitsAnswer && type === 'C';
      if (isAnswer) awaitsAnswer = false;
      if (isAnswer && options.fault === 'lose answer') end();
      else if (isAnswer && options.fault === 'change tag') client.write(toMessage('C', 'ROLLBACK\0'));
      else client.write(message);
    };

    client.on('data', splitMessages(fromClient, true));
    server.on('data', splitMessages(fromServer, false));
    client.on('close', () => {
      if (!hasFailed || !['arrive late', 'freeze'].includes(options.fault)) server.end();
    });
    server.on('close', () => client.destroy());
  };

  const listener = createServer(serve).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    get hasFailed() {
      return hasFailed;
    },
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Cuts what arrives into messages. The first one of a client, which starts the connection, has no type. */
function splitMessages(
  take: (type: string, message: Buffer) => void,
  startsWithoutType: boolean,
): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let hasType = !startsWithoutType;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      const lengthAt = hasType ? 1 : 0;
      if (waiting.length < lengthAt + 4) return;
      const length = lengthAt + waiting.readInt32BE(lengthAt);
      if (waiting.length < length) return;
      const message = waiting.subarray(0, length);
      waiting = waiting.subarray(length);
      take(hasType ? message.toString('latin1', 0, 1) : '', message);
      hasType = true;
    }
  };
}

function toQuery(statement: string): Buffer {
  return toMessage('Q', `${statement}\0`);
}

function toMessage(type: string, body: string): Buffer {
  const message = Buffer.alloc(5 + body.length);
  message.write(type, 0, 'latin1');
  message.writeInt32BE(4 + body.length, 1);
  message.write(body, 5, 'latin1');
  return message;
}
