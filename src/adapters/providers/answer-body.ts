import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { FairTurns } from './fair-turns.ts';
import type { Halt } from './halt.ts';

/** The body of an answer, in the pieces in which it came. Rejects where the connection is lost before its end. */
export type AnswerBody = AsyncIterator<Uint8Array, undefined> & {
  /** Closes the connection; what was not read is lost. */
  destroy(): void;
};

/** The head of an answer, and what follows it. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AnswerBody;
};

/** Bytes that wait for a reader before the connection is read no further. */
const MOST_WAITING = 64 * 1024;

type Step = IteratorResult<Uint8Array, undefined>;
type Waiting = { resolve(step: Step): void; reject(error: unknown): void };

const DONE: Step = { done: true, value: undefined };

/**
 * One request over HTTP and its answer. It takes the events of the client as they are: a stream and a signal of Node's
 * between them would cost more than all else that is done for a piece of an answer.
 */
class Exchange implements Dispatcher.DispatchHandler, AnswerBody {
  readonly #turns: FairTurns;
  readonly #head = Promise.withResolvers<HttpResponse>();
  #controller: Dispatcher.DispatchController | undefined;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #reader: Waiting | undefined;
  /** It waits for its turn to give the reader a piece. */
  #isQueued = false;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #stopped: Error | undefined;

  constructor(turns: FairTurns) {
    this.#turns = turns;
  }

  get response(): Promise<HttpResponse> {
    return this.#head.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped !== undefined) controller.abort(this.#stopped);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.#head.resolve({ status, headers, body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    const reader = this.#reader;
    if (reader !== undefined && !this.#isQueued && this.#turns.hasRoom()) {
      this.#reader = undefined;
      reader.resolve({ done: false, value: piece });
      return;
    }
    this.#pieces.push(piece);
    this.#bytes += piece.byteLength;
    if (this.#bytes > MOST_WAITING) controller.pause();
    if (reader !== undefined) this.#queue();
  }

  onResponseEnd(): void {
    this.#isOver = true;
    if (this.#isQueued) return;
    this.#reader?.resolve(DONE);
    this.#reader = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    this.#fail(error);
  }

  next(): Promise<Step> {
    const isWaiting = this.#pieces.length > 0;
    if (isWaiting && this.#turns.hasRoom()) return Promise.resolve(this.#take());
    if (!isWaiting && this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (!isWaiting && this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (isWaiting) this.#queue();
    });
  }

  destroy(): void {
    if (this.#isOver || this.#failure !== undefined) return;
    const error = new Error('The request was given up.');
    this.#stopped = error;
    this.#pieces = [];
    // A request that waits for a connection is told of it when it gets one.
    this.#fail(error);
    this.#controller?.abort(error);
  }

  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#turns.whenRoom(this.#serve);
  }

  readonly #serve = (): void => {
    this.#isQueued = false;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(this.#take());
  };

  /** All that waits, as one: what is read together is passed on together, at the cost of one piece. */
  #take(): Step {
    const [first, ...rest] = this.#pieces;
    if (first === undefined) return DONE;
    const value = rest.length === 0 ? first : Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces = [];
    this.#bytes = 0;
    if (this.#controller?.paused === true) this.#controller.resume();
    return { done: false, value };
  }

  #fail(error: unknown): void {
    if (this.#isOver || this.#failure !== undefined) return;
    this.#failure = { error };
    this.#head.reject(error);
    // What came before it is read first.
    if (this.#pieces.length > 0) return;
    this.#reader?.reject(error);
    this.#reader = undefined;
  }
}

/** Sends a request. Rejects where no answer came, also because it was halted. */
export const sendRequest = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  halt: Pick<Halt, 'onStop' | 'failure'>,
  turns: FairTurns,
): Promise<HttpResponse> => {
  const exchange = new Exchange(turns);
  halt.onStop(() => exchange.destroy());
  if (halt.failure() === undefined) dispatcher.dispatch(options, exchange);
  return exchange.response;
};
