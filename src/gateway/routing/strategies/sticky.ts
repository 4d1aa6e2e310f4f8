import type { OfferingId } from '../../../domain/ids.ts';
import type { Strategy } from '../../../domain/route.ts';
import type { OrderContext, Ordered } from './order.ts';

/** Where a conversation was last answered, so that its prompt cache is warm there. */
export type WarmHome = {
  readonly offeringId: OfferingId;
  /** The end of its last turn; absent: known to be recent enough. */
  readonly lastTurnAt?: Date;
};

/**
 * The home of a conversation comes first, unless it has gone cold, its breaker is not closed, it has gone silent, its provider asked not to
 * be called, it was left out, or it costs more than `maxCostRatio` times the best. A cost that is not known is no reason.
 */
export const stickTo = (
  ordered: Ordered,
  home: WarmHome | undefined,
  { forMs, maxCostRatio }: Pick<Extract<Strategy, { kind: 'STICKY' }>, 'forMs' | 'maxCostRatio'>,
  context: Pick<OrderContext, 'at' | 'costOf'>,
): Ordered => {
  if (home === undefined) return ordered;
  const { lastTurnAt = context.at } = home;
  if (context.at.getTime() - lastTurnAt.getTime() > forMs) return ordered;
  const place = ordered.ranked.findIndex(({ candidate }) => candidate.offering.id === home.offeringId);
  const warm = ordered.ranked[place];
  if (warm === undefined) return ordered;
  const { availability, pulse } = warm.candidate;
  if (availability.state() !== 'CLOSED' || pulse.isSuspect || pulse.closedUntil > context.at.getTime())
    return ordered;
  let least = Number.POSITIVE_INFINITY;
  for (const { candidate } of ordered.ranked) {
    const cost = context.costOf(candidate);
    if (cost < least) least = cost;
  }
  if (context.costOf(warm.candidate) > least * maxCostRatio) return ordered;
  return {
    ...ordered,
    ranked: [warm, ...ordered.ranked.slice(0, place), ...ordered.ranked.slice(place + 1)],
  };
};
