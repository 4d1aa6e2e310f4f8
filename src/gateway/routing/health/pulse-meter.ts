import { createMovingAverage, createMovingShare, createPeakAverage } from './moving-averages.ts';
import type { ClosingGuess, Pulse } from './pulse.ts';
import { createSuspicion, type SentCall, type UsualWait } from './suspicion.ts';

/** What is usual at an offering: TTFT of the last minutes, in milliseconds. */
export type UsualTtft = UsualWait;

/** A call that waits for its first token. */
export type Waiting = SentCall;

/** Writes one pulse. Times are those of the monotonic clock. */
export type PulseMeter = {
  readonly pulse: Pulse;
  /** `streamed`: there is a first token to wait for. */
  began(nowMs: number, streamed: boolean): Waiting;
  firstToken(call: Waiting, ttftMs: number, nowMs: number): void;
  /** `failed`: by the provider's fault; undefined: it says nothing of that. */
  ended(call: Waiting, outcome: PulseOutcome, nowMs: number): void;
  /** Lets time pass: cheap, and for all offerings that were called of late. False: there is nothing left to pass. */
  pass(nowMs: number): boolean;
  /** `untilMs` is on the wall clock. */
  close(untilMs: number, reason: string | undefined, guess: ClosingGuess | undefined): void;
};

export type PulseOutcome = { readonly failed: boolean | undefined; readonly outputTps: number | undefined };

const TTFT_HALF_LIFE_MS = 10_000;
const TTFT_SETTLE_HALF_LIFE_MS = 30_000;
/** Who waits longer waits for an outage, which says nothing of how fast it is once that is over. */
const MOST_WAITED_MS = 10_000;
const TPS_HALF_LIFE_MS = 30_000;
const ERRORS_HALF_LIFE_MS = 30_000;
/** How often what is usual is worked out anew. */
const USUAL_EVERY_MS = 1_000;
/** After so long without a call nothing moves any more; by then none is among the last five minutes'. */
const QUIET_MS = 330_000;

type MutablePulse = { -readonly [Name in keyof Pulse]: Pulse[Name] };

/** `usual` is asked at most once a second. */
export const createPulseMeter = (usual: () => UsualTtft | undefined): PulseMeter => {
  const pulse: MutablePulse = {
    inFlight: 0,
    ttftMs: Number.NaN,
    outputTps: Number.NaN,
    errorRate: 0,
    p95TtftMs: Number.NaN,
    isSuspect: false,
    measuredAtMs: Number.NEGATIVE_INFINITY,
    closedUntil: 0,
  };
  const ttft = createPeakAverage(TTFT_HALF_LIFE_MS, TTFT_SETTLE_HALF_LIFE_MS);
  const tps = createMovingAverage(TPS_HALF_LIFE_MS);
  const errors = createMovingShare(ERRORS_HALF_LIFE_MS);
  const suspicion = createSuspicion();
  let known: UsualTtft | undefined;
  let usualAtMs = Number.NEGATIVE_INFINITY;
  let calledAtMs = Number.NEGATIVE_INFINITY;

  const refreshUsual = (nowMs: number): void => {
    if (nowMs - usualAtMs < USUAL_EVERY_MS) return;
    usualAtMs = nowMs;
    known = usual();
    pulse.p95TtftMs = known?.p95 ?? Number.NaN;
  };
  const raise = (waitedMs: number, nowMs: number): void => {
    const least = Math.min(MOST_WAITED_MS, waitedMs);
    if (least > ttft.value()) ttft.raise(least, nowMs);
  };

  return {
    pulse,
    began(nowMs, streamed) {
      const call = suspicion.sent(nowMs, streamed);
      pulse.inFlight += 1;
      calledAtMs = nowMs;
      pulse.isSuspect = suspicion.isSuspect(known, nowMs);
      return call;
    },
    firstToken(call, ttftMs, nowMs) {
      suspicion.spoke(call, ttftMs);
      if (pulse.isSuspect) pulse.isSuspect = suspicion.isSuspect(known, nowMs);
      ttft.add(ttftMs, nowMs);
      pulse.ttftMs = ttft.value();
      pulse.measuredAtMs = nowMs;
    },
    ended(call, { failed, outputTps }, nowMs) {
      pulse.inFlight -= 1;
      calledAtMs = nowMs;
      // It took at least so long, had it gone on; that is no measurement, and yet no less than what is thought.
      if (call.streamed && !call.hasSpoken) raise(nowMs - call.sinceMs, nowMs);
      if (failed === false) suspicion.spoke(call, undefined);
      else suspicion.ended(call, failed === true, nowMs);
      if (outputTps !== undefined) tps.add(outputTps, nowMs);
      if (failed !== undefined) {
        errors.add(failed, nowMs);
        pulse.measuredAtMs = nowMs;
      }
      pulse.ttftMs = ttft.value();
      pulse.outputTps = tps.value();
      pulse.errorRate = errors.value(nowMs);
      refreshUsual(nowMs);
      if (failed === true || pulse.isSuspect) pulse.isSuspect = suspicion.isSuspect(known, nowMs);
    },
    pass(nowMs) {
      pulse.isSuspect = suspicion.isSuspect(known, nowMs);
      if (known !== undefined) ttft.settle(known.p50, nowMs);
      // Where nothing was measured yet, that one waits says nothing of how long others will.
      raise(suspicion.silentForMs(nowMs), nowMs);
      pulse.ttftMs = ttft.value();
      pulse.errorRate = errors.value(nowMs);
      const isQuiet = pulse.inFlight === 0 && nowMs - calledAtMs > QUIET_MS;
      if (isQuiet) refreshUsual(nowMs);
      return !isQuiet;
    },
    close(untilMs, reason, guess) {
      pulse.closedUntil = untilMs;
      pulse.closedReason = reason;
      pulse.closedByGuess = guess;
    },
  };
};
