import { failureOf } from '../../domain/failure.ts';
import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { SseFrame, StreamDecoder, UpstreamCodec } from '../../wire/codec.ts';
import { createSseParser, type SseParser } from '../../wire/sse.ts';
import { Pieces } from './pieces.ts';

/** Most bytes of one answer, streamed or not: whoever puts it together holds it whole. */
export const ANSWER_LIMIT = 64 * 1024 * 1024;
/** Most bytes of a stream in which not one event could be recognised. */
const SILENT_STREAM_LIMIT = 16 * 1024 * 1024;

/** Takes the events of an answer. What comes after one that ends it is of no interest. */
export type EventTaker = { give(event: ProviderEvent): void };

/** An answer that goes to its client as it came: a stream, or a whole one. */
export type Quoted = 'STREAM' | 'WHOLE';

const failedWith = (message: string): ProviderEvent => ({
  type: 'failed',
  failure: failureOf('SERVER_ERROR', message, { retry: 'ELSEWHERE' }),
});

const TOO_LARGE = failedWith(`The answer is larger than ${ANSWER_LIMIT} bytes.`);
const SILENT = failedWith(`The stream brought ${SILENT_STREAM_LIMIT} bytes without an event.`);
const WEB_PAGE = failedWith(
  'The answer is a web page, not an API answer. Check the base URL of the provider.',
);
const CUT: ProviderEvent = {
  type: 'failed',
  failure: failureOf('TRUNCATED', 'The connection was lost before the answer was whole.'),
};

/** For what is whole: it keeps nothing from one text to the next. */
const UTF8 = new TextDecoder();
const code = (text: string): number => text.charCodeAt(0);
const BRACE = code('{');
const BRACKET = code('[');
const ANGLE = code('<');
/** What may come before an answer that does not say what it is: spaces, line ends, the bytes of a byte order mark. */
const LEAD: ReadonlySet<number> = new Set([code(' '), code('\t'), code('\r'), code('\n'), 0xef, 0xbb, 0xbf]);

const withoutLead = (chunk: Uint8Array): Uint8Array => {
  let at = 0;
  while (LEAD.has(chunk[at] ?? 0)) at += 1;
  return at === 0 ? chunk : chunk.subarray(at);
};

/** What tells of a failure is not passed on: another provider may still answer. */
const holdsFailure = (events: readonly ProviderEvent[]): boolean => {
  for (const { type } of events) if (type === 'failed') return true;
  return false;
};

/**
 * Turns the bytes of one answer of status 2xx into events, as they come. It picks how to read an answer by what it says it
 * is, and by its first character where it does not say: some relays label their answers wrongly. One that is `quoted` is
 * passed on as it came, each frame before or with what was read from it, if it is what was asked for; a stream in place of a whole
 * answer would be none to its client. Never throws.
 */
export class AnswerReader {
  readonly #codec: UpstreamCodec;
  readonly #quoted: Quoted | undefined;
  readonly #to: EventTaker;
  #parser: SseParser | undefined;
  #decoder: StreamDecoder | undefined;
  #whole: Pieces | undefined;
  #bytes = 0;
  #silentBytes = 0;

  constructor(
    codec: UpstreamCodec,
    contentType: string | undefined,
    quoted: Quoted | undefined,
    to: EventTaker,
  ) {
    this.#codec = codec;
    this.#quoted = quoted;
    this.#to = to;
    if (contentType?.startsWith('text/event-stream') === true) this.#readStream();
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > ANSWER_LIMIT) {
      this.#to.give(TOO_LARGE);
      return;
    }
    let piece = chunk;
    if (this.#parser === undefined && this.#whole === undefined) {
      piece = withoutLead(chunk);
      this.#choose(piece[0]);
    }
    this.#whole?.add(piece);
    if (this.#parser === undefined) return;
    this.#silentBytes += piece.byteLength;
    this.#decode(this.#parser.push(piece));
    if (this.#silentBytes > SILENT_STREAM_LIMIT) this.#to.give(SILENT);
  }

  /** The body is over; `isBroken` says that the connection was lost before its end. Ends in `completed` or `failed`. */
  end(isBroken: boolean): void {
    if (this.#parser !== undefined) {
      this.#decode(this.#parser.end());
      this.#give(this.#decoder?.end() ?? []);
    } else if (isBroken) this.#to.give(CUT);
    else this.#readWhole();
  }

  /** The answer is whole, but for what was used, which may still come. */
  isEnding(): boolean {
    return this.#decoder?.isEnding?.() ?? false;
  }

  /** The answer is gathered whole: then every piece of it is progress, though it gives no event. */
  isGathering(): boolean {
    return this.#whole !== undefined;
  }

  #choose(first: number | undefined): void {
    if (first === ANGLE) this.#to.give(WEB_PAGE);
    else if (first === BRACE || first === BRACKET) this.#whole = new Pieces(ANSWER_LIMIT);
    else if (first !== undefined) this.#readStream();
  }

  #readStream(): void {
    this.#parser = createSseParser();
    this.#decoder = this.#codec.streamDecoder();
  }

  #decode(frames: readonly SseFrame[]): void {
    for (const frame of frames) {
      const events = this.#decoder?.push(frame) ?? [];
      const said = events[0];
      if (this.#quoted === 'STREAM' && events.length === 1 && said?.type === 'textDelta') {
        this.#silentBytes = 0;
        this.#to.give({ ...said, frame });
        continue;
      }
      if (this.#quoted === 'STREAM' && !holdsFailure(events)) {
        const { event, data } = frame;
        this.#to.give(event === undefined ? { type: 'verbatim', data } : { type: 'verbatim', event, data });
      }
      if (events.length > 0) this.#silentBytes = 0;
      this.#give(events);
    }
  }

  #readWhole(): void {
    const data = this.#whole === undefined ? '' : UTF8.decode(this.#whole.whole());
    if (this.#quoted !== 'WHOLE' || this.#whole === undefined) {
      this.#give(this.#codec.decodeAnswer(data));
      return;
    }
    const json = parseJson(data);
    const events = this.#codec.decodeAnswer(data, json);
    if (!holdsFailure(events))
      this.#to.give(isJsonObject(json) ? { type: 'verbatim', data, json } : { type: 'verbatim', data });
    this.#give(events);
  }

  #give(events: readonly ProviderEvent[]): void {
    for (const event of events) this.#to.give(event);
  }
}
