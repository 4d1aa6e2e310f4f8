import { failureOf } from '../../domain/failure.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { SseFrame, StreamDecoder, UpstreamCodec } from '../../wire/codec.ts';
import { parseJson } from '../../wire/json-reading.ts';
import { createSseParser, type SseParser } from '../../wire/sse.ts';
import { Pieces } from './pieces.ts';

/** Most bytes of one answer, streamed or not: whoever puts it together holds it whole. */
export const ANSWER_LIMIT = 64 * 1024 * 1024;
/** Most bytes of a stream in which not one event could be recognised. */
const SILENT_STREAM_LIMIT = 16 * 1024 * 1024;

/** Takes the events of an answer. What comes after one that ends it is of no interest. */
export type EventTaker = { give(event: ProviderEvent): void };

/** Turns the bytes of one answer of status 2xx into events, as they come. Never throws. */
export type AnswerReader = {
  push(chunk: Uint8Array, to: EventTaker): void;
  /** The body is over; `broken` says that the connection was lost before its end. Ends in `completed` or `failed`. */
  end(broken: boolean, to: EventTaker): void;
  /** The answer is whole, but for what was used, which may still come. */
  isEnding(): boolean;
  /** True while the answer is gathered whole: then every piece of it is progress, though it gives no event. */
  isGathering(): boolean;
};

/** An answer that goes to its client as it came: a stream, or a whole one. */
export type Quoted = 'STREAM' | 'WHOLE';

const failedWith = (message: string): ProviderEvent => ({
  type: 'failed',
  failure: failureOf('SERVER_ERROR', message, { retry: 'ELSEWHERE' }),
});

const TOO_LARGE = failedWith(`The answer is larger than ${ANSWER_LIMIT} bytes.`);

/** What tells of a failure is not passed on: another provider may still answer. */
const holdsFailure = (events: readonly ProviderEvent[]): boolean => {
  for (const { type } of events) if (type === 'failed') return true;
  return false;
};

const giveAll = (events: readonly ProviderEvent[], to: EventTaker): void => {
  for (const event of events) to.give(event);
};

class StreamReader implements AnswerReader {
  readonly #parser: SseParser = createSseParser();
  readonly #decoder: StreamDecoder;
  /** Each frame is given before what was read from it. */
  readonly #isQuoted: boolean;
  #bytes = 0;
  #silentBytes = 0;

  constructor(codec: UpstreamCodec, isQuoted: boolean) {
    this.#decoder = codec.streamDecoder();
    this.#isQuoted = isQuoted;
  }

  push(chunk: Uint8Array, to: EventTaker): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > ANSWER_LIMIT) {
      to.give(TOO_LARGE);
      return;
    }
    this.#silentBytes += chunk.byteLength;
    this.#decode(this.#parser.push(chunk), to);
    if (this.#silentBytes > SILENT_STREAM_LIMIT)
      to.give(failedWith(`The stream brought ${SILENT_STREAM_LIMIT} bytes without an event.`));
  }

  end(_broken: boolean, to: EventTaker): void {
    this.#decode(this.#parser.end(), to);
    giveAll(this.#decoder.end(), to);
  }

  isEnding(): boolean {
    return this.#decoder.isEnding?.() ?? false;
  }

  isGathering(): boolean {
    return false;
  }

  #decode(frames: readonly SseFrame[], to: EventTaker): void {
    for (const frame of frames) {
      const events = this.#decoder.push(frame);
      if (this.#isQuoted && !holdsFailure(events)) {
        const { event, data } = frame;
        to.give(event === undefined ? { type: 'verbatim', data } : { type: 'verbatim', event, data });
      }
      if (events.length > 0) this.#silentBytes = 0;
      for (const event of events) to.give(event);
    }
  }
}

/** For what is whole: it keeps nothing from one text to the next. */
const UTF8 = new TextDecoder();

class WholeReader implements AnswerReader {
  readonly #codec: UpstreamCodec;
  readonly #isQuoted: boolean;
  readonly #pieces = new Pieces(ANSWER_LIMIT);

  constructor(codec: UpstreamCodec, isQuoted: boolean) {
    this.#codec = codec;
    this.#isQuoted = isQuoted;
  }

  push(chunk: Uint8Array, to: EventTaker): void {
    if (!this.#pieces.add(chunk)) to.give(TOO_LARGE);
  }

  end(broken: boolean, to: EventTaker): void {
    if (broken) {
      const failure = failureOf('TRUNCATED', 'The connection was lost before the answer was whole.');
      to.give({ type: 'failed', failure });
      return;
    }
    const data = UTF8.decode(this.#pieces.whole());
    if (!this.#isQuoted) {
      giveAll(this.#codec.decodeAnswer(data), to);
      return;
    }
    const json = parseJson(data);
    const events = this.#codec.decodeAnswer(data, json);
    if (!holdsFailure(events))
      to.give(isJsonObject(json) ? { type: 'verbatim', data, json } : { type: 'verbatim', data });
    giveAll(events, to);
  }

  isEnding(): boolean {
    return false;
  }

  isGathering(): boolean {
    return true;
  }
}

/** What nearly all whole answers begin with. */
const BRACE = '{'.charCodeAt(0);

/** Some relays label their answers wrongly: the first character tells JSON and HTML from an event stream. */
class SniffingReader implements AnswerReader {
  readonly #codec: UpstreamCodec;
  readonly #quoted: Quoted | undefined;
  #chosen: AnswerReader | undefined;

  constructor(codec: UpstreamCodec, quoted: Quoted | undefined) {
    this.#codec = codec;
    this.#quoted = quoted;
  }

  push(chunk: Uint8Array, to: EventTaker): void {
    if (this.#chosen === undefined) {
      const lead = chunk[0] === BRACE ? '{' : UTF8.decode(chunk).trimStart()[0];
      if (lead === undefined) return;
      if (lead === '<') {
        to.give(
          failedWith('The answer is a web page, not an API answer. Check the base URL of the provider.'),
        );
        return;
      }
      this.#chosen =
        lead === '{' || lead === '['
          ? new WholeReader(this.#codec, this.#quoted === 'WHOLE')
          : new StreamReader(this.#codec, this.#quoted === 'STREAM');
    }
    this.#chosen.push(chunk, to);
  }

  end(broken: boolean, to: EventTaker): void {
    (this.#chosen ?? new WholeReader(this.#codec, false)).end(broken, to);
  }

  isEnding(): boolean {
    return this.#chosen?.isEnding() ?? false;
  }

  isGathering(): boolean {
    return this.#chosen?.isGathering() ?? false;
  }
}

/**
 * Picks how to read an answer by what it says it is, and by what it is where it does not say. One that is `quoted` is
 * passed on as it came if it is what was asked for; a stream in place of a whole answer would be none to its client.
 */
export const createAnswerReader = (
  codec: UpstreamCodec,
  contentType: string | undefined,
  quoted?: Quoted,
): AnswerReader =>
  contentType?.startsWith('text/event-stream')
    ? new StreamReader(codec, quoted === 'STREAM')
    : new SniffingReader(codec, quoted);
