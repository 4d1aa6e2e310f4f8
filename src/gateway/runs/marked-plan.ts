import type { RouteDecision } from '../../domain/attempt.ts';
import type { RoutedPlan } from '../routing/route-plan.ts';
import { ok, type Staged } from '../stages/stage.ts';

/** A plan whose decision says from the beginning what its run is for: what is interrupted leaves a row that says so as well. */
export const markedPlan = (
  planned: Staged<RoutedPlan> | Promise<Staged<RoutedPlan>>,
  mark: Pick<RouteDecision, 'mirror' | 'judgeOf'>,
): Staged<RoutedPlan> | Promise<Staged<RoutedPlan>> => {
  const marked = (staged: Staged<RoutedPlan>): Staged<RoutedPlan> =>
    staged.kind === 'REFUSED'
      ? staged
      : ok({ ...staged.value, decision: { ...staged.value.decision, ...mark } });
  return planned instanceof Promise ? planned.then(marked) : marked(planned);
};
