import type { Catalogue } from '../catalogue/catalogue.ts';
import type { RouteDecision } from '../domain/attempt.ts';
import type { Caller } from '../domain/caller.ts';
import type { LocatedFailure } from '../domain/failure.ts';
import { asOperationId } from '../domain/ids.ts';
import type { OperationKind, OperationRequests, OperationResults } from '../domain/operation.ts';
import type { OperationRecord } from '../domain/operation-record.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { OperationTrace } from '../ports/telemetry.ts';
import { setDeadline } from './deadline.ts';
import { elapsedMs } from './elapsed.ts';
import type { OperationAnswer, OperationCommand } from './operation-command.ts';
import { attributesAsked } from './operations/asked-attributes.ts';
import {
  attemptOperation,
  CANCELLED,
  type OperationAttempted,
  type OperationDependencies,
} from './operations/attempt-operation.ts';
import { estimateOf } from './operations/estimate-operation.ts';
import { fetchResults } from './operations/fetch-results.ts';
import { operationProblem } from './operations/guard-operation.ts';
import { loadOperation } from './operations/load-operation.ts';
import { ableTo, inabilityOf, planOperation } from './operations/plan-operation.ts';
import type { RunDependencies } from './runs/completion-run.ts';
import { keyRefusal } from './stages/authorise.ts';
import { billFor } from './stages/meter.ts';
import { factsOf, ledgerRowOf } from './stages/record.ts';
import { type Resolved, resolveModel } from './stages/resolve-model.ts';
import { timeOrderedId } from './time-ordered-id.ts';

const refuse = (refusal: CompletionRefusal) => ({ kind: 'REFUSED', refusal }) as const;

/** How an operation ended, for its record. */
type Ended<Kind extends OperationKind> = {
  readonly route: RouteDecision;
  readonly attempts: OperationAttempted<Kind>['attempts'];
  readonly warnings: OperationAttempted<Kind>['warnings'];
  readonly ending:
    | { readonly kind: 'DONE'; readonly result: OperationResults[Kind] }
    | { readonly kind: 'FAILED'; readonly failure: LocatedFailure };
};

const recordOf = <Kind extends OperationKind>(
  { operation, input, metadata, user }: OperationCommand<Kind>,
  caller: Caller,
  { route, attempts, warnings, ending }: Ended<Kind>,
  catalogue: Catalogue,
  totalMs: number,
  { id, createdAt }: Pick<OperationRecord, 'id' | 'createdAt'>,
): OperationRecord => ({
  id,
  operation,
  ...factsOf({
    caller,
    createdAt,
    route,
    // No provider charges for counting, and what is counted is not used.
    bill:
      operation === 'TOKEN_COUNT'
        ? { attempts, cost: { kind: 'FREE' }, timings: { totalMs } }
        : billFor(attempts, catalogue, totalMs, () => ({ attributes: attributesAsked(input, warnings) })),
    warnings,
    failure: ending.kind === 'FAILED' ? ending.failure : undefined,
    tags: { ...(metadata !== undefined && { metadata }), ...(user !== undefined && { user }) },
  }),
});

