import type { CandidateRule, WeightRamp } from '../../../domain/route.ts';

/** Where a ramp stands at a moment. */
export const rampedAt = ({ from, to, startsAt, endsAt }: WeightRamp, at: Date): number => {
  const start = startsAt.getTime();
  const done = (at.getTime() - start) / (endsAt.getTime() - start);
  return from + (to - from) * Math.min(1, Math.max(0, done));
};

/** What a rule weighs at the moment of a request. */
export const weightAt = ({ weight, ramp }: Pick<CandidateRule, 'weight' | 'ramp'>, at: Date): number =>
  ramp === undefined ? weight : rampedAt(ramp, at);
