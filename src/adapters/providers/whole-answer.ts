import { type Failure, failureOf } from '../../domain/failure.ts';
import type { RateLimit } from '../../domain/rate-limit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { ANSWER_LIMIT } from './answer-reader.ts';
import type { Halt } from './halt.ts';
import type { HttpConnection, HttpRequest } from './http-connection.ts';
import { GIVEN_UP, HttpExchange } from './http-exchange.ts';
import { Pieces } from './pieces.ts';
import type { AnswerHeaders } from './response-headers.ts';

/** Most bytes that are kept of an error's body: enough for any message, too few to hurt. */
export const ERROR_BODY_LIMIT = 64 * 1024;
/** How long it may take to come once there is a status. */
export const ERROR_BODY_MS = 2_000;

/** What came of a body that was to be read to its end. */
export type WholeBody = {
  /** All of it, or what came before it was too much or lost. */
  readonly bytes: Uint8Array;
  /** TOO_LARGE: the rest was not read. BROKEN: the connection was lost before the end. */
  readonly end: 'WHOLE' | 'TOO_LARGE' | 'BROKEN';
  readonly error?: unknown;
};

export type AnswerHead = { readonly status: number; readonly headers: AnswerHeaders };

/** Takes a body. */
export type BodyTaker = {
  piece(piece: Uint8Array): void;
  /** It is over; `lost` says that it was not whole. */
  end(lost?: { readonly error: unknown }): void;
};

/** An exchange whose head is awaited, and then its body, which waits meanwhile. */
export class AwaitedExchange extends HttpExchange {
  /** Told of the head and of each piece, where somebody wants to know. */
  alive: (() => void) | undefined;
  readonly #head = Promise.withResolvers<AnswerHead>();
  #taker: BodyTaker | undefined;
  #over: { readonly lost: { readonly error: unknown } | undefined } | undefined;

  /** Rejects where no answer came, also because it was closed. */
  get head(): Promise<AnswerHead> {
    return this.#head.promise;
  }

  /** Gives the body to its taker once it is released. */
  read(taker: BodyTaker): void {
    this.#taker = taker;
    if (this.#over !== undefined) taker.end(this.#over.lost);
  }

  /** Reads the body to its end. Never rejects. */
  gather(limit: number): Promise<WholeBody> {
    const pieces = new Pieces(limit);
    return new Promise((resolve) => {
      const ended = (end: WholeBody['end'], error?: unknown): void =>
        resolve({ bytes: pieces.whole(), end, error });
      this.read({
        piece: (piece) => {
          if (pieces.add(piece)) return;
          ended('TOO_LARGE');
          this.close();
        },
        end: (lost) => (lost === undefined ? ended('WHOLE') : ended('BROKEN', lost.error)),
      });
      this.release();
    });
  }

  /** The body of an error, as far as it comes soon: a part of a message is better than none. */
  async errorText(clock: Clock): Promise<{ readonly text: string; readonly isWhole: boolean }> {
    const cancelTimer = clock.after(ERROR_BODY_MS, () => this.close());
    const { bytes, end } = await this.gather(ERROR_BODY_LIMIT);
    cancelTimer();
    return { text: new TextDecoder().decode(bytes), isWhole: end === 'WHOLE' };
  }

  override close(): void {
    super.close();
    this.onLost(GIVEN_UP);
  }

  protected override onHead(status: number, headers: AnswerHeaders): void {
    this.hold();
    this.alive?.();
    this.#head.resolve({ status, headers });
  }

  protected override onPiece(piece: Uint8Array): void {
    this.alive?.();
    this.#taker?.piece(piece);
  }

  protected override onEnd(): void {
    this.#end(undefined);
  }

  protected override onLost(error: unknown): void {
    this.#head.reject(error);
    this.#end({ error });
  }

  protected override onDefect(error: unknown): void {
    this.onLost(error);
  }

  #end(lost: { readonly error: unknown } | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { lost };
    this.#taker?.end(lost);
  }
}

/** What came back: an answer of status 2xx, or why there is none. */
export type WholeAnswer = { readonly rateLimits: readonly RateLimit[] } & (
  | {
      readonly kind: 'ANSWERED';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'FAILED'; readonly failure: Failure; readonly status?: number }
);

/** Sends a request and reads its answer whole. Settles or stops the halt. Never rejects. */
export const askWhole = async (
  connection: HttpConnection,
  request: HttpRequest,
  codec: UpstreamCodec,
  halt: Halt,
  alive?: () => void,
): Promise<WholeAnswer> => {
  const exchange = new AwaitedExchange(connection);
  exchange.alive = alive;
  halt.onStop(() => exchange.close());
  connection.send(exchange, request, codec);
  let head: AnswerHead;
  try {
    head = await exchange.head;
  } catch (error) {
    return { kind: 'FAILED', failure: halt.failure() ?? connection.noAnswer(error), rateLimits: [] };
  }
  const { status, headers } = head;
  const unreadable = connection.unreadable(status, headers);
  if (unreadable !== undefined) {
    halt.stop(unreadable);
    return { kind: 'FAILED', failure: unreadable, rateLimits: [] };
  }
  const rateLimits = connection.rateLimits(headers);
  const failed = (failure: Failure): WholeAnswer => ({ kind: 'FAILED', failure, status, rateLimits });
  if (status < 200 || status >= 300) {
    const { text, isWhole } = await exchange.errorText(connection.clock);
    const stopped = halt.failure();
    if (stopped?.code === 'CANCELLED') return failed(stopped);
    // Once there is a status, it says more than that the rest of the body did not come.
    const failure = codec.decodeError(status, headers, text);
    if (isWhole) halt.settle();
    else halt.stop(failure);
    return failed(failure);
  }
  const { bytes, end, error } = await exchange.gather(ANSWER_LIMIT);
  const stopped = halt.failure();
  if (stopped) return failed(stopped);
  switch (end) {
    case 'WHOLE':
      halt.settle();
      return { kind: 'ANSWERED', status, headers, bytes, rateLimits };
    case 'TOO_LARGE':
      return failed(
        failureOf('SERVER_ERROR', `The answer is larger than ${ANSWER_LIMIT} bytes.`, { retry: 'ELSEWHERE' }),
      );
    case 'BROKEN':
      return failed(
        connection.cutOff(error, status) ??
          failureOf('TRUNCATED', 'The connection was lost before the answer was whole.', { status }),
      );
  }
};
