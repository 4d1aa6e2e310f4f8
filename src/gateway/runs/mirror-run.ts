import type { RouteDecision } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { KeyId } from '../../domain/ids.ts';
import type { CompletionTimeouts } from '../completion-command.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import { type MirrorOrder, Written } from '../routing/mirror/mirrors.ts';
import type { PlannedCandidate, RoutedPlan, RunWatch } from '../routing/route-plan.ts';
import { ok, type Staged } from '../stages/stage.ts';
import type { Attempted } from './attempted.ts';
import type { Announced } from './call-facts.ts';
import { CompletionRun } from './completion-run.ts';
import { markedPlan } from './marked-plan.ts';
import type { RunDependencies, RunPlace } from './run.ts';

const NO_TAGS = {};

/**
 * A completion that is run to be compared with another one. Where it may not be called, or not now, it leaves nothing. Its row
 * waits for the other to be over; nothing is learnt of it for conversations.
 */
export class MirrorRun extends CompletionRun {
  readonly #order: MirrorOrder;
  readonly #written = new Written();

  constructor(deps: RunDependencies, place: RunPlace, order: MirrorOrder) {
    super(deps, place, order.caller, order.command, {
      event(event) {
        if (event.type === 'finished' || event.type === 'failed') order.onOver();
      },
      broke() {
        order.onOver();
      },
    });
    this.#order = order;
  }

  protected override get payer(): KeyId {
    return this.#order.payer;
  }

  /** Those of who asked are no business of who pays. */
  protected override get tags(): CompletionRun['tags'] {
    return NO_TAGS;
  }

  protected override compiled(): Staged<CompiledRoute> {
    return ok(this.#order.route);
  }

  protected override plan(
    route: CompiledRoute,
    timeouts: CompletionTimeouts,
  ): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>> {
    return markedPlan(super.plan(route, timeouts), { mirror: { of: this.#order.of } });
  }

  override keep(candidate: PlannedCandidate, attempt: Announced, go: () => void): void {
    super.keep(candidate, { ...attempt, cause: 'MIRROR' }, go);
  }

  protected override watched(plan: RoutedPlan): RunWatch | undefined {
    const own = super.watched(plan);
    return {
      event: (event: CompletionEvent) => this.#written.take(event),
      over: (record) => own?.over(record),
    };
  }

  protected override finish(attempted: Attempted, plan: RoutedPlan): void {
    this.upon(this.#order.written, (other) => {
      const isAnswered = attempted.ending.kind === 'FINISHED' && other !== undefined;
      const mirror: RouteDecision['mirror'] = isAnswered
        ? { of: this.#order.of, sameText: other === this.#written.digest() }
        : { of: this.#order.of };
      const attempts = attempted.attempts.map((attempt) => ({ ...attempt, cause: 'MIRROR' as const }));
      super.finish({ ...attempted, attempts }, { ...plan, decision: { ...plan.decision, mirror } });
    });
  }

  protected override learn(): void {}
}
