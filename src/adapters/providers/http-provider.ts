import { originOf } from '../../domain/error-origin.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { Dialect } from '../../domain/provider.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Provider, ProviderCall } from '../../ports/provider.ts';
import { chargeInHeaders } from '../../wire/billing.ts';
import type { EncodedWithWarnings, UpstreamCodec } from '../../wire/codec.ts';
import type { OperationCodecs } from '../../wire/operation-codec.ts';
import { networkErrorCode } from '../network-problem.ts';
import { createAnswerReader } from './answer-reader.ts';
import { drain } from './drain.ts';
import { type Batch, isEnd, oneByOne } from './event-batches.ts';
import { CANCELLED, createHalt, type Halt } from './halt.ts';
import { createHttpConnection, type HttpConnectionOptions } from './http-connection.ts';
import { createModelLister } from './http-models.ts';
import { createHttpOperations } from './http-operation.ts';
import { lateStep } from './late-usage.ts';
import { pumped } from './pumped.ts';
import { isAnswer, isProgress, timeoutFailure } from './time-limits.ts';
import { unpackingFailure } from './unpack-body.ts';
import { createWatchdog } from './watchdog.ts';

export type HttpProviderOptions = HttpConnectionOptions & {
  /**
   * The dialect as it is spoken for a model; `wanted`, where that is spoken for it as well. Errors of operations are the
   * dialect's, too.
   */
  readonly codecFor: (providerModelId: string, wanted?: Dialect) => UpstreamCodec;
  /** What it can do besides completions. Default: nothing. */
  readonly operations?: OperationCodecs;
  /** False: it has no language models. Default true. */
  readonly completes?: boolean;
  /** Path of its list of models under the base URL; absent: that of the dialect. `none`: it has no list. */
  readonly modelsPath?: string | 'none';
};

/**
 * A provider behind HTTP, in the dialect of `codecFor`. An answer is read as what it is, event stream or whole,
 * whichever was asked for. Of a whole one, `stallMs` bounds the silence between two pieces of its body.
 * Throws only here, if `settings.baseUrl` is no URL.
 */
