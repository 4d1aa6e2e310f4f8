import { calledOffering } from '../../catalogue/catalogue.ts';
import { type Attempt, decidingAttempt, type RouteDecision } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { LocatedFailure } from '../../domain/failure.ts';
import type { Offering } from '../../domain/model.ts';
import type {
  OperationKind,
  OperationRequests,
  OperationResults,
  ProviderResults,
} from '../../domain/operation.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { RunTrace, Telemetry } from '../../ports/telemetry.ts';
import type { TermsOf } from '../bill-attempt.ts';
import { type CompletionTimeouts, statedFirstToken } from '../completion-command.ts';
import type { OperationAnswer, OperationCommand } from '../operation-command.ts';
import { attributesAsked } from '../operations/asked-attributes.ts';
import { fetchResults } from '../operations/fetch-results.ts';
import { descriptorOf, type Estimate } from '../operations/kinds.ts';
import { loadOperation } from '../operations/load-operation.ts';
import { pushedOperation } from '../operations/pushed-operation.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import { expectedUsage } from '../routing/operation-calls.ts';
import { rateCardOf } from '../routing/rate-card.ts';
import type { OperationCall, PlannedCandidate, RoutedPlan } from '../routing/route-plan.ts';
import { sealsIn } from '../sealed-signature.ts';
import { invalidInput } from '../stages/guard-input.ts';
import type { Staged } from '../stages/stage.ts';
import type { Attempted } from './attempted.ts';
import { Patience } from './patience.ts';
import { type CallRules, Pipeline } from './pipeline.ts';

type Place = Pick<LocatedFailure, 'offeringId' | 'providerId'>;

const NO_CONVERSATION = { messages: [] };

/** An operation other than a completion. Its result comes as a whole, once everything in it is here. */
export class OperationRun<Kind extends OperationKind> extends Pipeline<
  OperationCall<Kind>,
  OperationCommand<Kind>
