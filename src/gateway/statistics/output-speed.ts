import type { Attempt } from '../../domain/attempt.ts';
import { outputTokensOf } from '../../domain/usage.ts';

/** Shorter bursts say nothing about a model's speed. */
const SHORTEST_MEASURABLE_MS = 5;

/** Output tokens a second after the first token, where both were measured; usage that was estimated goes by the text. */
export const outputTpsOf = ({ usage, usageEstimated, ttftMs, durationMs }: Attempt): number | undefined => {
  if (usage === undefined || usageEstimated === true || ttftMs === undefined) return undefined;
  const generatingMs = durationMs - ttftMs;
  if (generatingMs < SHORTEST_MEASURABLE_MS) return undefined;
  return (outputTokensOf(usage) * 1000) / generatingMs;
};

/** What a call says of its offering's speed: nothing where it failed, or where nothing was written. */
export const speedSampleOf = (attempt: Attempt): number | undefined => {
  const tps = attempt.status === 'SUCCEEDED' ? outputTpsOf(attempt) : undefined;
  return tps === 0 ? undefined : tps;
};
