import type { OfferingId } from '../../domain/ids.ts';
import { PERCENTILES, type PercentileBounds, type RoutePolicy } from '../../domain/route.ts';
import type { RecentSpeed } from '../offering-stats.ts';

/** What a policy prefers of how fast offerings answer. */
type Preference = Pick<RoutePolicy, 'preferredMaxTtft' | 'preferredMinTps'>;

/** A bound that an offering does not keep, and what was measured. */
export type SpeedMiss = { readonly criterion: string; readonly value: number };

/** How one offering does against what is preferred. */
export type SpeedCheck = { missAt(nowMs: number): SpeedMiss | undefined };

export const prefersSpeed = ({ preferredMaxTtft, preferredMinTps }: Preference): boolean =>
  preferredMaxTtft !== undefined || preferredMinTps !== undefined;

const firstMiss = (
  name: string,
  bounds: PercentileBounds | undefined,
  measured: PercentileBounds | undefined,
  isMissed: (value: number, bound: number) => boolean,
): SpeedMiss | undefined => {
  for (const percentile of PERCENTILES) {
    const bound = bounds?.[percentile];
    const value = measured?.[percentile];
    if (bound !== undefined && value !== undefined && isMissed(value, bound))
      return { criterion: `${name}.${percentile}`, value };
  }
  return undefined;
};

const SECOND = 1_000;

/** Worked out once a second for all requests. What was not measured misses nothing. */
export const speedCheck = (
  id: OfferingId,
  { preferredMaxTtft, preferredMinTps }: Preference,
  speedOf: (id: OfferingId) => RecentSpeed,
): SpeedCheck => {
  let second = Number.NaN;
  let miss: SpeedMiss | undefined;
  return {
    missAt(nowMs) {
      const now = Math.floor(nowMs / SECOND);
      if (now !== second) {
        second = now;
        const { ttftMs, outputTps } = speedOf(id);
        miss =
          firstMiss('preferredMaxTtft', preferredMaxTtft, ttftMs, (value, bound) => value > bound) ??
          firstMiss('preferredMinTps', preferredMinTps, outputTps, (value, bound) => value < bound);
      }
      return miss;
    },
  };
};
