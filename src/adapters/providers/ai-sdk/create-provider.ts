import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { UnsupportedFunctionalityError } from '@ai-sdk/provider';
import type { Dispatcher } from 'undici';
import { originOf } from '../../../domain/error-origin.ts';
import { type Failure, failureOf } from '../../../domain/failure.ts';
import type { ProviderId } from '../../../domain/ids.ts';
import type { ProviderEvent } from '../../../domain/provider-event.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { ModelList, OperationAdapters, Provider, ProviderCall } from '../../../ports/provider.ts';
import { honouredRequest } from '../../../wire/honoured-request.ts';
import { readRateLimits } from '../../../wire/rate-limits.ts';
import { saysNothing } from '../../../wire/says-nothing.ts';
import { fitToolCallIds } from '../../../wire/tool-call-ids.ts';
import { unsaidEnd } from '../failure-at.ts';
import { createFairTurns } from '../fair-turns.ts';
import { CANCELLED, createHalt, type Halt } from '../halt.ts';
import { hostOf } from '../host.ts';
import { maskFailure } from '../mask-failure.ts';
import { pumped } from '../pumped.ts';
import { createExchange, type Exchange } from './exchange.ts';
import type { AiSdkLanguage } from './language.ts';
import { createPartReader } from './part-reader.ts';

export type AiSdkProviderOptions = {
  readonly id: ProviderId;
  /** Where it is called; failures name its host. */
  readonly baseUrl: string;
  /** Absent: it has no language models. */
  readonly language?: AiSdkLanguage;
  readonly operations: OperationAdapters;
  readonly listModels?: (signal: AbortSignal) => Promise<ModelList>;
  /** Masked in whatever the provider says. */
  readonly secrets: readonly Secret[];
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly clock: Clock;
};

export const maskAll = (failure: Failure, secrets: readonly Secret[]): Failure =>
  secrets.length === 0
    ? maskFailure(failure, undefined)
    : secrets.reduce((masked, secret) => maskFailure(masked, secret), failure);

/** Why a package gave no answer, if neither the halt nor the exchange knows. */
export const packageFailure = (error: unknown): Failure =>
  UnsupportedFunctionalityError.isInstance(error)
    ? failureOf('UNSUPPORTED', `The provider does not take: ${error.functionality}.`)
    : failureOf(
        'SERVER_ERROR',
        'The answer of the provider could not be read: internal error in modelgraph, see its log.',
        {
          retry: 'ELSEWHERE',
        },
      );

/**
 * A provider through an AI SDK package, which builds the requests, signs them and decodes the answers. Sending,
 * cancelling and what bounds an answer are ours and the same as for providers over HTTP. A package makes one request a call:
 * it neither retries nor continues by itself.
 */
export const createAiSdkProvider = (options: AiSdkProviderOptions): Provider => {
  const { id, language, dispatcher, log, clock, secrets } = options;
  const host = hostOf(new URL(options.baseUrl));
  const shared = { clock, turns: createFairTurns(clock) };

  const failed = (failure: Failure): ProviderEvent => ({
    type: 'failed',
    failure: maskAll(failure, secrets),
  });

  const limitsOf = (exchange: Exchange): readonly ProviderEvent[] => {
    const limits = readRateLimits(exchange.headers(), () => clock.now());
    return limits.length === 0 ? [] : [{ type: 'rateLimits', limits }];
  };

  async function* perform(
    models: AiSdkLanguage,
    call: ProviderCall,
    halt: Halt,
  ): AsyncGenerator<ProviderEvent, void> {
    let exchange: Exchange | undefined;
    const failureFor = (error: unknown): Failure => {
      const known = halt.failure() ?? exchange?.failure();
      if (known) return known;
      log.warn('a package failed at an answer', { provider: id, error: originOf(error) });
      return packageFailure(error);
    };
    try {
      const honoured = honouredRequest(call.request, models.unsupported(call.providerModelId, call.request));
      const said = honoured.messages.filter((message) => !saysNothing(message));
      const request = { ...honoured, messages: fitToolCallIds(said, models.toolCallIds) };
      const { options: asked, warnings } = models.options(call.providerModelId, request);
      yield* warnings;
      const early = halt.failure();
      if (early) return yield failed(early);
      exchange = createExchange({
        ...models.rules(request),
        dispatcher,
        shared,
        trace: call.trace,
        halt,
        mode: call.stream ? { kind: 'STREAM', filter: models.filter() } : { kind: 'JSON' },
      });
      const model = models.model(call.providerModelId, exchange.fetch);
      const reader = createPartReader(models, call.providerModelId);

      if (!call.stream) {
        let events: readonly ProviderEvent[];
        try {
          const result = await model.doGenerate(asked);
          events = [...limitsOf(exchange), ...reader.whole(result, exchange.answer() ?? {})];
        } catch (error) {
          const answer = exchange.answer();
          const usage = answer === undefined ? undefined : models.usageOfAnswer(answer);
          const billed: readonly ProviderEvent[] =
            usage === undefined ? [] : [{ type: 'usageUpdated', usage }];
          events = [...limitsOf(exchange), ...billed, failed(failureFor(error))];
        }
        for (const event of events) {
          const stopped = halt.failure();
          if (stopped && event.type !== 'failed') return yield failed(stopped);
          if (event.type === 'completed' || event.type === 'failed') {
            halt.settle();
            return yield event.type === 'failed' ? failed(event.failure) : event;
          }
          yield event;
        }
        return yield failed(unsaidEnd(host));
      }

      let parts: ReadableStreamDefaultReader<LanguageModelV4StreamPart>;
      try {
        const result = await model.doStream({ ...asked, includeRawChunks: true });
        parts = result.stream.getReader();
      } catch (error) {
        yield* limitsOf(exchange);
        return yield failed(failureFor(error));
      }
      yield* limitsOf(exchange);
      for (;;) {
        let events: readonly ProviderEvent[];
        try {
          const step = await parts.read();
          if (step.done) break;
          events = reader.part(step.value);
        } catch (error) {
          return yield failed(failureFor(error));
        }
        for (const event of events) {
          const stopped = halt.failure();
          if (stopped) return yield failed(stopped);
          if (event.type === 'completed' || event.type === 'failed') {
            if (event.type === 'completed') halt.settle();
            return yield event.type === 'failed' ? failed(event.failure) : event;
          }
          yield event;
        }
      }
      yield failed(halt.failure() ?? unsaidEnd(host));
    } catch (error) {
      log.error('provider call broke', { provider: id, error: originOf(error) });
      halt.stop(CANCELLED);
      yield failed(failureOf('SERVER_ERROR', 'The call failed: internal error in modelgraph, see its log.'));
    } finally {
      halt.stop(CANCELLED);
    }
  }

  async function* nothing(): AsyncGenerator<ProviderEvent, void> {
    yield failed(failureOf('UNSUPPORTED', 'The provider has no language models.'));
  }

  return {
    id,
    host,
    completes: language !== undefined,
    unsupported: (providerModelId, request) => language?.unsupported(providerModelId, request) ?? [],
    operations: options.operations,
    listModels: options.listModels ?? (async () => ({ kind: 'NOT_OFFERED' })),
    complete: pumped(id, (call, signal) => {
      if (language === undefined) return nothing();
      return perform(language, call, createHalt(signal));
    }),
  };
};
