import type { Attempt } from '../../domain/attempt.ts';
import { outputTokensOf } from '../../domain/usage.ts';

/** Shorter bursts say nothing about a model's speed. */
const SHORTEST_MEASURABLE_MS = 5;

/** Output tokens a second after the first token, where both can be told. */
export const outputTpsOf = ({ usage, ttftMs, durationMs }: Attempt): number | undefined => {
  if (usage === undefined || ttftMs === undefined) return undefined;
  const generatingMs = durationMs - ttftMs;
  const tokens = outputTokensOf(usage);
  if (generatingMs < SHORTEST_MEASURABLE_MS || tokens === 0) return undefined;
  return (tokens * 1000) / generatingMs;
};
