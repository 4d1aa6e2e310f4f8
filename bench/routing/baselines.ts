import type { OfferingId } from '../../src/domain/ids.ts';
import type { FallbackRules } from '../../src/domain/route.ts';
import type { Choice, Chooser } from './choice.ts';
import type { SimulatedRequest } from './workload.ts';
import type { World, WorldOffering } from './world.ts';

const SERIAL = { kind: 'SERIAL' } as const;

const inOrder = (offerings: readonly WorldOffering[], fallback: FallbackRules): Choice => ({
  candidates: offerings.map((offering) => ({ offering })),
  dispatch: SERIAL,
  fallback,
});

/** Always the same offering, and nothing where it fails. */
export const createFixed = (world: World, id: OfferingId, fallback: FallbackRules): Chooser => {
  const choice = inOrder([world.offering(id)], fallback);
  return { choose: () => choice };
};

/** Any order, with the same fallback as the routes have, and no memory. */
export const createShuffled = (world: World, random: () => number, fallback: FallbackRules): Chooser => ({
  choose() {
    const left = [...world.offerings];
    for (let place = left.length - 1; place > 0; place -= 1) {
      const other = Math.floor(random() * (place + 1));
      const [one, two] = [left[place], left[other]];
      if (one === undefined || two === undefined) continue;
      left[place] = two;
      left[other] = one;
    }
    return inOrder(left, fallback);
  },
});

/**
 * Knows each offering's true state at this moment, up or down, its mean latency and its rate of errors, and not what
 * the next call draws. Best first by `rank`, the lower the better; what is down is left out.
 */
export const createOracle = (
  world: World,
  fallback: FallbackRules,
  rank: (offering: WorldOffering, request: SimulatedRequest) => number,
): Chooser => ({
  choose(request) {
    const ranked = world.offerings
      .filter((offering) => offering.isUp())
      .map((offering) => ({ offering, value: rank(offering, request) }))
      .sort((one, other) => one.value - other.value);
    return inOrder(
      ranked.map(({ offering }) => offering),
      fallback,
    );
  },
});

/** A call that fails is made again: what an answer takes or costs grows by the share of errors. */
const withErrors = (value: number, offering: WorldOffering): number =>
  value / Math.max(0.01, 1 - offering.errorRate());

/** Mean time to the first token. */
export const byTrueTtft = (offering: WorldOffering, { inputTokens }: SimulatedRequest): number =>
  withErrors(offering.meanTtftMs(inputTokens), offering);

/** Mean time to the last token. */
export const byTrueTotal = (offering: WorldOffering, request: SimulatedRequest): number =>
  withErrors(
    offering.meanTtftMs(request.inputTokens) + (request.outputTokens * 1_000) / offering.meanTps(),
    offering,
  );

/** What this request costs, as the oracle knows how long the answer gets and what is cached; of what is good enough. */
export const byTrueCost =
  (world: World) =>
  (offering: WorldOffering, request: SimulatedRequest): number => {
    if (!(offering.score >= request.floor)) return Number.POSITIVE_INFINITY;
    const { prices } = offering;
    const cached = world.cachedTokens(offering, request);
    return (
      (request.inputTokens - cached) * prices.input +
      cached * (prices.cacheRead ?? prices.input) +
      request.outputTokens * prices.output
    );
  };
