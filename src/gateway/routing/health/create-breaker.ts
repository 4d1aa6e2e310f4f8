import type { BreakerRules } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Breaker } from './breaker.ts';
import { type BreakerChange, createBreakerMachine, PROBE_LOST_MS, type Verdict } from './breaker-machine.ts';

/** How a breaker speaks with those of other nodes for the same offering and rules. Nothing rejects but `claim`. */
export type BreakerSharing = {
  /** Takes the probe for all nodes. */
  claim(ttlMs: number): Promise<boolean>;
  release(): Promise<void>;
  publish(change: BreakerChange): Promise<void>;
};

/** One call, as the breaker is told of it. */
export type BreakerCallWatch = {
  firstToken(ttftMs: number): void;
  ended(verdict: Verdict): void;
};

/** A breaker with what goes into it. */
export type WorkingBreaker = Breaker & {
  readonly rules: BreakerRules;
  /** `streamed`: there is a first token to wait for. */
  began(streamed: boolean): BreakerCallWatch;
  /** Another node says so. */
  apply(change: BreakerChange): void;
  snapshot(): Extract<BreakerChange, { to: 'OPEN' }> | undefined;
};

/** After another node has taken the probe, its answer is waited for so long before asking again. */
const ELSEWHERE_MS = 250;
/** A claim that takes longer is decided here. */
const CLAIM_WITHIN_MS = 250;
/** A probe whose stream goes on for so long after its first token has gone well; answers can take minutes. */
const STREAMS_WELL_MS = 10_000;

/** `sharing` is absent where there is no other node. */
export const createBreaker = (
  rules: BreakerRules,
  clock: Clock,
  sharing: BreakerSharing | undefined,
): WorkingBreaker => {
  let claimedAtMs: number | undefined;
  let elsewhereUntil = Number.NEGATIVE_INFINITY;

  /** What was told comes before the probe is free again, so that no other node takes it in between. */
  const release = (after: Promise<void> = Promise.resolve()): void => {
    const isOurs = claimedAtMs !== undefined && clock.monotonicMs() - claimedAtMs < PROBE_LOST_MS;
    claimedAtMs = undefined;
    if (isOurs) void after.then(() => sharing?.release());
  };
  const machine = createBreakerMachine(rules, (change) => {
    const told = sharing?.publish(change);
    release(told);
  });

  /** True unless another node has it; also where that cannot be found out in time. */
  const claim = (shared: BreakerSharing): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = clock.after(CLAIM_WITHIN_MS, () => resolve(true));
    shared.claim(PROBE_LOST_MS).then(resolve, () => resolve(true));
    return promise.finally(cancel);
  };

  const takeSharedProbe = async (shared: BreakerSharing): Promise<boolean> => {
    const isOurs = await claim(shared);
    if (!isOurs) {
      machine.dropProbe();
      elsewhereUntil = clock.monotonicMs() + ELSEWHERE_MS;
      return machine.isClosed();
    }
    claimedAtMs = clock.monotonicMs();
    const state = machine.state(claimedAtMs);
    if (state === 'HALF_OPEN') return true;
    release();
    return state === 'CLOSED';
  };

  return {
    rules,
    state: () => (machine.isClosed() ? 'CLOSED' : machine.state(clock.monotonicMs())),
    retryAfterMs: () => (machine.isClosed() ? 0 : machine.retryAfterMs(clock.monotonicMs())),
    reason: () => machine.reason(),
    admit() {
      if (machine.isClosed()) return true;
      const nowMs = clock.monotonicMs();
      if (nowMs < elsewhereUntil || !machine.takeProbe(nowMs)) return false;
      return sharing === undefined ? true : takeSharedProbe(sharing);
    },
    began(streamed) {
      const { slowTtftMs } = rules;
      const call = machine.began(clock.monotonicMs());
      const slow = (): void => machine.slow(call, clock.monotonicMs());
      /** What another node says can end the probe before its call ends; the claim goes with the call all the same. */
      const claimedForIt = machine.isProbe(call) ? claimedAtMs : undefined;
      let cancel: (() => void) | undefined;
      if (streamed && slowTtftMs !== undefined) cancel = clock.after(slowTtftMs, slow);
      return {
        firstToken(ttftMs) {
          cancel?.();
          if (slowTtftMs !== undefined && ttftMs > slowTtftMs) slow();
          machine.spoke(call, clock.monotonicMs());
          if (!machine.isProbe(call)) return;
          cancel = clock.after(STREAMS_WELL_MS, () =>
            machine.ended(call, clock.monotonicMs(), { kind: 'ANSWERED' }),
          );
        },
        ended(verdict) {
          cancel?.();
          machine.ended(call, clock.monotonicMs(), verdict);
          if (claimedForIt !== undefined && claimedForIt === claimedAtMs) release();
        },
      };
    },
    apply(change) {
      const nowMs = clock.monotonicMs();
      if (change.to === 'OPEN') machine.open(nowMs, change);
      else machine.close();
    },
    snapshot: () => machine.snapshot(clock.monotonicMs()),
  };
};
