import { originOf } from '../../domain/error-origin.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Dialect } from '../../domain/provider.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Log } from '../../ports/log.ts';
import type { ProviderCall, ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import { chargeInHeaders } from '../../wire/billing.ts';
import type { EncodedWithWarnings, UpstreamCodec } from '../../wire/codec.ts';
import { AnswerReader, type EventTaker, type Quoted } from './answer-reader.ts';
import { unsaidEnd } from './failure-at.ts';
import { CANCELLED } from './halt.ts';
import type { HttpConnection } from './http-connection.ts';
import { HttpExchange } from './http-exchange.ts';
import { Pieces } from './pieces.ts';
import type { AnswerHeaders } from './response-headers.ts';
import { ERROR_BODY_LIMIT, ERROR_BODY_MS } from './whole-answer.ts';

/** To write a request of this length takes as long as to encode it: then it has a turn of the loop of its own. */
const OWN_TURN_CHARACTERS = 262_144;
/** How long a provider may take to say what was used once its answer is whole, or to close it. */
const LATE_USAGE_MS = 1_000;

export type HttpCompletionContext = {
  readonly id: ProviderId;
  readonly connection: HttpConnection;
  readonly codecFor: (providerModelId: string, wanted?: Dialect) => UpstreamCodec;
  readonly log: Log;
};

type ErrorAnswer = { readonly status: number; readonly headers: AnswerHeaders; readonly body: Pieces };

/**
 * One completion over HTTP. What is decoded while it is paused is kept, and the connection is read on as far as little
 * waits. An answer is read as what it is, event stream or whole, whichever was asked for.
 */
export class HttpCompletion extends HttpExchange implements UpstreamCall, EventTaker {
  readonly #context: HttpCompletionContext;
  readonly #call: ProviderCall;
  readonly #sink: ProviderSink;
  #codec: UpstreamCodec;
  #quoted: Quoted | undefined;
  #reader: AnswerReader | undefined;
  /** The answer of a status other than 2xx. */
  #error: ErrorAnswer | undefined;
  #status = 0;
  #isPaused = false;
  #isTelling = false;
  /** Decoded and not told yet. */
  #kept: ProviderEvent[] | undefined;
  #keptAt = 0;
  /** The last event was decoded; nothing follows it. */
  #isWhole = false;
  /** The last event was told. */
  #isOver = false;
  /** Of what may only take so long. */
  #cancelTimer: (() => void) | undefined;

  constructor(context: HttpCompletionContext, call: ProviderCall, sink: ProviderSink) {
    super(context.connection);
    this.#context = context;
    this.#call = call;
    this.#sink = sink;
    this.#codec = context.codecFor(call.providerModelId);
  }

  /** `refusal` says why it is not sent. */
  begin(refusal?: Failure): void {
    if (this.#isOver) return;
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    const { providerModelId, request, stream, trace } = this.#call;
    try {
      const { call, warnings } = this.#forwarded() ?? this.#codec.encode(providerModelId, request, stream);
      for (const warning of warnings) this.give(warning);
      const send = (): void =>
        this.#context.connection.send(
          this,
          { ...call, trace, method: 'POST', accept: stream ? 'text/event-stream' : 'application/json' },
          this.#codec,
        );
      if (call.body.length < OWN_TURN_CHARACTERS) send();
      else setImmediate(() => this.#guarded(send));
    } catch (error) {
      this.onDefect(error);
    }
  }

  #guarded(send: () => void): void {
    try {
      send();
    } catch (error) {
      this.onDefect(error);
    }
  }

  pause(): void {
    this.#isPaused = true;
    this.hold();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let kept = this.#kept; kept !== undefined && !this.#isPaused; kept = this.#kept) {
      const event = kept[this.#keptAt];
      this.#keptAt += 1;
      if (this.#keptAt >= kept.length) {
        this.#kept = undefined;
        this.#keptAt = 0;
      }
      if (event !== undefined) this.#tell(event);
    }
    this.#isTelling = false;
    if (!this.#isPaused) this.release();
  }

  abort(): void {
    if (this.#isOver) return;
    this.close();
    const waited = this.#kept?.slice(this.#keptAt) ?? [];
    this.#kept = undefined;
    this.#isWhole = true;
    // It is billed, whether or not anybody still reads.
    for (const event of waited)
      if (event.type === 'usageUpdated' || event.type === 'billed') this.#sink.event(event);
    this.#tell({ type: 'failed', failure: CANCELLED });
  }

  override close(): void {
    this.#cancelTimer?.();
    super.close();
  }

  /** The next event, as the answer says it. */
  give(event: ProviderEvent): void {
    if (this.#isWhole) return;
    let told = event;
    if (event.type === 'completed') this.#isWhole = true;
    else if (event.type === 'failed') {
      this.#isWhole = true;
      told = { type: 'failed', failure: this.#context.connection.mask(event.failure) };
    }
    if (!this.#isPaused && this.#kept === undefined) this.#tell(told);
    else {
      this.#kept ??= [];
      this.#kept.push(told);
    }
  }

  protected override onHead(status: number, headers: AnswerHeaders): void {
    const { connection } = this.#context;
    const unreadable = connection.unreadable(status, headers);
    if (unreadable !== undefined) {
      this.#fail(unreadable);
      return;
    }
    this.#status = status;
    const limits = connection.rateLimits(headers);
    if (limits.length > 0) this.give({ type: 'rateLimits', limits });
    if (this.#isWhole) return;
    if (status < 200 || status >= 300) {
      const error = { status, headers, body: new Pieces(ERROR_BODY_LIMIT) };
      this.#error = error;
      this.#cancelTimer = connection.clock.after(ERROR_BODY_MS, () => this.#tellError(error, false));
      return;
    }
    const charge = chargeInHeaders(headers);
    if (charge !== undefined) this.give({ type: 'billed', billing: { charge } });
    this.#reader = new AnswerReader(this.#codec, headers['content-type'], this.#quoted, this);
    if (!this.#call.stream) this.#alive();
  }

  protected override onPiece(piece: Uint8Array): void {
    const error = this.#error;
    if (error !== undefined) {
      if (!error.body.add(piece)) this.#tellError(error, false);
      return;
    }
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#cancelTimer?.();
    reader.push(piece);
    if (this.#isWhole) this.drain();
    else if (reader.isGathering()) this.#alive();
    else if (reader.isEnding()) this.#awaitUsage();
  }

  protected override onEnd(): void {
    if (this.#error === undefined) this.#readEnd(false);
    else this.#tellError(this.#error, true);
  }

  protected override onLost(error: unknown): void {
    const { connection } = this.#context;
    if (this.#error !== undefined) this.#tellError(this.#error, false);
    else if (this.#reader === undefined) this.#fail(connection.noAnswer(error));
    else {
      const unpacking = connection.cutOff(error, this.#status);
      if (unpacking === undefined) this.#readEnd(true);
      else this.#fail(unpacking);
    }
  }

  protected override onDefect(error: unknown): void {
    const { log, id } = this.#context;
    log.error('provider call broke', { provider: id, error: originOf(error) });
    this.#fail(failureOf('SERVER_ERROR', 'The call failed: internal error in modelgraph, see its log.'));
  }

  /** The client's own request, where it can be passed on. */
  #forwarded(): EncodedWithWarnings | undefined {
    const { client, providerModelId, request, stream } = this.#call;
    if (client === undefined) return undefined;
    const { codecFor, id } = this.#context;
    const codec = codecFor(providerModelId, client.dialect);
    const passedOn =
      codec.dialect === client.dialect
        ? codec.forward?.(providerModelId, { client, request, providerId: id, stream })
        : undefined;
    if (passedOn === undefined) return undefined;
    this.#codec = codec;
    if (passedOn.isVerbatim !== false) this.#quoted = stream ? 'STREAM' : 'WHOLE';
    return passedOn;
  }

  #alive(): void {
    if (!this.#isPaused && !this.#isWhole) this.#sink.alive();
  }

  #tell(event: ProviderEvent): void {
    if (event.type === 'completed' || event.type === 'failed') this.#isOver = true;
    this.#sink.event(event);
  }

  /** After what has come so far. */
  #fail(failure: Failure): void {
    this.close();
    this.give({ type: 'failed', failure });
  }

  /** Once there is a status, it says more than that the rest of the body did not come. */
  #tellError({ status, headers, body }: ErrorAnswer, isWhole: boolean): void {
    if (isWhole) this.#cancelTimer?.();
    else this.close();
    this.give({
      type: 'failed',
      failure: this.#codec.decodeError(status, headers, new TextDecoder().decode(body.whole())),
    });
  }

  #readEnd(isBroken: boolean): void {
    this.#cancelTimer?.();
    this.#reader?.end(isBroken);
    const { host } = this.#context.connection;
    this.give({
      type: 'failed',
      failure: unsaidEnd(host),
    });
  }

  #awaitUsage(): void {
    this.#cancelTimer = this.#context.connection.clock.after(LATE_USAGE_MS, () => {
      // What waits is read first.
      if (this.#isPaused) {
        this.#awaitUsage();
        return;
      }
      this.close();
      this.#readEnd(false);
    });
  }
}