> {
  /** What each attempt gave, by its index. */
  readonly #results = new Map<number, ProviderResults[Kind]>();
  readonly #descriptor = descriptorOf<Kind>(this.command.operation);
  #route: CompiledRoute | undefined;
  #request: OperationRequests[Kind] | undefined;
  #result: OperationResults[Kind] | undefined;

  /** What its last event says to who waits for all of it; undefined: it is another one. */
  answerOf(event: CompletionEvent): OperationAnswer<Kind> | undefined {
    if (event.type !== 'finished' && event.type !== 'failed') return undefined;
    const { record } = event;
    if (event.type === 'finished')
      return this.#result && { kind: 'DONE', result: this.#result, record: event.record };
    const { error } = event;
    return error.kind === 'REFUSED' ? error : record && { kind: 'FAILED', failure: error.failure, record };
  }

  protected override get operation(): Kind {
    return this.command.operation;
  }

  protected override get tags(): OperationCommand<Kind> {
    return this.command;
  }

  protected override traced(telemetry: Telemetry): RunTrace {
    const { operation, model, trace: parent } = this.command;
    return telemetry.operation({ operation, model, parent });
  }

  protected override guard(): CompletionRefusal | undefined {
    const problem = this.#descriptor.problem(this.command.input);
    return problem && invalidInput(problem);
  }

  protected override async plan(
    route: CompiledRoute,
    { totalMs }: CompletionTimeouts,
  ): Promise<Staged<RoutedPlan<OperationCall<Kind>>>> {
    const { command, caller, createdAt: at, lifetime } = this;
    const { media: fetcher, clock, router } = this.deps;
    lifetime.limit(totalMs, `The operation took longer than its limit of ${totalMs} ms.`);
    const loaded = await loadOperation(this.operation, command.input, { fetcher, clock }, totalMs, lifetime);
    if (loaded.kind === 'REFUSED') return loaded;
    this.#route = route;
    this.#request = loaded.value;
    return router.planOperation(route, { command, caller, request: loaded.value, at });
  }

  /** What no provider does may be worked out here. */
  protected override onUnplanned(refusal: CompletionRefusal): void {
    const route = this.#route;
    const offering = route && this.#unableOf(route);
    const estimate = offering && this.#estimate(offering);
    if (offering === undefined || estimate === undefined) {
      this.refuse(refusal);
      return;
    }
    const { id: offeringId, providerId, modelSlug } = offering;
    const decision: RouteDecision = {
      requested: this.command.model,
      modelSlug,
      candidates: [],
      ...(route?.saved !== undefined && { route: route.saved }),
    };
    const untried = { attempts: [], warnings: [] };
    this.upon(this.#instead(estimate, untried, { offeringId, providerId }), (settled) =>
      this.settle(decision, settled),
    );
  }

  protected override rulesOf(
    plan: RoutedPlan<OperationCall<Kind>>,
    { stallMs }: CompletionTimeouts,
  ): CallRules {
    // How long an answer may take to begin differs by what is asked for: no default bounds it.
    const firstTokenMs = this.command.timeouts.firstTokenMs ?? plan.fallback.timeouts.firstTokenMs;
    const stated = statedFirstToken(this.command, plan.fallback.timeouts);
    return {
      kind: 'WHOLE',
      operatorMs: stated?.isOperators === true ? stated.ms : undefined,
      patience: new Patience(this.operation, stated?.ms, plan.calledBy),
      limits: { stallMs, ...(firstTokenMs !== undefined && { firstTokenMs }) },
      delivery: 'WHOLE',
      conversation: NO_CONVERSATION,
    };
  }

  protected override foreseen(candidate: PlannedCandidate<OperationCall<Kind>>) {
    const usage = this.operation === 'TOKEN_COUNT' ? undefined : this.estimated(candidate);
    return { usage, terms: this.#terms([]) };
  }

  protected override termsOf(warnings: readonly Warning[]): TermsOf {
    return () => this.#terms(warnings);
  }

  protected override call(
    { adapter, request, offering }: PlannedCandidate<OperationCall<Kind>>,
    attempt: number,
    sink: ProviderSink,
    trace: RunTrace | undefined,
  ): UpstreamCall {
    const { providerModelId } = offering;
    const call = {
      providerModelId,
      request,
      trace: trace?.parentOf(attempt),
      alive: () => sink.alive(),
    };
    return pushedOperation(adapter, call, sink, (result) => this.#results.set(attempt, result));
  }

  override estimated(
    { offering }: Pick<PlannedCandidate<unknown>, 'offering'>,
    _outputTokens?: number,
    unseenMs?: number,
  ): Usage | undefined {
    // No provider charges for counting.
    if (unseenMs !== undefined && this.operation === 'TOKEN_COUNT') return undefined;
    const request = this.#request;
    if (request === undefined) return undefined;
    const { command, createdAt: at, catalogue } = this;
    return expectedUsage(
      { command, request, at },
      this.planned.inputTokens(),
      rateCardOf(catalogue, offering),
    );
  }

  /** By what its provider says was used; where that makes no bill, by units that are counted here, if their price does. */
  override priced(attempt: Attempt, warnings: readonly Warning[]): Attempt {
    if (this.operation === 'TOKEN_COUNT') return attempt;
    const told = super.priced(attempt, warnings);
    const result = this.#results.get(attempt.index);
    const isBilled = told.cost !== undefined && told.cost.kind !== 'UNPRICED';
    if (isBilled || result === undefined || this.#request === undefined) return told;
    const units = this.#descriptor.counted?.(this.#request, result);
    const { usage = usageOf({}) } = attempt;
    const isSaid = usage.images > 0 || usage.seconds > 0 || usage.characters > 0;
    if (units === undefined || isSaid) return told;
    const counted = super.priced({ ...attempt, usage: { ...usage, ...units } }, warnings);
    return counted.cost?.kind === 'PRICED' ? counted : told;
  }

  protected override finish(attempted: Attempted, plan: RoutedPlan<OperationCall<Kind>>): void {
    this.upon(this.#whole(attempted, plan), (settled) => this.settle(plan.decision, settled));
  }

  #terms(warnings: readonly Warning[]) {
    return { attributes: attributesAsked(this.command.input, warnings) };
  }

  /** The first that is on and whose provider does not have the operation; that of the latest signature comes first. */
  #unableOf({ candidates, rejected, unfit }: CompiledRoute): Offering | undefined {
    const request = this.#request;
    if (request === undefined || candidates.length > 0) return undefined;
    const unable = [...rejected, ...unfit]
      .filter(({ reason }) => reason === 'CAPABILITY')
      .flatMap(({ offeringId }) => calledOffering(this.catalogue, offeringId) ?? []);
    const [sealedBy] = 'messages' in request ? sealsIn(request) : [];
    return unable.find(({ providerId }) => providerId === sealedBy) ?? unable[0];
  }

  #estimate(offering: Offering) {
    const request = this.#request;
    const by = { keyId: this.caller.key.id, signal: this.lifetime.signal };
    return request && this.#descriptor.estimate?.(request, offering, by);
  }

  /** With what an estimate says in place of what was tried, unless the run is ended meanwhile. */
  async #instead(
    estimate: Promise<Estimate<Kind>>,
    tried: Pick<Attempted, 'attempts' | 'warnings'>,
    { offeringId, providerId }: Place,
  ): Promise<Attempted> {
    const { result, warnings } = await estimate;
    const { why } = this.lifetime;
    this.#result = result;
    return why === undefined
      ? { attempts: tried.attempts, warnings, ending: { kind: 'FINISHED' } }
      : { ...tried, ending: { kind: 'FAILED', failure: { ...why, offeringId, providerId } } };
  }

  /** With all of the result here; or what can be said where it turns out that nobody does it for the model. */
  async #whole(attempted: Attempted, { candidates }: RoutedPlan<unknown>): Promise<Attempted> {
    const { attempts, ending } = attempted;
    if (ending.kind === 'FAILED') {
      const isUndone = ending.failure.code === 'UNSUPPORTED';
      const estimate = isUndone ? this.#estimate(candidates[0].offering) : undefined;
      return estimate === undefined ? attempted : this.#instead(estimate, attempted, ending.failure);
    }
    const done = decidingAttempt(attempts);
    const result = done && this.#results.get(done.index);
    if (done === undefined || result === undefined) throw new Error('what is done has a result');
    const { media: fetcher, clock } = this.deps;
    const { lifetime } = this;
    const leftMs = Math.max(1, Math.ceil(lifetime.remainingMs));
    const { providerId, offeringId } = done;
    const fetched = await fetchResults(
      this.operation,
      result,
      providerId,
      { fetcher, clock },
      leftMs,
      lifetime.signal,
    );
    if (fetched.kind === 'HERE') {
      this.#result = fetched.result;
      return attempted;
    }
    const failure = { ...(lifetime.why ?? fetched.failure), offeringId, providerId };
    return { ...attempted, ending: { kind: 'FAILED', failure } };
  }
}
