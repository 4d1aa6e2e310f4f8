import { pumped } from '../../src/adapters/providers/pumped.ts';
import type { CompletionRequest, Unsupported } from '../../src/domain/completion-request.ts';
import { failureOf } from '../../src/domain/failure.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import type { OperationKind, OperationRequests } from '../../src/domain/operation.ts';
import type { Dialect } from '../../src/domain/provider.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { OperationAdapter, OperationOutcome, Provider, ProviderCall } from '../../src/ports/provider.ts';

/** One call that a scripted provider has got, as the test holds it. */
export type ScriptedCall = {
  readonly call: ProviderCall;
  /** The signal that the call came with. */
  readonly signal: AbortSignal;
  /** Yields these next, as they are read. After `completed` or `failed` nothing more comes. */
  send(...events: readonly ProviderEvent[]): void;
  /** Ends the iteration, whether or not the provider has said how. */
  end(): void;
  /** How many of the events sent have been read. */
  taken(): number;
  /** Resolves when the iteration is over. */
  readonly over: Promise<void>;
};

/** What a scripted provider makes of an operation; the test sees to it that it fits the operation. */
export type ScriptedOutcome = OperationOutcome<OperationKind>;

/** One call of an operation that a scripted provider has got, as the test holds it. */
export type ScriptedOperation = {
  readonly operation: OperationKind;
  readonly providerModelId: string;
  readonly request: OperationRequests[OperationKind];
  /** The signal that the call came with. */
  readonly signal: AbortSignal;
  finish(outcome: ScriptedOutcome): void;
};

export type ScriptedOptions = {
  readonly unsupported?: readonly Unsupported[] | ((request: CompletionRequest) => readonly Unsupported[]);
  /** In which it takes clients' own requests. */
  readonly dialect?: Dialect;
  /** False: it has operations alone. */
  readonly completes?: boolean;
  readonly operations?: readonly OperationKind[];
  /** What it cannot honour of any operation. */
  readonly unsupportedOfOperations?: readonly Unsupported<string>[];
};

export type ScriptedProvider = Provider & {
  /** Calls of operations so far, oldest first. */
  readonly operationCalls: readonly ScriptedOperation[];
  /** Resolves with call number `n` of an operation, from 0, once it is made. */
  performed(n: number): Promise<ScriptedOperation>;
  /** Answers the next call of an operation that has no answer yet. */
  answerOperation(outcome: ScriptedOutcome): void;

  /** Calls so far, oldest first. */
  readonly calls: readonly ScriptedCall[];
  /** Resolves with call number `n`, from 0, once its first event is asked for. */
  called(n: number): Promise<ScriptedCall>;
  /** Sends these to the next call that has no answer yet, and ends it. */
  answer(...events: readonly ProviderEvent[]): void;
};

/**
 * A provider that yields what the test tells it to, when it tells it. Keeps the port's promises: an aborted
 * signal ends it at once with CANCELLED.
 */
export const createScriptedProvider = (id: string, options: ScriptedOptions = {}): ScriptedProvider => {
  const calls: ScriptedCall[] = [];
  const answers: (readonly ProviderEvent[])[] = [];
  const arrivals: PromiseWithResolvers<ScriptedCall>[] = [];
  const arrivalOf = (n: number): PromiseWithResolvers<ScriptedCall> => {
    arrivals[n] ??= Promise.withResolvers();
    return arrivals[n];
  };

  async function* run(call: ProviderCall, signal: AbortSignal): AsyncGenerator<ProviderEvent, void> {
    const script: ProviderEvent[] = [];
    const over = Promise.withResolvers<void>();
    let ended = false;
    let taken = 0;
    let wake = (): void => {};
    const scripted: ScriptedCall = {
      call,
      signal,
      send(...events) {
        script.push(...events);
        wake();
      },
      end() {
        ended = true;
        wake();
      },
      taken: () => taken,
      over: over.promise,
    };
    const n = calls.push(scripted) - 1;
    const answer = answers.shift();
    if (answer !== undefined) {
      scripted.send(...answer);
      scripted.end();
    }
    arrivalOf(n).resolve(scripted);
    const onAbort = (): void => wake();
    signal.addEventListener('abort', onAbort);
    try {
      for (;;) {
        if (signal.aborted) {
          yield { type: 'failed', failure: failureOf('CANCELLED', 'The call was cancelled.') };
          return;
        }
        const event = script.shift();
        if (event !== undefined) {
          taken += 1;
          yield event;
          if (event.type === 'completed' || event.type === 'failed') return;
        } else if (ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      over.resolve();
    }
  }

  const operationCalls: ScriptedOperation[] = [];
  const outcomes: ScriptedOutcome[] = [];
  const performances: PromiseWithResolvers<ScriptedOperation>[] = [];
  const performanceOf = (n: number): PromiseWithResolvers<ScriptedOperation> => {
    performances[n] ??= Promise.withResolvers();
    return performances[n];
  };

  const adapterOf = <Kind extends OperationKind>(operation: Kind): OperationAdapter<Kind> => ({
    unsupported: () => options.unsupportedOfOperations ?? [],
    async perform({ providerModelId, request }, signal) {
      const { promise, resolve: finish } = Promise.withResolvers<ScriptedOutcome>();
      const cancel = (): void =>
        finish({ kind: 'FAILED', failure: failureOf('CANCELLED', 'The call was cancelled.'), warnings: [] });
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      const call = { operation, providerModelId, request, signal, finish };
      const n = operationCalls.push(call) - 1;
      const outcome = outcomes.shift();
      if (outcome !== undefined) finish(outcome);
      performanceOf(n).resolve(call);
      return (await promise) as OperationOutcome<Kind>;
    },
  });

  return {
    id: asProviderId(id),
    completes: options.completes ?? true,
    unsupported: (_model, request) =>
      typeof options.unsupported === 'function' ? options.unsupported(request) : (options.unsupported ?? []),
    ...(options.dialect !== undefined && { dialectOf: () => options.dialect }),
    operations: Object.fromEntries(
      (options.operations ?? []).map((operation) => [operation, adapterOf(operation)]),
    ),
    operationCalls,
    performed: (n) => performanceOf(n).promise,
    answerOperation: (outcome) => void outcomes.push(outcome),
    listModels: async () => ({ kind: 'NOT_OFFERED' }),
    complete: pumped(asProviderId(id), run),
    calls,
    called: (n) => arrivalOf(n).promise,
    answer: (...events) => void answers.push(events),
  };
};
