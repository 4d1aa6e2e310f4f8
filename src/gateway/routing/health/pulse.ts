import { MovingAverage, MovingShare, PeakAverage } from './moving-averages.ts';
import { RecentDurations } from './recent-durations.ts';
import { type SentCall, Suspicion, type UsualWait } from './suspicion.ts';

/** How an offering does at this moment, for ordering; written by its health, read by strategies. */
export type Pulse = {
  /** Calls of this node under way. */
  readonly inFlight: number;
  /** Calls that failed by the provider's fault, each of which counts as one under way for some seconds. */
  readonly failed: number;
  /**
   * Milliseconds to the first token, as a peak-sensitive moving average: it rises sooner than it falls, and is no less than
   * what calls wait that no later one overtook. NaN: not measured.
   */
  readonly ttftMs: number;
  /** Milliseconds to a whole answer, where it comes at once; likewise. NaN: not measured. */
  readonly wholeMs: number;
  /** Output tokens a second after the first token, as a moving average. NaN: not measured. */
  readonly outputTps: number;
  /** Share of recent calls that failed by the provider's fault, as a moving average; 0 where there were none. */
  readonly errorRate: number;
  /** p95 of the TTFT of the last 5 minutes; NaN: not measured. */
  readonly p95TtftMs: number;
  /** p95 of the last whole answers that came at once, in milliseconds; NaN: not measured. */
  readonly p95WholeMs: number;
  /** Its latest calls are silent, failed, or many times slower than is usual there: it goes behind those that are well, and is no less a candidate. */
  readonly isSuspect: boolean;
  /** On the monotonic clock; -Infinity: never. */
  readonly measuredAtMs: number;
  /**
   * On the monotonic clock: until then its provider asked not to be called, or it would be of no use, e.g. as its key was
   * refused. 0: it did not.
   */
  readonly closedUntil: number;
  /** Why it is closed, for a person; absent: the provider asked for it. */
  readonly closedReason?: string | undefined;
  /** Absent: for as long as it is closed its provider asked for it. */
  readonly closedByGuess?: ClosingGuess | undefined;
};

/**
 * A closing that rests on our own guess from how calls failed, which may be wrong: where nothing else is left the offering
 * is called all the same.
 */
export type ClosingGuess = {
  /** UNUSABLE: it refused this account. LIMITED: it refused for want of capacity and named no time. */
  readonly kind: 'UNUSABLE' | 'LIMITED';
  /** On the monotonic clock: until then its provider asked for it as well. 0: it did not. */
  readonly askedUntil: number;
};

const TTFT_HALF_LIFE_MS = 10_000;
const TTFT_SETTLE_HALF_LIFE_MS = 30_000;
/** Who waits longer waits for an outage, which says nothing of how fast it is once that is over. */
const MAX_WAITED_MS = 10_000;
const TPS_HALF_LIFE_MS = 30_000;
const ERRORS_HALF_LIFE_MS = 30_000;
/** A call that failed at once took nothing of anybody's time; it counts as one of about five seconds. */
const FAILED_HALF_LIFE_MS = 3_500;
/** How often what is usual is worked out anew. */
const USUAL_EVERY_MS = 1_000;
/** After so long without a call nothing moves any more; by then none is among the last five minutes'. */
const QUIET_MS = 330_000;

/** Writes one pulse. Times are those of the monotonic clock. */
export class PulseMeter {
  readonly pulse: { -readonly [Name in keyof Pulse]: Pulse[Name] } = {
    inFlight: 0,
    failed: 0,
    ttftMs: Number.NaN,
    wholeMs: Number.NaN,
    outputTps: Number.NaN,
    errorRate: 0,
    p95TtftMs: Number.NaN,
    p95WholeMs: Number.NaN,
    isSuspect: false,
    measuredAtMs: Number.NEGATIVE_INFINITY,
    closedUntil: 0,
    closedReason: undefined,
    closedByGuess: undefined,
  };
  readonly #usual: () => UsualWait | undefined;
  readonly #ttft = new PeakAverage(TTFT_HALF_LIFE_MS, TTFT_SETTLE_HALF_LIFE_MS);
  readonly #whole = new PeakAverage(TTFT_HALF_LIFE_MS, TTFT_SETTLE_HALF_LIFE_MS);
  readonly #wholes = new RecentDurations();
  readonly #tps = new MovingAverage(TPS_HALF_LIFE_MS);
  readonly #errors = new MovingShare(ERRORS_HALF_LIFE_MS);
  readonly #failed = new MovingShare(FAILED_HALF_LIFE_MS);
  readonly #suspicion = new Suspicion();
  #known: UsualWait | undefined;
  #knownWhole: UsualWait | undefined;
  #usualAtMs = Number.NEGATIVE_INFINITY;
  #stallMs = 0;
  #calledAtMs = Number.NEGATIVE_INFINITY;

