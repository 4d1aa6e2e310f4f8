import type { OperationId } from '../../domain/ids.ts';
import { type JudgeOrder, VerdictReader } from '../answers/judge.ts';
import type { CompletionTimeouts } from '../completion-command.ts';
import type { CompiledRoute } from '../routing/compiled-route.ts';
import type { RoutedPlan, RunWatch } from '../routing/route-plan.ts';
import { ok, type Staged } from '../stages/stage.ts';
import { CompletionRun } from './completion-run.ts';
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

  /** Marked from the beginning: what is interrupted leaves a row as well. */
  protected override plan(
    route: CompiledRoute,
    timeouts: CompletionTimeouts,
  ): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>> {
    const marked = (planned: Staged<RoutedPlan>): Staged<RoutedPlan> =>
      planned.kind === 'REFUSED'
        ? planned
        : ok({ ...planned.value, decision: { ...planned.value.decision, judgeOf: this.#of } });
    const planned = super.plan(route, timeouts);
    return planned instanceof Promise ? planned.then(marked) : marked(planned);
  }

  protected override watched(plan: RoutedPlan): RunWatch | undefined {
    return plan.watch?.();
  }

  protected override checksOf(): undefined {}

  protected override learn(): void {}
}
