import type { Catalogue } from '../../catalogue/catalogue.ts';
import { costOf } from '../../catalogue/price-engine.ts';
import type { Cost } from '../../domain/cost.ts';
import type { Offering } from '../../domain/model.ts';
import { usageOf } from '../../domain/usage.ts';
import { thinkingOf } from '../stages/meter.ts';
import { callingOf } from './calling.ts';
import type { OnDefect } from './choose.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { completionCalls } from './completion-calls.ts';
import { decisionOf, mainOf, sketchRoute } from './plan.ts';
import type { ExpectedTokens } from './rate-card.ts';
import { rejectionsOf } from './rejections.ts';
import type { RequestFacts } from './request-facts.ts';
import type { ExplainedCandidate, RouteExplanation } from './route-plan.ts';
import { dispatchOf } from './strategies/registry.ts';
import { risesLeft } from './strategies/rising.ts';

const whole = ({ input, cacheRead, output }: ExpectedTokens): ExpectedTokens => ({
  input: Math.round(input),
  cacheRead: Math.min(Math.round(cacheRead), Math.round(input)),
  output: Math.round(output),
});

/** Exact for whole tokens. What has no rate for cached tokens bills them like others. */
const estimatedCost = (offering: Offering, facts: RequestFacts, catalogue: Catalogue): Cost => {
  const { at, request } = facts.ask;
  const { input, cacheRead, output } = whole(facts.expectedTokens(offering));
  const bill = (cached: number): Cost =>
    costOf({
      offering,
      prices: catalogue.pricesOf(offering.id),
      usage: usageOf({ input: input - cached, cacheRead: cached, output }),
      at,
      thinking: thinkingOf(request),
      ...(request.serviceTier !== undefined && { serviceTier: request.serviceTier }),
    });
  const cost = bill(cacheRead);
  return cost.kind === 'UNPRICED' && cacheRead > 0 ? bill(0) : cost;
};

/** The plan of a request with all that it rests on, nothing cut. */
export const explainRoute = (
  route: CompiledRoute,
  facts: RequestFacts,
  catalogue: Catalogue,
  onDefect: OnDefect,
): RouteExplanation => {
  const { policy } = route;
  const sketch = sketchRoute(
    { route, facts, calls: completionCalls(facts), onDefect },
    Number.POSITIVE_INFINITY,
  );
  const { chosen } = sketch.choice;
  const candidates = chosen.map(({ ranked, planned }, index): ExplainedCandidate => {
    const { score, candidate } = ranked;
    return {
      offering: candidate.offering,
      rank: index + 1,
      isFallback: candidate.isFallback,
      ...(score !== undefined && { score }),
      parts: ranked.parts?.() ?? [],
      estimatedCost: estimatedCost(candidate.offering, facts, catalogue),
      breaker: candidate.availability.state(),
      warnings: planned.warnings,
    };
  });
  const calling = callingOf(route, mainOf(sketch.choice));
  const complexity = facts.askedComplexity;
  return {
    decision: decisionOf(route, facts, sketch, Number.POSITIVE_INFINITY),
    policy,
    dispatch: dispatchOf(calling, policy.rising && risesLeft(policy.rising, facts.home())),
    candidates,
    rejected: rejectionsOf(route, sketch.barred, Number.POSITIVE_INFINITY),
    expectedTokens: whole(facts.expectedTokens(candidates[0]?.offering ?? route.candidates[0]?.offering)),
    ...(complexity !== undefined && { complexity }),
  };
};
