// A proxy before a worker, which loses the connection at a step of the two that a commit of Citus has.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** `PREPARE TRANSACTION` or `COMMIT PREPARED`, lost on its way, or done by the worker but not answered. */
export interface LostStep {
  readonly step: 'PREPARE TRANSACTION' | 'COMMIT PREPARED';
  readonly isDone: boolean;
}

export interface WorkerProxy {
  readonly port: number;
  /** Whether the step was lost. */
  readonly hasFailed: boolean;
  /** Loses the next such step. */
  lose(step: LostStep): void;
  close(): Promise<void>;
}

/** The first message of libpq if it would like to encrypt (PostgreSQL manual, "SSL Session Encryption"), and the answer no. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const NO_SSL = 'N';

/** @param workerUrl where connections are passed on to */
export async function startWorkerProxy(workerUrl: string): Promise<WorkerProxy> {
  const { hostname, port } = new URL(workerUrl);
  const sockets = new Set<Socket>();
  let wanted: LostStep | null = null;
  let hasFailed = false;
  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    let isLost = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', end);
    }
    client.on('data', (bytes) => {
      if (bytes.equals(SSL_REQUEST)) return client.write(NO_SSL);
      if (wanted === null || !bytes.toString('latin1').includes(wanted.step)) return server.write(bytes);
      const { isDone } = wanted;
      wanted = null;
      hasFailed = true;
      isLost = true;
      return isDone ? server.write(bytes) : end();
    });
    server.on('data', (bytes) => (isLost ? end() : client.write(bytes)));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  return {
    port: address.port,
    get hasFailed() {
      return hasFailed;
    },
    lose(step) {
      wanted = step;
      hasFailed = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
