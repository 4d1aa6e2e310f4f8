import type { Dispatcher } from 'undici';
import { originOf } from '../../domain/error-origin.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Provider, ProviderCall } from '../../ports/provider.ts';
import type { EncodedCall, UpstreamCodec } from '../../wire/codec.ts';
import { createAnswerReader } from './answer-reader.ts';
import { drain } from './drain.ts';
import { readErrorBody } from './error-body.ts';
import { CANCELLED, createHalt, type Halt, haltable } from './halt.ts';
import { maskFailure } from './mask-failure.ts';
import { networkErrorCode, networkFailure } from './network-failure.ts';
import { type AnswerHeaders, singleValued, unreadableAnswer } from './response-headers.ts';
import { createWatchdog, type TimeoutPhase } from './watchdog.ts';

export type HttpProviderOptions = {
  readonly settings: ProviderSettings;
  /** The dialect as it is spoken for a model. */
  readonly codecFor: (providerModelId: string) => UpstreamCodec;
  /** Shared by all providers; see `createDispatcher`. */
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly clock: Clock;
};

/** What a first token is: the model has begun to answer. That it was accepted or metered is not enough. */
const isAnswer = (event: ProviderEvent): boolean =>
  event.type !== 'answering' && event.type !== 'usageUpdated' && event.type !== 'warning';

const lowerCased = (headers: AnswerHeaders): AnswerHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * A provider behind HTTP, in the dialect of `codecFor`. An answer is read as what it is, event stream or whole,
 * whichever was asked for. Of a whole one, `stallMs` bounds the silence between two pieces of its body.
 * Throws only here, if `settings.baseUrl` is no URL.
 */
export const createHttpProvider = (options: HttpProviderOptions): Provider => {
  const { settings, codecFor, dispatcher, log, clock } = options;
  const base = new URL(settings.baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const host = `${base.hostname}:${base.port || (base.protocol === 'https:' ? '443' : '80')}`;

  const send = (codec: UpstreamCodec, encoded: EncodedCall, stream: boolean, signal: AbortSignal) =>
    dispatcher.request({
      origin: base.origin,
      method: 'POST',
      path: basePath + encoded.path,
      headers: {
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
        // Compressed events would arrive late and in clumps.
        'accept-encoding': 'identity',
        'user-agent': 'modelgraph',
        ...lowerCased(encoded.headers),
        ...(settings.apiKey ? lowerCased(codec.authorization(settings.apiKey.reveal())) : {}),
      },
      body: encoded.body,
      signal,
    });

  const failed = (failure: Failure): ProviderEvent => ({
    type: 'failed',
    failure: maskFailure(failure, settings.apiKey),
  });

  const timeoutOf = (call: ProviderCall, phase: TimeoutPhase): Failure => {
    switch (phase) {
      case 'FIRST_TOKEN': {
        const what = call.stream ? 'no first token' : 'no answer';
        return failureOf('TIMEOUT', `${host} sent ${what} within ${call.timeouts.firstTokenMs} ms.`);
      }
      case 'STALL':
        return failureOf('TIMEOUT', `${host} stalled: nothing came for ${call.timeouts.stallMs} ms.`);
    }
  };

  async function* exchange(call: ProviderCall, halt: Halt): AsyncGenerator<ProviderEvent, void> {
    const watchdog = createWatchdog(clock, call.timeouts, (phase) => halt.stop(timeoutOf(call, phase)));
    try {
      const codec = codecFor(call.providerModelId);
      const { call: encoded, warnings } = codec.encode(call.providerModelId, call.request, call.stream);
      yield* warnings;
      const early = halt.failure();
      if (early) return yield failed(early);

      let response: Dispatcher.ResponseData;
      try {
        watchdog.wait();
        response = await send(codec, encoded, call.stream, halt.signal);
        watchdog.hold();
      } catch (error) {
        log.debug('no answer from provider', { provider: settings.id, code: networkErrorCode(error) });
        return yield failed(halt.failure() ?? networkFailure(host, error));
      }

      const { statusCode: status, body } = response;
      const headers = singleValued(response.headers);
      const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
      const unreadable = unreadableAnswer(base, status, headers);
      if (unreadable) {
        halt.stop(unreadable);
        return yield failed(unreadable);
      }
      if (status < 200 || status >= 300) {
        watchdog.wait();
        const { text, isWhole } = await readErrorBody(chunks);
        watchdog.hold();
        const stopped = halt.failure();
        if (stopped?.code === 'CANCELLED') return yield failed(stopped);
        // Once there is a status, it says more than that the rest of the body did not come.
        const failure = codec.decodeError(status, headers, text);
        if (isWhole) halt.settle();
        else halt.stop(failure);
        return yield failed(failure);
      }

      const reader = createAnswerReader(codec, headers['content-type']);
      let isFirstTokenDue = call.stream;
      if (!isFirstTokenDue) watchdog.progress();
      for (let isOver = false; !isOver; ) {
        let chunk: Uint8Array | undefined;
        let isBroken = false;
        watchdog.wait();
        try {
          const step = await chunks.next();
          if (step.done !== true) chunk = step.value;
        } catch (error) {
          if (halt.failure()) break;
          log.debug('answer was cut off', { provider: settings.id, code: networkErrorCode(error) });
          isBroken = true;
        }
        watchdog.hold();
        isOver = chunk === undefined;
        const events = chunk === undefined ? reader.end(isBroken) : reader.push(chunk);
        if (reader.isGathering() || (events.length > 0 && (!isFirstTokenDue || events.some(isAnswer)))) {
          isFirstTokenDue = false;
          watchdog.progress();
        }
        for (const event of events) {
          const stopped = halt.failure();
          if (stopped) return yield failed(stopped);
          if (event.type === 'completed' || event.type === 'failed') {
            halt.settle();
            if (!isOver) void drain(chunks, body, clock);
            return yield event.type === 'failed' ? failed(event.failure) : event;
          }
          yield event;
        }
      }
      yield failed(halt.failure() ?? failureOf('TRUNCATED', `${host} ended its answer without saying how.`));
    } catch (error) {
      log.error('provider call broke', { provider: settings.id, error: originOf(error) });
      halt.stop(CANCELLED);
      yield failed(failureOf('SERVER_ERROR', 'The call could not be carried out, for a reason of our own.'));
    } finally {
      watchdog.stop();
      halt.stop(CANCELLED);
    }
  }

  return {
    id: settings.id,
    completes: true,
    unsupported: (providerModelId, request) =>
      codecFor(providerModelId).unsupported(providerModelId, request),
    operations: {},
    listModels: async () => ({ kind: 'NOT_OFFERED' }),
    complete(call, signal) {
      const halt = createHalt(signal);
      return haltable(exchange(call, halt), halt);
    },
  };
};
