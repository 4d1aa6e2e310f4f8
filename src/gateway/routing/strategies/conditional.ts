import type { CandidateRule } from '../../../domain/route.ts';
import type { LeftOut, OrderStrategy, Ranked } from '../order.ts';

const holdsNot = (): string => 'The condition of its rule does not hold now.';

/** As listed, those whose rule has no condition or one that holds. */
export const conditional: OrderStrategy<'CONDITIONAL'> = (candidates, _order, context) => {
  const ranked: Ranked[] = [];
  const leftOut: LeftOut[] = [];
  let rule: CandidateRule | undefined;
  let holds = true;
  for (const candidate of candidates) {
    // Candidates of one rule stand beside each other: what it asks is looked at once.
    if (candidate.rule !== rule) {
      rule = candidate.rule;
      holds = rule.when === undefined || context.holds(rule.when);
    }
    if (holds) ranked.push({ candidate });
    else
      leftOut.push({
        candidate,
        reason: 'CONDITION',
        detail: holdsNot,
      });
  }
  return { ranked, leftOut };
};
