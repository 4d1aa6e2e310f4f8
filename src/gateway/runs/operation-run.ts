import { calledOffering } from '../../catalogue/catalogue.ts';
import { type Attempt, decidingAttempt, type RouteDecision } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import { type Failure, failureOf, type LocatedFailure } from '../../domain/failure.ts';
import { asOperationId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type {
  OperationKind,
  OperationRequests,
  OperationResults,
  ProviderResults,
} from '../../domain/operation.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { RunTrace } from '../../ports/telemetry.ts';
import { type CompletionTimeouts, statedFirstToken } from '../completion-command.ts';
import type { OperationAnswer, OperationCommand } from '../operation-command.ts';
import { attributesAsked } from '../operations/asked-attributes.ts';
import { withCountedUnits } from '../operations/counted-units.ts';
import { type Estimate, estimateOf } from '../operations/estimate-operation.ts';
import { fetchResults } from '../operations/fetch-results.ts';
import { operationProblem } from '../operations/guard-operation.ts';
import { loadOperation } from '../operations/load-operation.ts';
import { pushedOperation } from '../operations/pushed-operation.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import { expectedUsage } from '../routing/operation-calls.ts';
import { rateCardOf } from '../routing/rate-card.ts';
import type { OperationCall, PlannedCandidate, RoutedPlan } from '../routing/route-plan.ts';
import { sealsIn } from '../sealed-signature.ts';
import { invalidInput } from '../stages/guard-input.ts';
import { billFor, priced } from '../stages/meter.ts';
import { factsOf, ledgerRowOf } from '../stages/record.ts';
import type { Staged } from '../stages/stage.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import type { Attempted, AttemptsEvent } from './attempted.ts';
import { Patience } from './patience.ts';
import { type CallRules, Pipeline, type RunDependencies, type RunPlace } from './pipeline.ts';

/** What an operation has for a failure whose client, or whose server, ended it. */
const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the operation.');

/** Takes what comes of an operation: one of both, once. */
export type OperationSink<Kind extends OperationKind> = {
  answer(answer: OperationAnswer<Kind>): void;
  /** A defect of ours. */
  broke(error: unknown): void;
};

/** How it ended; with its result, where it did not fail. */
type Settled<Kind extends OperationKind> = Attempted & { readonly result?: OperationResults[Kind] };

type Place = Pick<LocatedFailure, 'offeringId' | 'providerId'>;

const NO_CONVERSATION = { messages: [] };

/** An operation other than a completion. Its result comes as a whole, once everything in it is here. */
export class OperationRun<Kind extends OperationKind> extends Pipeline<
  OperationCall<Kind>,
  OperationCommand<Kind>
> {
  readonly #id = asOperationId(`op_${timeOrderedId()}`);
  readonly #sink: OperationSink<Kind>;
  /** What each attempt gave, by its index. */
  readonly #results = new Map<number, ProviderResults[Kind]>();
  #trace: RunTrace | undefined;
  #route: CompiledRoute | undefined;
  #request: OperationRequests[Kind] | undefined;
  #plan: RoutedPlan<OperationCall<Kind>> | undefined;

  constructor(
    deps: RunDependencies,
    caller: Caller,
    command: OperationCommand<Kind>,
    sink: OperationSink<Kind>,
    place: RunPlace,
  ) {
    super(deps, caller, command, place, CANCELLED);
    this.#sink = sink;
  }

  protected override get operation(): Kind {
    return this.command.operation;
  }

  protected override beginTrace(): void {
    const { operation, model, trace: parent } = this.command;
    this.#trace = this.deps.telemetry?.operation({ operation, model, parent });
  }

  protected override guard(): CompletionRefusal | undefined {
    const problem = operationProblem(this.operation, this.command.input);
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
      this.#settle(decision, settled),
    );
  }

  protected override onPlanned(
    plan: RoutedPlan<OperationCall<Kind>>,
    { stallMs }: CompletionTimeouts,
  ): CallRules {
    this.#plan = plan;
    // How long an answer may take to begin differs by what is asked for: no default bounds it.
    const firstTokenMs = this.command.timeouts.firstTokenMs ?? plan.fallback.timeouts.firstTokenMs;
    const stated = statedFirstToken(this.command, plan.fallback.timeouts);
    return {
      kind: 'WHOLE',
      operatorMs: stated?.isOperators === true ? stated.ms : undefined,
      patience: new Patience(this.operation, stated?.ms, plan.strategy),
      limits: { stallMs, ...(firstTokenMs !== undefined && { firstTokenMs }) },
      delivery: 'WHOLE',
      conversation: NO_CONVERSATION,
    };
  }

  protected override tellStarted(): void {}

  protected override begun(candidate: PlannedCandidate<OperationCall<Kind>>) {
    const plan = this.#plan;
    if (plan === undefined) throw new Error('what is attempted was planned');
    const { metadata, user } = this.command;
    return {
      id: this.#id,
      operation: this.operation,
      route: plan.decision,
      metadata,
      user,
      usage: this.operation === 'TOKEN_COUNT' ? undefined : this.estimated(candidate),
      terms: this.#terms([]),
    };
  }

  override send(
    { adapter, request, offering }: PlannedCandidate<OperationCall<Kind>>,
    attempt: number,
    sink: ProviderSink,
  ): UpstreamCall {
    const { providerModelId } = offering;
    const call = {
      providerModelId,
      request,
      trace: this.#trace?.parentOf(attempt),
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
    const tokens = this.#plan?.inputTokens();
    if (request === undefined || tokens === undefined) return undefined;
    const { command, createdAt: at } = this;
    return expectedUsage({ command, request, at }, tokens, rateCardOf(this.catalogue, offering));
  }

  /** By what its provider says was used; where that makes no bill, by units that are counted here, if their price does. */
  override priced(attempt: Attempt, warnings: readonly Warning[]): Attempt {
    if (this.operation === 'TOKEN_COUNT') return attempt;
    const pricedBy = (usage: Usage | undefined): Attempt =>
      priced(usage === undefined ? attempt : { ...attempt, usage }, this.catalogue, () =>
        this.#terms(warnings),
      );
    const told = pricedBy(undefined);
    const result = this.#results.get(attempt.index);
    const isBilled = told.cost !== undefined && told.cost.kind !== 'UNPRICED';
    if (isBilled || result === undefined || this.#request === undefined) return told;
    const usage = withCountedUnits(this.operation, this.#request, result, attempt.usage);
    const counted = usage && pricedBy(usage);
    return counted?.cost?.kind === 'PRICED' ? counted : told;
  }

  override onEvent(event: AttemptsEvent): void {
    this.#trace?.tell(event);
  }

  override onAttempted(attempted: Attempted): void {
    const plan = this.#plan;
    if (plan === undefined) throw new Error('what is attempted was planned');
    this.upon(this.#whole(attempted, plan), (settled) => this.#settle(plan.decision, settled));
  }

  protected override tellRefused(refusal: CompletionRefusal): void {
    this.#trace?.tell({ type: 'failed', error: { kind: 'REFUSED', refusal } });
    this.#sink.answer({ kind: 'REFUSED', refusal });
  }

  protected override tellBroke(error: unknown): void {
    this.#trace?.broke();
    this.#trace = undefined;
    this.#sink.broke(error);
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
    return request && estimateOf(this.operation, request, offering, this.lifetime.signal);
  }

  /** With what an estimate says in place of what was tried, unless the run is ended meanwhile. */
  async #instead(
    estimate: Promise<Estimate<Kind>>,
    tried: Pick<Attempted, 'attempts' | 'warnings'>,
    { offeringId, providerId }: Place,
  ): Promise<Settled<Kind>> {
    const { result, warnings } = await estimate;
    const { why } = this.lifetime;
    return why === undefined
      ? { attempts: tried.attempts, warnings, ending: { kind: 'FINISHED' }, result }
      : { ...tried, ending: { kind: 'FAILED', failure: { ...why, offeringId, providerId } } };
  }

  /** With all of the result here; or what can be said where it turns out that nobody does it for the model. */
  async #whole(attempted: Attempted, { candidates }: RoutedPlan<unknown>): Promise<Settled<Kind>> {
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
    if (fetched.kind === 'HERE') return { ...attempted, result: fetched.result };
    const failure = { ...(lifetime.why ?? fetched.failure), offeringId, providerId };
    return { ...attempted, ending: { kind: 'FAILED', failure } };
  }

  #settle(route: RouteDecision, { attempts, warnings, ending, result }: Settled<Kind>): void {
    const { caller, createdAt, catalogue, operation } = this;
    const totalMs = this.elapsedMs;
    const { metadata, user } = this.command;
    const failure = ending.kind === 'FAILED' ? ending.failure : undefined;
    const record = factsOf({
      id: this.#id,
      operation,
      caller,
      createdAt,
      route,
      // No provider charges for counting, and what is counted is not used.
      bill:
        operation === 'TOKEN_COUNT'
          ? { attempts, cost: { kind: 'FREE' }, timings: { totalMs } }
          : billFor(attempts, catalogue, totalMs, () => this.#terms(warnings)),
      warnings,
      failure,
      tags: { ...(metadata !== undefined && { metadata }), ...(user !== undefined && { user }) },
    });
    this.recorded(ledgerRowOf(record), () => {
      if (failure !== undefined) {
        this.#trace?.tell({ type: 'failed', error: { kind: 'UPSTREAM', failure }, record });
        this.#sink.answer({ kind: 'FAILED', failure, record });
      } else if (result !== undefined) {
        this.#trace?.tell({ type: 'finished', record });
        this.#sink.answer({ kind: 'DONE', result, record });
      }
    });
  }
}
