import type { IncomingMessage } from 'node:http';
import { JsonStructure, MAX_UNSCANNED_BYTES } from './json-structure.ts';
import { LARGE_BYTES } from './large-bodies.ts';
import type { Visit } from './visit.ts';

/** NO_ROOM: the server holds as much as it may. TOO_COMPLEX: JSON that takes long to parse. LEFT: the client left before it had sent the whole body. */
export type ReceivedBody =
  | { readonly kind: 'OK'; readonly bytes: Buffer }
  | { readonly kind: 'TOO_LARGE' }
  | { readonly kind: 'NO_ROOM' }
  | { readonly kind: 'TOO_COMPLEX' }
  | { readonly kind: 'LEFT' };

const TOO_LARGE: ReceivedBody = { kind: 'TOO_LARGE' };
const NO_ROOM: ReceivedBody = { kind: 'NO_ROOM' };
const TOO_COMPLEX: ReceivedBody = { kind: 'TOO_COMPLEX' };
const LEFT: ReceivedBody = { kind: 'LEFT' };
const EMPTY = Buffer.alloc(0);

/** Puts the pieces of a body together, each as it comes where the length was declared: so a body is here once. */
class Pieces {
  readonly #whole: Buffer;
  readonly #rest: Buffer[] = [];
  #filled = 0;

  constructor(declared: number) {
    this.#whole = Buffer.allocUnsafe(declared);
  }

  add(chunk: Buffer): void {
    const taken = chunk.copy(this.#whole, this.#filled);
    this.#filled += taken;
    if (taken < chunk.length) this.#rest.push(chunk.subarray(taken));
  }

  bytes(): Buffer {
    const start = this.#whole.subarray(0, this.#filled);
    return this.#rest.length === 0 ? start : Buffer.concat([start, ...this.#rest]);
  }
}

export type BodyFacts = {
  readonly visit: Visit | undefined;
  /** Whose it is. */
  readonly keyId: string;
  /** Whether it is to be parsed as JSON. */
  readonly isJson: boolean;
};

/**
 * Reads a body under a cap in bytes, and gives it once; stops reading where the cap is passed or there is no room. Room is
 * taken for all that the client declares before any of it is read. A large one is given when it is its turn. `take` must not throw.
 */
export const receiveBody = (
  request: IncomingMessage,
  maxBytes: number,
  { visit, keyId, isJson }: BodyFacts,
  take: (body: ReceivedBody) => void,
): void => {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) {
    take(TOO_LARGE);
    return;
  }
  if (declared > 0 && visit?.hold(declared) === false) {
    take(NO_ROOM);
    return;
  }
  const receiveOn = (): void => void request.resume();
  const isSmall = declared > 0 && declared <= MAX_UNSCANNED_BYTES;
  const structure = isJson && !isSmall ? new JsonStructure() : undefined;
  /** Most bodies come in one piece. */
  let only: Buffer = EMPTY;
  let pieces: Pieces | undefined;
  let bytes = 0;
  let isOver = false;
  const end = (body: ReceivedBody): void => {
    if (isOver) return;
    isOver = true;
    take(body);
  };
  const stop = (problem: ReceivedBody): void => {
    request.off('data', onData);
    request.pause();
    end(problem);
  };
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxBytes) stop(TOO_LARGE);
    else if (declared === 0 && visit?.hold(chunk.length) === false) stop(NO_ROOM);
    else if (structure?.take(chunk) === false) stop(TOO_COMPLEX);
    else if (bytes === chunk.length) only = chunk;
    else {
      if (pieces === undefined) {
        pieces = new Pieces(declared);
        pieces.add(only);
      }
      pieces.add(chunk);
    }
    if (visit === undefined || Math.max(declared, bytes) < LARGE_BYTES || isOver) return;
    request.pause();
    visit.inOwnTurn(receiveOn);
  };
  request.on('data', onData);
  request.on('end', () => {
    const body: ReceivedBody = { kind: 'OK', bytes: pieces?.bytes() ?? only };
    if (visit === undefined || bytes < LARGE_BYTES || isOver) return end(body);
    isOver = true;
    visit.inTurn(keyId, () => take(request.socket.destroyed ? LEFT : body));
  });
  // An error comes before it, and tells no more.
  request.on('close', () => end(LEFT));
};

const DISCARD_FOR_MS = 5_000;

/** Reads what is still to come and throws it away. Resolves when it has come, or after some seconds. */
export const discardRest = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) return resolve();
    const timer = setTimeout(resolve, DISCARD_FOR_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done);
    request.once('close', done);
    request.resume();
  });
