/** Asks a PostgreSQL server to give up a statement (PostgreSQL manual, "Canceling Requests in Progress"). */
import { connect } from 'node:net';

const MESSAGE_BYTES = 16;

/** What stands in the place of a protocol version. */
const CANCEL_REQUEST_CODE = 80_877_102;

export interface CancelTarget {
  /** A name or an address; a path is the folder of the server's Unix socket. */
  readonly host: string;
  readonly port: number;
  /** What the server said of the connection when it was made. */
  readonly processId: number;
  readonly secretKey: number;
}

/** Sends the request. Returns when the server has passed it on or cannot be reached: the server gives no answer. */
export function sendCancelRequest({ host, port, processId, secretKey }: CancelTarget): Promise<void> {
  const message = Buffer.alloc(MESSAGE_BYTES);
  message.writeInt32BE(MESSAGE_BYTES, 0);
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    // the process may end meanwhile
    socket.unref();
    socket.on('error', () => undefined).on('close', () => resolve());
    // the server closes the connection when it has told the process that runs the statement
    socket.on('end', () => socket.destroy()).resume();
    socket.write(message);
  });
}
