import type { Attempt } from '../../../../src/domain/attempt.ts';
import { type Failure, type FailureCode, failureOf } from '../../../../src/domain/failure.ts';
import { asOfferingId, asProviderId, type OfferingId } from '../../../../src/domain/ids.ts';
import type { RateLimit } from '../../../../src/domain/rate-limit.ts';
import { type BreakerRules, DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import { createOfferingStats } from '../../../../src/gateway/offering-stats.ts';
import type { Availability, CallWatch } from '../../../../src/gateway/routing/health/availability.ts';
import { createHealthBoard } from '../../../../src/gateway/routing/health/health-board.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import { catalogueOf } from '../../../catalogue/comparison/catalogue-of.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

export const TALKER = asOfferingId('host/talker');

export const rulesWith = (rules: Partial<BreakerRules> = {}): BreakerRules => ({
  ...DEFAULT_BREAKER,
  ...rules,
});

/** Lets what is under way without time go on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const attemptOf = (
  id: OfferingId,
  how: FailureCode | 'SUCCEEDED' | 'LOST',
  details: Partial<Attempt> & { readonly retryAfterMs?: number } = {},
): Attempt => {
  const { retryAfterMs, ...rest } = details;
  const place = { offeringId: id, providerId: asProviderId('host') };
  const isFailure = how !== 'SUCCEEDED' && how !== 'LOST';
  return {
    index: 0,
    ...place,
    startedAt: new Date(0),
    status: how === 'SUCCEEDED' ? 'SUCCEEDED' : how === 'LOST' ? 'CANCELLED' : 'FAILED',
    durationMs: 1_000,
    ...(isFailure && {
      failure: { ...failureOf(how, 'no', retryAfterMs === undefined ? {} : { retryAfterMs }), ...place },
    }),
    ...rest,
  };
};

/** One node: a health board with a clock of its own. */
export const startNode = (
  options: { readonly state?: SharedState; readonly name?: string; readonly busyMs?: () => number } = {},
) => {
  const clock = createFakeClock();
  const { name = 'talker' } = options;
  const id = asOfferingId(`host/${name}`);
  const catalogue = catalogueOf({ [name]: {} });
  const stats = createOfferingStats(() => catalogue, clock);
  const log = recordedLog();
  const board = createHealthBoard({
    catalogue: () => catalogue,
    stats,
    clock,
    ...(options.state !== undefined && { state: options.state }),
    ...(options.busyMs !== undefined && { busyMs: options.busyMs }),
    log,
  });
  const availability = board.availabilityOf(id, DEFAULT_BREAKER);

  /** A call of `durationMs` in which the clock moves on. */
  const call = (
    how: Parameters<typeof attemptOf>[1],
    {
      by = availability,
      durationMs = 0,
      ttftMs,
      output = 100,
      ...rest
    }: {
      by?: Availability;
      durationMs?: number;
      ttftMs?: number;
      output?: number;
      retryAfterMs?: number;
    } = {},
  ): void => {
    const watch = by.began('STREAMED');
    if (ttftMs !== undefined) {
      clock.advance(ttftMs);
      watch.firstToken(ttftMs);
    }
    clock.advance(durationMs - (ttftMs ?? 0));
    const attempt = attemptOf(id, how, {
      durationMs,
      ...(ttftMs !== undefined && { ttftMs, usage: usageOf({ output }) }),
      ...rest,
    });
    watch.ended(attempt);
    stats.record(attempt);
  };
  /** A call in which its provider says something, and which says nothing else. */
  const says = (told: (watch: CallWatch) => void): void => {
    const watch = availability.began('WHOLE');
    told(watch);
    watch.ended(attemptOf(id, 'LOST'));
  };
  const rateLimits = {
    observe: (limits: readonly RateLimit[]) => says((watch) => watch.observed(limits)),
    failed: (failure: Failure) => says((watch) => watch.failed(failure)),
  };
  return {
    id,
    clock,
    catalogue,
    stats,
    rateLimits,
    board,
    availability,
    call,
    log,
    pulse: availability.pulse,
  };
};

export type Node = ReturnType<typeof startNode>;
