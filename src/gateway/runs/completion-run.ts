import type { Attempt } from '../../domain/attempt.ts';
import type { Caller } from '../../domain/caller.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import { asOperationId } from '../../domain/ids.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { inputTokensOf, type Usage, usageOf } from '../../domain/usage.ts';
import type { ProviderCall, ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { RunTrace } from '../../ports/telemetry.ts';
import { type CompletionCommand, type CompletionTimeouts, statedFirstToken } from '../completion-command.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import { expectedOutput } from '../routing/expected-tokens.ts';
import type { CompletionCall, PlannedCandidate, RoutedPlan } from '../routing/route-plan.ts';
import { type Guarded, guardInput, refusalFor } from '../stages/guard-input.ts';
import { begunTermsOf, roughUsage } from '../stages/interrupted.ts';
import { loadRequest } from '../stages/load-media.ts';
import { meter, pricedIn } from '../stages/meter.ts';
import { ledgerRowOf, recordOf } from '../stages/record.ts';
import { settleAddresses } from '../stages/settle-addresses.ts';
import type { Staged } from '../stages/stage.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import type { Attempted } from './attempted.ts';
import type { SilenceLimits } from './lifetime.ts';
import { Patience, wholeWithinMs } from './patience.ts';
import { type CallRules, Pipeline, type RunDependencies, type RunPlace } from './pipeline.ts';

/** What a completion has for a failure whose client, or whose server, ended it. */
export const CANCELLED: Failure = failureOf('CANCELLED', 'The caller ended the completion.');

/** Tokens that models write in a second. */
const USUAL_TPS = 50;

/** Takes what happens in a completion, in the turn in which it happens. */
export type RunSink = {
  /** In order; the last is exactly one `finished` or `failed`. Never throws. */
  event(event: CompletionEvent): void;
  /** In place of the last event: a defect of ours. Never throws. */
  broke(error: unknown): void;
};

/** A completion under way. */
export type Run = {
  /** The sink gets no more than what is told already, and providers are read no further, until `resume`. */
  pause(): void;
  resume(): void;
  /**
   * The client has left: the sink gets nothing more. By the command's `onDisconnect` what is under way is closed at once
   * and metered, or seen to its end; where nothing was sent yet, nothing is. `onLeft` is called once the client need not
   * wait any more: it is recorded, or goes on without it. Does nothing once the last event was given.
   */
  leave(onLeft?: () => void): void;
};

/** A completion, whose answer is told in the turn in which it comes. */
export class CompletionRun extends Pipeline<CompletionCall, CompletionCommand> implements Run {
  readonly #id = asOperationId(`cmp_${timeOrderedId()}`);
  #sink: RunSink | undefined;
  #trace: RunTrace | undefined;
  #guarded: Guarded;
  #plan: RoutedPlan | undefined;

  constructor(
    deps: RunDependencies,
    caller: Caller,
    command: CompletionCommand,
    sink: RunSink,
    place: RunPlace,
  ) {
    super(deps, caller, command, place, CANCELLED);
    this.#sink = sink;
    this.#guarded = { command };
  }

  leave(onLeft?: () => void): void {
    this.#sink = undefined;
    this.abandon(onLeft);
  }

  protected override get operation(): undefined {
    return undefined;
  }

  protected override beginTrace(): void {
    const { model, request, streamUpstream: stream, trace: parent } = this.command;
    this.#trace = this.deps.telemetry?.completion({ model, request, stream, parent });
  }

  protected override guard(): CompletionRefusal | undefined {
    const guarded = guardInput(this.command);
    if (guarded.kind === 'REFUSED') return guarded.refusal;
    this.#guarded = guarded.value;
    return undefined;
  }

  protected override plan(
    route: CompiledRoute,
    { totalMs }: CompletionTimeouts,
  ): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>> {
    const { media: fetcher, clock, router, onDefect } = this.deps;
    const { command } = this.#guarded;
    this.lifetime.limit(
      totalMs,
      `The completion took longer than its limit of ${totalMs} ms (timeouts.totalMs).`,
    );
    const { request } = settleAddresses(command, route.candidates, onDefect);
    const loading = loadRequest(request, { fetcher, clock }, totalMs, this.lifetime, command.client);
    const planned = (loaded: Awaited<typeof loading>) =>
      loaded.kind === 'REFUSED'
        ? loaded
        : router.plan(route, { command, caller: this.caller, request: loaded.value, at: this.createdAt });
    return loading instanceof Promise ? loading.then(planned) : planned(loading);
  }

  protected override onUnplanned(refusal: CompletionRefusal): void {
    this.refuse(refusalFor(refusal, this.#guarded.untranslatable));
  }

  protected override onPlanned(plan: RoutedPlan, { firstTokenMs, stallMs }: CompletionTimeouts): CallRules {
    this.#plan = plan;
    const { streamUpstream, delivery, request } = this.command;
    const { minOutputTps, timeouts } = plan.fallback;
    if (streamUpstream) {
      const limits: SilenceLimits =
        minOutputTps === undefined ? { firstTokenMs, stallMs } : { firstTokenMs, stallMs, minOutputTps };
      return { kind: 'STREAMED', limits, delivery, conversation: request };
    }
    const stated = statedFirstToken(this.command, timeouts);
    // A whole answer comes when all of it is done: only the total bounds its beginning.
    return {
      kind: 'WHOLE',
      limits: { stallMs },
      operatorMs: stated?.isOperators === true ? wholeWithinMs(stated.ms) : undefined,
      patience: new Patience('COMPLETION', stated?.ms, plan.strategy),
      delivery,
      conversation: request,
    };
  }

  protected override tellStarted({ decision: route }: RoutedPlan): void {
    this.onEvent({ type: 'started', id: this.#id, createdAt: this.createdAt, route });
  }

  protected override begun({ offering, request }: PlannedCandidate) {
    const plan = this.#plan;
    if (plan === undefined) throw new Error('what is attempted was planned');
    const { metadata, user } = this.command.request;
    return {
      id: this.#id,
      operation: 'COMPLETION' as const,
      route: plan.decision,
      metadata,
      user,
      usage: roughUsage(plan, offering, request),
      terms: begunTermsOf(request),
    };
  }

  override send(
    { provider, offering, request, client }: PlannedCandidate,
    attempt: number,
    sink: ProviderSink,
  ): UpstreamCall {
    const call: { -readonly [Name in keyof ProviderCall]: ProviderCall[Name] } = {
      providerModelId: offering.providerModelId,
      request,
      stream: this.command.streamUpstream,
      trace: this.#trace?.parentOf(attempt),
    };
    if (client !== undefined) call.client = client;
    return provider.complete(call, sink);
  }

  /** It has read the prompt, and written what came; unseen, what it could in that time, and no more than is usual. */
  override estimated(
    { offering }: Pick<PlannedCandidate, 'offering'>,
    seen: number,
    unseenMs?: number,
  ): Usage | undefined {
    const plan = this.#plan;
    if (plan === undefined) return undefined;
    const output =
      unseenMs === undefined
        ? seen
        : Math.min(expectedOutput(offering, plan.ask.request), Math.ceil((unseenMs / 1_000) * USUAL_TPS));
    return usageOf({ input: plan.inputTokens(), output });
  }

  override priced(attempt: Attempt): Attempt {
    return this.#plan === undefined ? attempt : pricedIn(attempt, this.#plan, this.catalogue);
  }

  override onEvent(event: CompletionEvent): void {
    this.#trace?.tell(event);
    this.#sink?.event(event);
  }

  override onAttempted(attempted: Attempted): void {
    const { router, calibration } = this.deps;
    const plan = this.#plan;
    if (plan === undefined) throw new Error('what is attempted was planned');
    const { decision, candidates } = plan;
    const metered = meter(attempted, plan, this.catalogue, this.elapsedMs);
    const record = recordOf(metered, {
      id: this.#id,
      caller: this.caller,
      createdAt: this.createdAt,
      route: decision,
      tags: this.command.request,
    });
    router.learn(plan, record);
    const { ending, usage, attempts } = metered;
    if (ending.kind === 'FINISHED' && usage !== undefined && attempts.length === 1)
      calibration?.observe(decision.modelSlug, candidates[0].request, inputTokensOf(usage));
    this.recorded(ledgerRowOf(record), () =>
      this.onEvent(
        ending.kind === 'FINISHED'
          ? { type: 'finished', record }
          : { type: 'failed', error: { kind: 'UPSTREAM', failure: ending.failure }, record },
      ),
    );
  }

  protected override tellRefused(refusal: CompletionRefusal): void {
    this.onEvent({ type: 'failed', error: { kind: 'REFUSED', refusal } });
  }

  protected override tellBroke(error: unknown): void {
    const sink = this.#sink;
    this.#trace?.broke();
    this.#sink = undefined;
    this.#trace = undefined;
    sink?.broke(error);
  }
}
