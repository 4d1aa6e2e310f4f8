import type { FailedCheck } from '../../domain/attempt.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { CascadeJudge } from '../../domain/route.ts';
import { inputTokensOf, type Usage, usageOf } from '../../domain/usage.ts';
import type { ProviderCall, ProviderSink, UpstreamCall } from '../../ports/provider.ts';
import type { RunTrace, Telemetry } from '../../ports/telemetry.ts';
import { failedCheckOf } from '../answers/check-answer.ts';
import { judgeCommand, judged } from '../answers/judge.ts';
import type { TermsOf } from '../bill-attempt.ts';
import { type CompletionCommand, type CompletionTimeouts, statedFirstToken } from '../completion-command.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import { expectedOutput } from '../routing/expected-tokens.ts';
import {
  type CompletionCall,
  type PlannedCandidate,
  plannedAt,
  type RoutedPlan,
  type RunWatch,
} from '../routing/route-plan.ts';
import { type Guarded, guardInput, refusalFor } from '../stages/guard-input.ts';
import { begunTermsOf, roughUsage } from '../stages/interrupted.ts';
import { loadRequest } from '../stages/load-media.ts';
import { termsOfRoute } from '../stages/meter.ts';
import { settleAddresses } from '../stages/settle-addresses.ts';
import type { Staged } from '../stages/stage.ts';
import type { SilenceLimits } from './lifetime.ts';
import { Patience, wholeWithinMs } from './patience.ts';
import { type CallRules, Pipeline } from './pipeline.ts';

/** Tokens that models write in a second. */
const USUAL_TPS = 50;

/** A completion, whose answer is told in the turn in which it comes. */
export class CompletionRun extends Pipeline<CompletionCall, CompletionCommand> {
  #guarded: Guarded = { command: this.command };
  #route: CompiledRoute | undefined;
  #endJudging: (() => void) | undefined;

  protected override get tags(): Pick<OperationRecord, 'metadata' | 'user'> {
    return this.command.request;
  }

  protected override traced(telemetry: Telemetry): RunTrace {
    const { model, request, streamUpstream: stream, trace: parent } = this.command;
    return telemetry.completion({ model, request, stream, parent });
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
    this.#route = route;
    this.lifetime.limit(
      totalMs,
      `The completion took longer than its limit of ${totalMs} ms (timeouts.totalMs).`,
    );
    const { request } = settleAddresses(command, route.everyCandidate, onDefect);
    const loading = loadRequest(request, { fetcher, clock }, totalMs, this.lifetime, command.client);
    const planned = (loaded: Awaited<typeof loading>) =>
      loaded.kind === 'REFUSED'
        ? loaded
        : router.plan(route, { command, caller: this.caller, request: loaded.value, at: this.createdAt });
    return loading instanceof Promise ? loading.then(planned) : planned(loading);
  }

  protected override watched(plan: RoutedPlan): RunWatch | undefined {
    const own = super.watched(plan);
    const route = this.#route;
    const mirrored =
      route !== undefined && route.mirrors.length > 0
        ? this.deps.mirrors?.begin({
            id: this.id,
            caller: this.caller,
            command: this.command,
            route,
            request: plan.ask.request,
          })
        : undefined;
    if (own === undefined || mirrored === undefined) return own ?? mirrored;
    return {
      event: (event) => mirrored.event?.(event),
      over(record) {
        own.over(record);
        mirrored.over(record);
      },
    };
  }

