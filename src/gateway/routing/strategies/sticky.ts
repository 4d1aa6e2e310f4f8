import type { Strategy } from '../../../domain/route.ts';
import type { ConversationHome } from '../conversation.ts';
import type { OrderContext, Ranked } from './order.ts';

/**
 * The home of a conversation comes first, unless it has gone cold, its breaker is not closed, it has gone silent, its provider
 * asked not to be called, it was left out, or it costs more than `maxCostRatio` times the best. A cost that is not known is no
 * reason.
 */
export const stickTo = (
  ranked: readonly Ranked[],
  home: Pick<ConversationHome, 'offeringId' | 'at'> | undefined,
  { forMs, maxCostRatio }: Pick<Extract<Strategy, { kind: 'STICKY' }>, 'forMs' | 'maxCostRatio'>,
  context: Pick<OrderContext, 'at' | 'nowMs' | 'costOf'>,
): readonly Ranked[] => {
  const { at, nowMs = 0 } = context;
  if (home === undefined || at.getTime() - home.at.getTime() > forMs) return ranked;
  const place = ranked.findIndex(({ candidate }) => candidate.offering.id === home.offeringId);
  const warm = ranked[place];
  if (warm === undefined) return ranked;
  const { availability, pulse } = warm.candidate;
  if (availability.state() !== 'CLOSED' || pulse.isSuspect || pulse.closedUntil > nowMs) return ranked;
  let least = Number.POSITIVE_INFINITY;
  for (const { candidate } of ranked) {
    const cost = context.costOf(candidate);
    if (cost < least) least = cost;
  }
  if (context.costOf(warm.candidate) > least * maxCostRatio) return ranked;
  return [warm, ...ranked.slice(0, place), ...ranked.slice(place + 1)];
};
