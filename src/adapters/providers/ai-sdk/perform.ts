import type { Dispatcher } from 'undici';
import { originOf } from '../../../domain/error-origin.ts';
import type { Failure } from '../../../domain/failure.ts';
import type { ProviderId } from '../../../domain/ids.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { OperationKind, OperationRequests, ProviderResults } from '../../../domain/operation.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Usage } from '../../../domain/usage.ts';
import type { Warning } from '../../../domain/warning.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { OperationAdapter, OperationCall, OperationOutcome } from '../../../ports/provider.ts';
import { readRateLimits } from '../../../wire/rate-limits.ts';
import { createFairTurns } from '../fair-turns.ts';
import { CANCELLED, createHalt } from '../halt.ts';
import type { AnswerHeaders } from '../response-headers.ts';
import { maskAll, packageFailure } from './create-provider.ts';
import { createExchange, type ExchangeRules } from './exchange.ts';

export type Performance = {
  readonly id: ProviderId;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly log: Log;
  /** Masked in whatever the provider says. */
  readonly secrets: readonly Secret[];
};

export type Performed<Kind extends OperationKind> = {
  readonly result: ProviderResults[Kind];
  readonly usage?: Usage | undefined;
  readonly warnings?: readonly Warning[];
  readonly providerResponseId?: string | undefined;
  readonly providerModel?: string | undefined;
};

/** What the provider answered, besides what the package makes of it. */
export type Answered = { json(): JsonObject; headers(): AnswerHeaders };

export type OperationSpec<Kind extends OperationKind> = {
  unsupported: OperationAdapter<Kind>['unsupported'];
  /** What the answer is, as it is sent. */
  readonly answers: 'JSON' | 'BYTES';
  rules(request: OperationRequests[Kind]): ExchangeRules;
  /** One call of the package, whose one request goes through `fetch`. The request holds nothing unsupported. */
  run(
    fetch: typeof globalThis.fetch,
    providerModelId: string,
    request: OperationRequests[Kind],
    answered: Answered,
  ): Promise<Performed<Kind>>;
  /** Default: the parameters of these names are taken out. */
  withoutUnsupported?(request: OperationRequests[Kind], names: ReadonlySet<string>): OperationRequests[Kind];
};

/** A failure that a package gives as an answer. */
export class OperationFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const honoured = <Request extends object>(request: Request, names: ReadonlySet<string>): Request =>
  names.size === 0
    ? request
    : (Object.fromEntries(Object.entries(request).filter(([name]) => !names.has(name))) as Request);

/** An operation through an AI SDK package. One call is one request; see `createAiSdkProvider`. */
export const aiSdkOperation = <Kind extends OperationKind>(
  performance: Performance,
  spec: OperationSpec<Kind>,
): OperationAdapter<Kind> => {
  const { dispatcher, clock, log, secrets, id } = performance;
  const shared = { clock, turns: createFairTurns(clock) };

  const perform = async (call: OperationCall<Kind>, signal: AbortSignal): Promise<OperationOutcome<Kind>> => {
    const halt = createHalt(signal);
    const names = new Set(spec.unsupported(call.providerModelId, call.request).map(({ name }) => name));
    const request = spec.withoutUnsupported?.(call.request, names) ?? honoured(call.request, names);
    const exchange = createExchange({
      ...spec.rules(request),
      dispatcher,
      shared,
      trace: call.trace,
      alive: call.alive,
      halt,
      mode: { kind: spec.answers },
    });
    const limits = () => {
      const found = readRateLimits(exchange.headers(), () => clock.now());
      return found.length === 0 ? {} : { rateLimits: found };
    };
    const failed = (failure: Failure): OperationOutcome<Kind> => ({
      kind: 'FAILED',
      failure: maskAll(failure, secrets),
      warnings: [],
      ...limits(),
    });
    try {
      const early = halt.failure();
      if (early) return failed(early);
      const answered = { json: () => exchange.answer() ?? {}, headers: exchange.headers };
      const done = await spec.run(exchange.fetch, call.providerModelId, request, answered);
      const stopped = halt.failure();
      if (stopped) return failed(stopped);
      halt.settle();
      return {
        kind: 'DONE',
        result: done.result,
        warnings: done.warnings ?? [],
        ...limits(),
        ...(done.usage !== undefined && { usage: done.usage }),
        ...(done.providerResponseId !== undefined && { providerResponseId: done.providerResponseId }),
        ...(done.providerModel !== undefined && { providerModel: done.providerModel }),
      };
    } catch (error) {
      const known =
        halt.failure() ??
        exchange.failure() ??
        (error instanceof OperationFailure ? error.failure : undefined);
      if (known) return failed(known);
      log.warn('a package failed at an operation', { provider: id, error: originOf(error) });
      return failed(packageFailure(error));
    } finally {
      halt.stop(CANCELLED);
    }
  };

  return { unsupported: spec.unsupported, perform };
};