export const createHttpProvider = (options: HttpProviderOptions): Provider => {
  const { settings, codecFor, log, clock, completes = true } = options;
  const connection = createHttpConnection(options);
  const { host } = connection;

  const failed = (failure: Failure): ProviderEvent => ({
    type: 'failed',
    failure: connection.mask(failure),
  });

  const maskedAtEnd = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    const last = events.at(-1);
    return last?.type === 'failed' ? events.with(-1, failed(last.failure)) : events;
  };

  /** The client's own request, where it can be passed on. */
  const forwarded = (call: ProviderCall): EncodedWithWarnings | undefined => {
    const { client, providerModelId, request, stream } = call;
    if (client === undefined) return undefined;
    const codec = codecFor(providerModelId, client.dialect);
    return codec.dialect === client.dialect
      ? codec.forward?.(providerModelId, { client, request, providerId: settings.id, stream })
      : undefined;
  };

  async function* exchange(call: ProviderCall, halt: Halt): AsyncGenerator<Batch, void> {
    const fail = (failure: Failure): Batch => ({ events: [failed(failure)] });
    const watchdog = createWatchdog(clock, call.timeouts, (phase) =>
      halt.stop(timeoutFailure(host, call, phase)),
    );
    try {
      const passedOn = forwarded(call);
      const codec = codecFor(call.providerModelId, passedOn && call.client?.dialect);
      const { call: encoded, warnings } =
        passedOn ?? codec.encode(call.providerModelId, call.request, call.stream);
      if (warnings.length > 0) yield { events: warnings };
      const early = halt.failure();
      if (early) return yield fail(early);

      watchdog.wait();
      const accept = call.stream ? 'text/event-stream' : 'application/json';
      const headers = call.trace === undefined ? encoded.headers : { ...encoded.headers, ...call.trace };
      const answer = await connection.send({ ...encoded, headers, method: 'POST', accept }, codec, halt);
      watchdog.hold();
      if (answer.kind === 'FAILED') return yield fail(answer.failure);
      const { status, body, rateLimits } = answer;
      if (rateLimits.length > 0) yield { events: [{ type: 'rateLimits', limits: rateLimits }] };
      if (status < 200 || status >= 300) {
        watchdog.wait();
        const failure = await connection.failureOf(answer, codec, halt);
        watchdog.hold();
        return yield fail(failure);
      }

      const isQuoted = passedOn !== undefined && passedOn.isVerbatim !== false;
      const quoted = isQuoted ? (call.stream ? 'STREAM' : 'WHOLE') : undefined;
      const charge = chargeInHeaders(answer.headers);
      if (charge !== undefined) yield { events: [{ type: 'billed', billing: { charge } }] };
      const reader = createAnswerReader(codec, answer.headers['content-type'], quoted);
      let isFirstTokenDue = call.stream;
      if (!isFirstTokenDue) watchdog.progress();
      for (let isOver = false; !isOver; ) {
        let chunk: Uint8Array | undefined;
        let isBroken = false;
        const isEnding = reader.isEnding();
        if (!isEnding) watchdog.wait();
        try {
          const step = await (isEnding ? lateStep(body, clock) : body.next());
          if (step.done !== true) chunk = step.value;
        } catch (error) {
          if (halt.failure()) break;
          const refused = unpackingFailure(error, status);
          if (refused) return yield fail(refused);
          log.debug('answer was cut off', { provider: settings.id, code: networkErrorCode(error) });
          isBroken = true;
        }
        watchdog.hold();
        isOver = chunk === undefined;
        const events = chunk === undefined ? reader.end(isBroken) : reader.push(chunk);
        if (reader.isGathering() || events.some(isFirstTokenDue ? isAnswer : isProgress)) {
          isFirstTokenDue = false;
          watchdog.progress();
        }
        const stopped = halt.failure();
        if (stopped) return yield fail(stopped);
        const last = events.findIndex(isEnd);
        if (last >= 0) {
          const answered = events.length === last + 1 ? events : events.slice(0, last + 1);
          yield { events: maskedAtEnd(answered), onEnd: isOver ? undefined : () => void drain(body, clock) };
        } else if (events.length > 0) yield { events };
        const left = halt.failure();
        if (left) return yield fail(left);
        if (last >= 0) return;
      }
      yield fail(halt.failure() ?? failureOf('TRUNCATED', `${host} ended its answer without saying how.`));
    } catch (error) {
      log.error('provider call broke', { provider: settings.id, error: originOf(error) });
      halt.stop(CANCELLED);
      yield fail(failureOf('SERVER_ERROR', 'The call failed: internal error in modelgraph, see its log.'));
    } finally {
      watchdog.stop();
      halt.stop(CANCELLED);
    }
  }

  async function* refuse(halt: Halt): AsyncGenerator<Batch, void> {
    halt.stop(CANCELLED);
    yield { events: [failed(failureOf('UNSUPPORTED', 'This provider has no language models.'))] };
  }

  return {
    id: settings.id,
    host,
    completes,
    unsupported: (providerModelId, request, dialect) =>
      codecFor(providerModelId, dialect).unsupported(providerModelId, request, dialect !== undefined),
    dialectOf: (providerModelId, wanted) => codecFor(providerModelId, wanted).dialect,
    makesChoices: (providerModelId, client) =>
      codecFor(providerModelId, client.dialect).makesChoices?.(providerModelId, client) ?? true,
    operations: createHttpOperations(options.operations ?? {}, {
      connection,
      codecFor,
      clock,
      log,
      id: settings.id,
    }),
    listModels: createModelLister({
      connection,
      dialect: settings.dialect ?? 'openai',
      codec: codecFor(''),
      clock,
      ...(options.modelsPath !== undefined && { path: options.modelsPath }),
    }),
    complete: pumped(settings.id, (call, signal) => {
      const halt = createHalt(signal);
      return oneByOne(completes ? exchange(call, halt) : refuse(halt), halt);
    }),
  };
};
