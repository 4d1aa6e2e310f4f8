import type { OperationId } from '../../domain/ids.ts';
import { type JudgeOrder, VerdictReader } from '../answers/judge.ts';
import type { CompletionTimeouts } from '../completion-command.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import type { RoutedPlan, RunWatch } from '../routing/route-plan.ts';
import type { Staged } from '../stages/stage.ts';
import { CompletionRun } from './completion-run.ts';
import { markedPlan } from './marked-plan.ts';
import type { RunDependencies, RunPlace } from './run.ts';

/** Its own answer is not graded, nor mirrored; nothing is learnt of it for conversations. */
export class JudgeRun extends CompletionRun {
  readonly #of: OperationId;

  constructor(deps: RunDependencies, place: RunPlace, { of, caller, command, onVerdict }: JudgeOrder) {
    const reader = new VerdictReader();
    super(deps, place, caller, command, {
      event(event) {
        if (reader.take(event)) onVerdict(reader.verdict(event));
      },
      broke() {
        onVerdict(undefined);
      },
    });
    this.#of = of;
  }

  protected override plan(
    route: CompiledRoute,
    timeouts: CompletionTimeouts,
  ): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>> {
    return markedPlan(super.plan(route, timeouts), { judgeOf: this.#of });
  }

  protected override watched(plan: RoutedPlan): RunWatch | undefined {
    return plan.watch?.();
  }

  protected override checksOf(): undefined {}

  protected override learn(): void {}
}