  protected override onUnplanned(refusal: CompletionRefusal): void {
    this.refuse(refusalFor(refusal, this.#guarded.untranslatable));
  }

  protected override rulesOf(plan: RoutedPlan, { firstTokenMs, stallMs }: CompletionTimeouts): CallRules {
    const { streamUpstream, request } = this.command;
    const { minOutputTps, timeouts } = plan.fallback;
    const given = { delivery: this.command.delivery, conversation: request, ...this.checksOf(plan) };
    if (streamUpstream) {
      const limits: SilenceLimits =
        minOutputTps === undefined ? { firstTokenMs, stallMs } : { firstTokenMs, stallMs, minOutputTps };
      return { kind: 'STREAMED', limits, ...given };
    }
    const stated = statedFirstToken(this.command, timeouts);
    // A whole answer comes when all of it is done: only the total bounds its beginning.
    return {
      kind: 'WHOLE',
      limits: { stallMs },
      operatorMs: stated?.isOperators === true ? wholeWithinMs(stated.ms) : undefined,
      patience: new Patience('COMPLETION', stated?.ms, plan.calledBy),
      ...given,
    };
  }

  /** What is asked of answers; undefined: nothing. */
  protected checksOf({ dispatch, ask }: RoutedPlan): Pick<CallRules, 'check' | 'restarts'> | undefined {
    if (dispatch.kind !== 'CASCADE') return undefined;
    const { request } = ask;
    const { rules } = dispatch;
    return {
      restarts: this.command.restarts,
      check: ({ content, finishReason, by }) =>
        failedCheckOf({ request, content, finishReason }, rules) ??
        (rules.judge && this.#judged(rules.judge, judgeCommand(rules.judge, request, content, by))),
    };
  }

  /** What another model makes of an answer, unless the run ends meanwhile. */
  #judged(judge: CascadeJudge, command: CompletionCommand): Promise<FailedCheck | undefined> {
    const { promise, resolve } = Promise.withResolvers<FailedCheck | undefined>();
    const { lifetime } = this;
    const grading = this.deps.judge({
      of: this.id,
      caller: this.caller,
      command: { ...command, ...(this.command.trace !== undefined && { trace: this.command.trace }) },
      onVerdict: (verdict) => resolve(judged(verdict, judge)),
    });
    this.#endJudging = () => grading.cancel(lifetime.why ?? lifetime.cancelled);
    return promise.finally(() => {
      this.#endJudging = undefined;
    });
  }

  protected override onRunEnded(): void {
    super.onRunEnded();
    this.#endJudging?.();
  }

  protected override foreseen({ offering, request }: PlannedCandidate) {
    return { usage: roughUsage(this.planned, offering, request), terms: begunTermsOf(request) };
  }

  protected override termsOf(): TermsOf {
    return termsOfRoute(this.planned);
  }

  protected override call(
    { provider, offering, request, client }: PlannedCandidate,
    attempt: number,
    sink: ProviderSink,
    trace: RunTrace | undefined,
  ): UpstreamCall {
    const call: { -readonly [Name in keyof ProviderCall]: ProviderCall[Name] } = {
      providerModelId: offering.providerModelId,
      request,
      stream: this.command.streamUpstream,
      trace: trace?.parentOf(attempt),
    };
    if (client !== undefined) call.client = client;
    return provider.complete(call, sink);
  }

  /** It has read the prompt, and written what came; unseen, what it could in that time, and no more than is usual. */
  override estimated(
    { offering }: Pick<PlannedCandidate, 'offering'>,
    seen: number,
    unseenMs?: number,
  ): Usage {
    const plan = this.planned;
    const output =
      unseenMs === undefined
        ? seen
        : Math.min(expectedOutput(offering, plan.ask.request), Math.ceil((unseenMs / 1_000) * USUAL_TPS));
    return usageOf({ input: plan.inputTokens(), output });
  }

  protected override learn(record: OperationRecord): void {
    const { router, calibration } = this.deps;
    const { status, usage, attempts, offeringId } = record;
    router.learn(this.planned, record);
    if (status !== 'SUCCEEDED' || usage === undefined || attempts.length !== 1) return;
    const called = offeringId === undefined ? undefined : plannedAt(this.planned, offeringId);
    if (called !== undefined)
      calibration?.observe(called.offering.modelSlug, called.request, inputTokensOf(usage));
  }
}
