import type { WebSocket } from 'ws';
import { type SlicedMessage, sendInPieces } from './work/written-result.ts';

/** Sends the messages of one socket in their order. A large one goes out in fragments, and others of the socket wait for its end. */
export class SocketSender {
  readonly #socket: WebSocket;
  /** Resolves when all that waits has gone out; absent where nothing does. */
  #before: Promise<void> | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  send(message: string | SlicedMessage): Promise<void> {
    if (this.#before === undefined && typeof message === 'string') return this.#frame(message, true);
    const sent = (this.#before ?? Promise.resolve()).then(() => this.#write(message));
    const before = sent
      .catch(() => {})
      .then(() => {
        if (this.#before === before) this.#before = undefined;
      });
    this.#before = before;
    return sent;
  }

  #write(message: string | SlicedMessage): Promise<void> {
    if (typeof message === 'string') return this.#frame(message, true);
    return sendInPieces(message, (piece, isLast) => this.#frame(piece, isLast));
  }

  /** Resolves when the system has taken it, or nobody will. */
  #frame(text: string, fin: boolean): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) resolve();
      else socket.send(text, { fin }, (error) => (error ? reject(error) : resolve()));
    });
  }
}
