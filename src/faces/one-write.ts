import type { ServerResponse } from 'node:http';

/**
 * Writes to a response in one call of the system. Node hands what is written to the socket in parts (the size of a chunk,
 * what it holds, its end), for which it needs memory for each of them; one string it sends from the stack.
 */
const writeOnce = (response: ServerResponse, text: string): boolean => {
  const { socket } = response;
  if (socket === null) return response.write(text);
  // Else it would be held until the end of the turn, by a call of its own.
  socket.cork();
  const hasRoom = response.write(text);
  socket.uncork();
  return hasRoom;
};

/** The body of an answer that is not streamed, of the length that its head states. */
export const endWithText = (response: ServerResponse, text: string): void => {
  if (text !== '') writeOnce(response, text);
  response.end();
};

/** The body of an answer whose head has been written, and which comes in pieces: each is one write, with its frame of HTTP. */
export class PieceWriter {
  readonly #response: ServerResponse;
  readonly #isChunked: boolean;

  constructor(response: ServerResponse) {
    this.#response = response;
    // Clients of HTTP/1.0 know no chunks: theirs ends with the connection.
    this.#isChunked = response.chunkedEncoding;
    response.chunkedEncoding = false;
  }

  #framed(text: string): string {
    return text !== '' && this.#isChunked ? `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n` : text;
  }

  /** False: the client has yet to take what was written before, and `drain` tells when it has. */
  write(text: string): boolean {
    return writeOnce(this.#response, this.#framed(text));
  }

  end(text: string): void {
    endWithText(this.#response, this.#isChunked ? `${this.#framed(text)}0\r\n\r\n` : text);
  }
}
