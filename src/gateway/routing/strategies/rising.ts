import type { OfferingId } from '../../../domain/ids.ts';
import type { RoutePolicy } from '../../../domain/route.ts';
import type { RouteCandidate } from '../candidate.ts';
import type { ConversationHome } from '../conversation.ts';
import type { LevelOf } from '../route-plan.ts';
import { tiersOf } from './cascade.ts';
import type { Ranked } from './order.ts';

const known = new WeakMap<readonly RouteCandidate[], ReadonlyMap<OfferingId, number>>();

/** Of COMPLEXITY: by the hardest prompts that each is for. */
const reachesOf = (candidates: readonly RouteCandidate[]): ReadonlyMap<OfferingId, number> => {
  const found = known.get(candidates);
  if (found !== undefined) return found;
  const main = candidates.filter(({ isFallback }) => !isFallback);
  const reaches = new Map(main.map(({ offering, rule }) => [offering.id, rule.upTo ?? 1]));
  known.set(candidates, reaches);
  return reaches;
};

/** Undefined where conversations do not rise. */
export const levelsOf = (
  { rising, strategy }: Pick<RoutePolicy, 'rising' | 'strategy'>,
  candidates: readonly RouteCandidate[],
): LevelOf | undefined => {
  if (rising === undefined) return undefined;
  const levels = strategy.kind === 'CASCADE' ? tiersOf(candidates) : reachesOf(candidates);
  return (offering) => levels.get(offering);
};

/** Times that a conversation may still rise; all of them where it has no home. */
export const risesLeft = (
  { maxRises }: NonNullable<RoutePolicy['rising']>,
  home: Pick<ConversationHome, 'rises'> | undefined,
): number => Math.max(0, maxRises - (home?.rises ?? 0));

/**
 * What is lower than where the conversation was answered last comes after the rest; where it may rise no more, what is higher
 * comes last of all.
 */
export const risenFirst = (
  ranked: readonly Ranked[],
  home: Pick<ConversationHome, 'offeringId' | 'rises'> | undefined,
  rising: NonNullable<RoutePolicy['rising']>,
  levelOf: LevelOf,
): readonly Ranked[] => {
  const level = home && levelOf(home.offeringId);
  if (level === undefined) return ranked;
  const mayRise = risesLeft(rising, home) > 0;
  const placeOf = ({ candidate }: Ranked): number => {
    const own = levelOf(candidate.offering.id) ?? level;
    if (own < level) return 1;
    return own > level && !mayRise ? 2 : 0;
  };
  return ranked.toSorted((one, other) => placeOf(one) - placeOf(other));
};
