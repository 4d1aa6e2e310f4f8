import type { Duplex } from 'node:stream';

/** Refuses a connection that asks for another protocol. `message` is what to do, in ASCII. */
export const refuseUpgrade = (socket: Duplex, status: string, message?: string): void => {
  // A client that never closes its side would keep the connection half open.
  socket.once('finish', () => socket.destroy());
  const body = message === undefined ? '' : `${message}\n`;
  const type = message === undefined ? '' : 'content-type: text/plain\r\n';
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\n${type}content-length: ${body.length}\r\n\r\n${body}`,
  );
};
