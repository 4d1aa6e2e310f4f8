import type { Failure } from '../../domain/failure.ts';
import type { FallbackRules } from '../../domain/route.ts';

/** Whether another candidate is tried after this failure. */
export const goesElsewhere = ({ on }: Pick<FallbackRules, 'on'>, { code, retry }: Failure): boolean =>
  code !== 'CANCELLED' && (on === undefined ? retry !== 'FINAL' : on.includes(code));

/** How long to wait before the same candidate is asked again; `retried`: how often it was, before this. */
export const backOffMs = (
  { baseMs, maxMs }: FallbackRules['backoff'],
  retried: number,
  { retryAfterMs = 0 }: Failure,
  random: () => number,
): number => Math.max(retryAfterMs, random() * Math.min(maxMs, baseMs * 2 ** retried));