/** Plans, asks and fetches; what is done by nobody is refused before anything is sent. */
const carryOut = async <Kind extends OperationKind>(
  command: OperationCommand<Kind>,
  request: OperationRequests[Kind],
  resolved: Resolved,
  dependencies: OperationDependencies & Pick<RunDependencies, 'media'>,
): Promise<Ended<Kind> | ReturnType<typeof refuse>> => {
  const { media, clock, signal, whyAborted, remainingMs, onDefect } = dependencies;
  const able = ableTo(command.operation, resolved);
  if (able.length === 0) {
    const estimate = await estimateOf(command.operation, request, resolved, signal);
    if (estimate === undefined)
      throw new Error('an operation without candidates is refused before it is loaded');
    const { modelSlug, result, warnings } = estimate;
    const route: RouteDecision = { requested: command.model, modelSlug, candidates: [] };
    if (signal.aborted) {
      const [{ offering }] = resolved.callable;
      const place = { offeringId: offering.id, providerId: offering.providerId };
      const failure = { ...(whyAborted() ?? CANCELLED), ...place };
      return { route, attempts: [], warnings: [], ending: { kind: 'FAILED', failure } };
    }
    return { route, attempts: [], warnings, ending: { kind: 'DONE', result } };
  }
  const planned = planOperation(command, request, resolved, able, onDefect);
  if (planned.kind === 'REFUSED') return planned;
  const { route } = planned.value;
  const attempted = await attemptOperation(planned.value, dependencies);
  const { attempts, warnings, ending } = attempted;
  if (ending.kind === 'FAILED') {
    // That it does not do it for this model is learnt from the provider alone.
    const estimate =
      ending.failure.code === 'UNSUPPORTED'
        ? await estimateOf(command.operation, request, resolved, signal)
        : undefined;
    if (estimate === undefined) return { route, attempts, warnings, ending };
    if (!signal.aborted)
      return {
        route,
        attempts,
        warnings: estimate.warnings,
        ending: { kind: 'DONE', result: estimate.result },
      };
    const { offeringId, providerId } = ending.failure;
    const failure = { ...(whyAborted() ?? CANCELLED), offeringId, providerId };
    return { route, attempts, warnings, ending: { kind: 'FAILED', failure } };
  }
  const { result, by } = ending;
  const fetched = await fetchResults(
    command.operation,
    result,
    by.providerId,
    { fetcher: media, clock },
    remainingMs(),
    signal,
  );
  if (fetched.kind === 'HERE')
    return { route, attempts, warnings, ending: { kind: 'DONE', result: fetched.result } };
  const cause = signal.aborted ? (whyAborted() ?? CANCELLED) : fetched.failure;
  const failure = { ...cause, offeringId: by.id, providerId: by.providerId };
  return { route, attempts, warnings, ending: { kind: 'FAILED', failure } };
};

/**
 * One operation, from the caller's command to its ledger row, which is recorded before the answer. `aborter`
 * ends it early: from outside for a caller that has gone, from inside when its time is over.
 */
export const runOperation = async <Kind extends OperationKind>(
  dependencies: RunDependencies,
  caller: Caller,
  command: OperationCommand<Kind>,
  aborter: AbortController,
  trace?: OperationTrace,
): Promise<OperationAnswer<Kind>> => {
  const { clock, media, health, onDefect } = dependencies;
  const { operation, timeoutMs } = command;
  const { signal } = aborter;
  const arrivedAt = clock.monotonicMs();
  const createdAt = clock.now();
  const id = asOperationId(`op_${timeOrderedId()}`);
  const catalogue = dependencies.catalogue();

  const forbidden = keyRefusal(caller, createdAt);
  if (forbidden !== undefined) return refuse(forbidden);
  const problem = operationProblem(operation, command.input);
  if (problem !== undefined)
    return refuse({ code: 'INVALID_INPUT', path: `input.${problem.path}`, problem: problem.problem });
  const resolved = resolveModel(command.model, catalogue, dependencies.providers());
  if (resolved.kind === 'REFUSED') return resolved;
  if (operation !== 'TOKEN_COUNT' && ableTo(operation, resolved.value).length === 0)
    return refuse({
      code: 'UNSUPPORTED_OPERATION',
      name: command.model,
      problem: inabilityOf(operation, resolved.value),
    });

  const deadline = setDeadline(
    clock,
    aborter,
    timeoutMs,
    `The operation took longer than its limit of ${timeoutMs} ms.`,
  );
  let ended: Awaited<ReturnType<typeof carryOut<Kind>>>;
  try {
    const loaded = await loadOperation(
      operation,
      command.input,
      { fetcher: media, clock },
      timeoutMs,
      signal,
    );
    if (loaded.kind === 'REFUSED') return loaded;
    ended = await carryOut(command, loaded.value, resolved.value, {
      clock,
      media,
      health,
      signal,
      onDefect,
      trace,
      whyAborted: deadline.failure,
      remainingMs: () => Math.max(1, Math.ceil(timeoutMs - elapsedMs(clock, arrivedAt))),
    });
  } finally {
    deadline.cancel();
  }
  if ('kind' in ended) return ended;

  const record = recordOf(command, caller, ended, catalogue, elapsedMs(clock, arrivedAt), { id, createdAt });
  dependencies.record(ledgerRowOf(record));
  return ended.ending.kind === 'DONE'
    ? { kind: 'DONE', result: ended.ending.result, record }
    : { kind: 'FAILED', failure: ended.ending.failure, record };
};