  /** `usual` is asked at most once a second. */
  constructor(usual: () => UsualWait | undefined) {
    this.#usual = usual;
  }

  began(call: SentCall): void {
    const { pulse } = this;
    this.#suspicion.sent(call);
    pulse.inFlight += 1;
    this.#calledAtMs = call.sinceMs;
    pulse.isSuspect = this.#suspicion.isSuspect(this.#known, call.sinceMs, this.#knownWhole, this.#stallMs);
  }

  firstToken(call: SentCall, ttftMs: number, nowMs: number): void {
    const { pulse } = this;
    this.#suspicion.spoke(call, ttftMs, this.#known?.p50);
    if (pulse.isSuspect)
      pulse.isSuspect = this.#suspicion.isSuspect(this.#known, nowMs, this.#knownWhole, this.#stallMs);
    this.#ttft.add(ttftMs, nowMs);
    pulse.ttftMs = this.#ttft.value;
    pulse.measuredAtMs = nowMs;
  }

  /** `failed`: by the provider's fault; undefined: it says nothing of that. */
  ended(call: SentCall, failed: boolean | undefined, outputTps: number | undefined, nowMs: number): void {
    const { pulse } = this;
    pulse.inFlight -= 1;
    this.#calledAtMs = nowMs;
    // It took at least so long, had it gone on; that is no measurement, and yet no less than what is thought.
    if (call.streamed && !call.hasSpoken) this.#raise(nowMs - call.sinceMs, nowMs);
    if (!call.streamed) this.#wholeEnded(nowMs - call.sinceMs, failed === false, nowMs);
    if (failed === false && !call.streamed)
      this.#suspicion.spoke(call, undefined, this.#knownWhole?.p50, nowMs - call.sinceMs);
    else if (failed === false) this.#suspicion.spoke(call, undefined);
    else this.#suspicion.ended(call, failed === true, nowMs);
    if (outputTps !== undefined) this.#tps.add(outputTps, nowMs);
    if (failed !== undefined) {
      this.#errors.add(failed, nowMs);
      if (failed) this.#failed.add(true, nowMs);
      pulse.measuredAtMs = nowMs;
    }
    pulse.ttftMs = this.#ttft.value;
    pulse.outputTps = this.#tps.value;
    pulse.errorRate = this.#errors.at(nowMs);
    pulse.failed = this.#failed.countAt(nowMs);
    this.#refreshUsual(nowMs);
    if (failed === true || pulse.isSuspect)
      pulse.isSuspect = this.#suspicion.isSuspect(this.#known, nowMs, this.#knownWhole, this.#stallMs);
  }

  #wholeEnded(tookMs: number, isAnswered: boolean, nowMs: number): void {
    if (isAnswered) {
      this.#whole.add(tookMs, nowMs);
      this.#wholes.add(tookMs);
    } else {
      // It took at least so long.
      const least = Math.min(MAX_WAITED_MS, tookMs);
      if (least > this.#whole.value) this.#whole.raise(least, nowMs);
    }
    this.pulse.wholeMs = this.#whole.value;
  }

  /**
   * Advances time; cheap enough for all recently called offerings. `stallMs`: this process did not look for so long, so
   * that calls have waited for it, too. False: there is nothing left to pass.
   */
  pass(nowMs: number, stallMs = 0): boolean {
    const { pulse } = this;
    this.#stallMs = stallMs;
    pulse.isSuspect = this.#suspicion.isSuspect(this.#known, nowMs, this.#knownWhole, this.#stallMs);
    if (this.#known !== undefined) this.#ttft.settle(this.#known.p50, nowMs);
    // Where nothing was measured yet, that one waits says nothing of how long others will.
    this.#raise(this.#suspicion.silentForMs(nowMs), nowMs);
    pulse.ttftMs = this.#ttft.value;
    pulse.errorRate = this.#errors.at(nowMs);
    pulse.failed = this.#failed.countAt(nowMs);
    const isQuiet = pulse.inFlight === 0 && nowMs - this.#calledAtMs > QUIET_MS;
    if (isQuiet) this.#refreshUsual(nowMs);
    return !isQuiet;
  }

  #refreshUsual(nowMs: number): void {
    if (nowMs - this.#usualAtMs < USUAL_EVERY_MS) return;
    this.#usualAtMs = nowMs;
    this.#known = this.#usual();
    this.pulse.p95TtftMs = this.#known?.p95 ?? Number.NaN;
    this.#knownWhole = this.#wholes.usual;
    this.pulse.p95WholeMs = this.#knownWhole?.p95 ?? Number.NaN;
  }

  #raise(waitedMs: number, nowMs: number): void {
    const least = Math.min(MAX_WAITED_MS, waitedMs);
    if (least > this.#ttft.value) this.#ttft.raise(least, nowMs);
  }
}
