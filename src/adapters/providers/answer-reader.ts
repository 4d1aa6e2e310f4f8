import type { VerbatimEvent } from '../../domain/client-request.ts';
import { failureOf } from '../../domain/failure.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { SseFrame, StreamDecoder, UpstreamCodec } from '../../wire/codec.ts';
import { parseJson } from '../../wire/json-reading.ts';
import { createSseParser } from '../../wire/sse.ts';
import { isProgress } from './time-limits.ts';

/** Most bytes of one answer, streamed or not: whoever puts it together holds it whole. */
export const ANSWER_LIMIT = 64 * 1024 * 1024;
/** Most bytes of a stream in which not one event could be recognised. */
const SILENT_STREAM_LIMIT = 16 * 1024 * 1024;

/** Turns the bytes of one answer of status 2xx into events, as they come. Never throws. */
export type AnswerReader = {
  push(chunk: Uint8Array): readonly ProviderEvent[];
  /** The body is over; `broken` says that the connection was lost before its end. Ends in `completed` or `failed`. */
  end(broken: boolean): readonly ProviderEvent[];
  /** The answer is whole, but for what was used, which may still come. */
  isEnding(): boolean;
  /** True while the answer is gathered whole: then every piece of it is progress, though it gives no event. */
  isGathering(): boolean;
};

const NONE: readonly ProviderEvent[] = [];

const failedWith = (message: string): readonly ProviderEvent[] => [
  { type: 'failed', failure: failureOf('SERVER_ERROR', message, { retry: 'ELSEWHERE' }) },
];

const TOO_LARGE = failedWith(`The answer is larger than ${ANSWER_LIMIT} bytes.`);

/** An answer that goes to its client as it came: a stream, or a whole one. */
export type Quoted = 'STREAM' | 'WHOLE';

/** What tells of a failure is not passed on: another provider may still answer. */
const quoting = (
  frame: Omit<VerbatimEvent, 'type'>,
  events: readonly ProviderEvent[],
): readonly ProviderEvent[] =>
  events.some(({ type }) => type === 'failed') ? events : [{ type: 'verbatim', ...frame }, ...events];

/** Gives each frame before what was read from it. */
const quotingDecoder = (decoder: StreamDecoder): StreamDecoder => ({
  push: (frame) => quoting(frame, decoder.push(frame)),
  isEnding: () => decoder.isEnding?.() ?? false,
  end: () => decoder.end(),
});

const createStreamReader = (codec: UpstreamCodec, isQuoted: boolean): AnswerReader => {
  const parser = createSseParser();
  const decoder = isQuoted ? quotingDecoder(codec.streamDecoder()) : codec.streamDecoder();
  let bytes = 0;
  let silentBytes = 0;
  const decode = (frames: readonly SseFrame[]): readonly ProviderEvent[] => {
    let events = NONE;
    let merged: ProviderEvent[] | undefined;
    for (const frame of frames) {
      const decoded = decoder.push(frame);
      if (merged) for (const event of decoded) merged.push(event);
      else if (events.length === 0) events = decoded;
      else if (decoded.length > 0) merged = [...events, ...decoded];
    }
    return merged ?? events;
  };
  return {
    push(chunk) {
      bytes += chunk.byteLength;
      if (bytes > ANSWER_LIMIT) return TOO_LARGE;
      const events = decode(parser.push(chunk));
      silentBytes = events.some(isProgress) ? 0 : silentBytes + chunk.byteLength;
      return silentBytes > SILENT_STREAM_LIMIT
        ? failedWith(`The stream brought ${SILENT_STREAM_LIMIT} bytes without an event.`)
        : events;
    },
    end: () => [...decode(parser.end()), ...decoder.end()],
    isEnding: () => decoder.isEnding?.() ?? false,
    isGathering: () => false,
  };
};

/** For what is whole: it keeps nothing from one text to the next. */
const UTF8 = new TextDecoder();

const createWholeReader = (codec: UpstreamCodec, isQuoted: boolean): AnswerReader => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const whole = (): Uint8Array => {
    const [first] = pieces;
    return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces, bytes);
  };
  return {
    push(chunk) {
      bytes += chunk.byteLength;
      if (bytes > ANSWER_LIMIT) return TOO_LARGE;
      pieces.push(chunk);
      return NONE;
    },
    end(broken) {
      if (!broken) {
        const data = UTF8.decode(whole());
        if (!isQuoted) return codec.decodeAnswer(data);
        const json = parseJson(data);
        return quoting(isJsonObject(json) ? { data, json } : { data }, codec.decodeAnswer(data, json));
      }
      const failure = failureOf('TRUNCATED', 'The connection was lost before the answer was whole.');
      return [{ type: 'failed', failure }];
    },
    isEnding: () => false,
    isGathering: () => true,
  };
};

/** What nearly all whole answers begin with. */
const BRACE = '{'.charCodeAt(0);

/** Some relays label their answers wrongly: the first character tells JSON and HTML from an event stream. */
const createSniffingReader = (codec: UpstreamCodec, quoted: Quoted | undefined): AnswerReader => {
  let chosen: AnswerReader | undefined;
  return {
    push(chunk) {
      if (chosen === undefined) {
        const lead = chunk[0] === BRACE ? '{' : UTF8.decode(chunk).trimStart()[0];
        if (lead === undefined) return NONE;
        if (lead === '<')
          return failedWith(
            'The answer is a web page, not an API answer. Check the base URL of the provider.',
          );
        chosen =
          lead === '{' || lead === '['
            ? createWholeReader(codec, quoted === 'WHOLE')
            : createStreamReader(codec, quoted === 'STREAM');
      }
      return chosen.push(chunk);
    },
    end: (broken) => (chosen ?? createWholeReader(codec, false)).end(broken),
    isEnding: () => chosen?.isEnding() ?? false,
    isGathering: () => chosen?.isGathering() ?? false,
  };
};

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
    ? createStreamReader(codec, quoted === 'STREAM')
    : createSniffingReader(codec, quoted);
