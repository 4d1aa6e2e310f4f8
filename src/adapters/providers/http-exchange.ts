import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import type { FairTurns, Waiter } from './fair-turns.ts';
import { type AnswerHeaders, singleValued } from './response-headers.ts';
import { codingsIn, type PieceSink, Unpacker } from './unpack-body.ts';

/** What all requests to a provider share. */
export type ExchangeShared = { readonly turns: FairTurns; readonly clock: Clock };

/** Bytes that wait while nobody takes them before the connection is read no further. */
const MAX_WAITING_BYTES = 64 * 1024;
/** What is still read of a body that nobody wants, so that its connection can be used again. */
const MAX_DRAINED_BYTES = 64 * 1024;
const MAX_DRAIN_MS = 1_000;

/** A request that was closed by us. */
export const GIVEN_UP = new Error('The request was given up.');

/**
 * One request over HTTP and its answer, whose pieces are given in the turn in which they come, as far as there is room.
 * It takes the events of the client as they are: a stream of Node's between them would cost more than all else that is
 * done for a piece of an answer. What its methods throw goes to `onDefect`, and closes it.
 */
export abstract class HttpExchange implements Dispatcher.DispatchHandler, PieceSink, Waiter {
  readonly #shared: ExchangeShared;
  #controller: Dispatcher.DispatchController | undefined;
  #unpacker: Unpacker | undefined;
  #waiting: Uint8Array[] | undefined;
  #waitingBytes = 0;
  #isHeld = false;
  /** It waits for its turn. */
  #isQueued = false;
  #isTaking = false;
  /** The connection is read no further. */
  #isPaused = false;
  /** Nothing is given any more. */
  #isClosed = false;
  /** The body is over, or lost with an error. */
  #end: { readonly error?: unknown } | undefined;
  #cancelDrain: (() => void) | undefined;
  #drained = 0;

  constructor(shared: ExchangeShared) {
    this.#shared = shared;
  }

  /** The head of the answer; 1xx are none. */
  protected abstract onHead(status: number, headers: AnswerHeaders): void;
  protected abstract onPiece(piece: Uint8Array): void;
  protected abstract onEnd(): void;
  /** No answer came, or the connection was lost in it; `error` says why. */
  protected abstract onLost(error: unknown): void;
  protected abstract onDefect(error: unknown): void;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Closes the connection at once; nothing is given any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = undefined;
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    this.#unpacker?.destroy();
    // One that waits for a connection is told of it when it gets one.
    this.#controller?.abort(GIVEN_UP);
  }

  /** No piece is given until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    if (this.#waiting === undefined || this.#isQueued || this.#isTaking) return;
    if (this.#shared.turns.hasRoom()) this.onRoom();
    else this.#queue();
  }

  /** The rest of the body is of no interest, normally nothing but its end; one that does not end soon is closed. */
  drain(): void {
    if (this.#isClosed || this.#end !== undefined) {
      this.close();
      return;
    }
    this.#isClosed = true;
    this.#waiting = undefined;
    this.#unpacker?.destroy();
    this.#unpacker = undefined;
    this.#isPaused = true;
    this.#readOn();
    this.#cancelDrain = this.#shared.clock.after(MAX_DRAIN_MS, () => this.close());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isClosed) controller.abort(GIVEN_UP);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#isClosed) return;
    const answered = singleValued(headers);
    const codings = codingsIn(answered['content-encoding']);
    if (codings !== undefined && codings.length > 0) this.#unpacker = new Unpacker(codings, controller, this);
    try {
      this.onHead(status, answered);
      // It cannot be read; its head counts all the same.
      if (codings === undefined && !this.#isClosed) {
        this.close();
        this.onEnd();
      }
    } catch (error) {
      this.#defect(error);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    if (this.#cancelDrain !== undefined) {
      this.#drained += piece.byteLength;
      if (this.#drained > MAX_DRAINED_BYTES) this.close();
    } else if (this.#unpacker === undefined) this.piece(piece);
    else this.#unpacker.piece(piece);
  }

  onResponseEnd(): void {
    if (this.#unpacker === undefined) this.end();
    else this.#unpacker.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#unpacker === undefined) this.broken(error);
    else this.#unpacker.broken(error);
  }

  piece(piece: Uint8Array): void {
    if (this.#isClosed) return;
    if (!this.#isHeld && this.#waiting === undefined && !this.#isTaking && this.#shared.turns.hasRoom()) {
      this.#take(piece);
      return;
    }
    this.#waiting ??= [];
    this.#waiting.push(piece);
    this.#waitingBytes += piece.byteLength;
    if (this.#waitingBytes > MAX_WAITING_BYTES && !this.#isPaused) {
      this.#isPaused = true;
      (this.#unpacker ?? this.#controller)?.pause();
    }
    if (!this.#isHeld) this.#queue();
  }

  end(): void {
    this.#over({});
  }

  broken(error: unknown): void {
    this.#over({ error });
  }

  onRoom(): void {
    this.#isQueued = false;
    const pieces = this.#waiting;
    if (pieces === undefined || this.#isHeld) return;
    this.#waiting = undefined;
    const [first] = pieces;
    // What is read together is passed on together, at the cost of one piece.
    const piece =
      first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces, this.#waitingBytes);
    this.#waitingBytes = 0;
    this.#readOn();
    this.#take(piece);
    if (this.#end !== undefined && this.#waiting === undefined) this.#finish(this.#end);
  }

  #readOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const flow = this.#unpacker ?? this.#controller;
    // Not at once: the client may be at work on another connection just now, and would stumble over it.
    queueMicrotask(() => flow?.resume());
  }

  #take(piece: Uint8Array): void {
    this.#isTaking = true;
    try {
      this.onPiece(piece);
    } catch (error) {
      this.#defect(error);
    }
    this.#isTaking = false;
    if (this.#waiting !== undefined && !this.#isHeld) this.#queue();
  }

  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#shared.turns.whenRoom(this);
  }

  /** What came before it is given first. */
  #over(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if ('error' in end) this.#controller?.abort(GIVEN_UP);
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    if (this.#waiting === undefined) this.#finish(end);
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if ('error' in end) this.onLost(end.error);
      else this.onEnd();
    } catch (error) {
      this.#defect(error);
    }
  }

  #defect(error: unknown): void {
    this.close();
    this.onDefect(error);
  }
}
