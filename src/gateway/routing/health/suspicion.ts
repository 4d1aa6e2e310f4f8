import { type Link, LinkedList } from '../../../domain/linked-list.ts';

/** What is usual at an offering, in milliseconds: TTFT of the last minutes, or how long whole answers take. */
export type UsualWait = { readonly p50: number; readonly p95: number };

/**
 * A call, by its place among all. It is its own link among those that wait for a first token, or that ended without one.
 */
export interface SentCall extends Link<SentCall> {
  number: number;
  readonly sinceMs: number;
  /** There is a first token to wait for. */
  readonly streamed: boolean;
  /** It had its time for a whole answer, and another call was answered before it. */
  readonly isLate: boolean;
  hasSpoken: boolean;
  /** When it ended without a first token; undefined: it goes on. */
  endedMs: number | undefined;
  hasFailed: boolean;
}

/**
 * Less likely than one in 1,400 times: three calls that are late or failed, or ten that wait for longer than half of the
 * calls do. Two never are enough.
 */
const SUSPECT_BITS = 10.5;
/** Half of the calls wait for the median. */
const MEDIAN_BITS = 1;
/** One call in twenty waits for the p95; a longer wait counts no more, as tails are long. */
const LATE_BITS = 4.32;
/** As one failure in thirty. */
const FAILED_BITS = 5;
/** Whatever is usual, nobody is late before these. */
const LEAST_WAIT: UsualWait = { p50: 100, p95: 200 };
/** Where nothing is known. */
const UNKNOWN_WAIT: UsualWait = { p50: 2_000, p95: 2_000 };
/** Of whole answers, which take longer and differ more. */
const MIN_WHOLE: UsualWait = { p50: 1_000, p95: 2_000 };
const UNKNOWN_WHOLE: UsualWait = { p50: 5_000, p95: 5_000 };
/** As many times longer than usual is still in order: it depends on what is asked for. */
export const WHOLE_SLACK = 2;
/** What late samples count for in the mean that says whether all of them are slow just now. */
const SAMPLE_WEIGHT = 0.1;
/** Answers that take so many times longer than half of them do, and as long at least, so many in a row: it has become slow. */
const SLOW_TIMES = 7;
const MIN_SLOW_MS = 1_000;
const SLOW_IN_A_ROW = 3;
/** What ended longer ago says nothing of now, unless it has been suspected since. */
const REMEMBERED_MS = 60_000;
/** Of ended calls more are not kept; enough to suspect it. */
const MOST_ENDED = 32;
/** From the suspicion to the first call that tries it, and so many times longer to each next one. */
const TRY_AFTER_MS = 5_000;
const LONGER = 2;
const LONGEST_TRY_MS = 60_000;

const bitsOf = (
  { sinceMs, endedMs, hasFailed, isLate }: SentCall,
  p50: number,
  p95: number,
  nowMs: number,
): number => {
  if (hasFailed) return FAILED_BITS;
  if (isLate) return LATE_BITS;
  const waited = (endedMs ?? nowMs) - sinceMs;
  if (waited < p50) return 0;
  if (waited >= p95) return LATE_BITS;
  return MEDIAN_BITS + ((LATE_BITS - MEDIAN_BITS) * (waited - p50)) / (p95 - p50);
};

const removeUpTo = (calls: LinkedList<SentCall>, number: number): void => {
  let first = calls.first;
  while (first !== undefined && first.number <= number) {
    calls.remove(first);
    first = calls.first;
  }
};

/** Of those that wait, oldest first, as far as they are enough to suspect it. */
const waitingBits = (calls: LinkedList<SentCall>, p50: number, p95: number, nowMs: number): number => {
  let bits = 0;
  for (let link = calls.firstLink; link !== undefined && bits < SUSPECT_BITS; link = link.after) {
    const more = link.value === undefined ? 0 : bitsOf(link.value, p50, p95, nowMs);
    // Those behind it were sent later, and wait no longer.
    if (more === 0) break;
    bits += more;
  }
  return bits;
};

/**
 * Whether an offering has gone silent: its latest calls wait longer than is usual there, or failed, and none that was
 * sent later got a first token. How unlikely that is where all is well is told in bits, as calls are taken to be
 * independent. It is a suspicion: nothing is refused for it, and the first token of a later call ends it. Times are those
 * of a monotonic clock in milliseconds.
 */
export class Suspicion {
  /** Without a first token, and none that was sent later has one; oldest first. Those that wait, and those that ended. */
  readonly #waiting = new LinkedList<SentCall>();
  /** Of these, those whose answers come whole. */
  readonly #wholes = new LinkedList<SentCall>();
  readonly #ended = new LinkedList<SentCall>();
  #sent = 0;
  /** Mean TTFT of late calls; NaN: none. */
  #recentMs = Number.NaN;
  #slowInARow = 0;
  #isSuspect = false;
  #tryAtMs = 0;
  #tryEveryMs = TRY_AFTER_MS;

  sent(call: SentCall): void {
    this.#sent += 1;
    call.number = this.#sent;
    call.value = call;
    (call.streamed ? this.#waiting : this.#wholes).put(call);
    if (this.#isSuspect && call.sinceMs >= this.#tryAtMs) {
      this.#tryEveryMs = Math.min(LONGEST_TRY_MS, this.#tryEveryMs * LONGER);
      this.#tryAtMs = call.sinceMs + this.#tryEveryMs;
    }
  }

  /** Its first token came, or its answer. `usualMs`: what half of them take; undefined: not known. */
  spoke(call: SentCall, ttftMs: number | undefined, usualMs?: number, tookMs = ttftMs): void {
    call.hasSpoken = true;
    if (tookMs !== undefined && usualMs !== undefined)
      this.#slowInARow = tookMs >= Math.max(MIN_SLOW_MS, usualMs * SLOW_TIMES) ? this.#slowInARow + 1 : 0;
    else if (tookMs !== undefined && tookMs < MIN_SLOW_MS) this.#slowInARow = 0;
    removeUpTo(this.#waiting, call.number);
    removeUpTo(this.#wholes, call.number);
    if (this.#ended.size > 0)
      for (const each of this.#ended) if (each.number < call.number) this.#ended.remove(each);
    if (ttftMs === undefined) return;
    this.#recentMs = Number.isNaN(this.#recentMs)
      ? ttftMs
      : this.#recentMs + SAMPLE_WEIGHT * (ttftMs - this.#recentMs);
  }

  /** It ended without a first token. `failed`: by the provider's fault; otherwise it was given up. */
  ended(call: SentCall, failed: boolean, nowMs: number): void {
    if (!(call.streamed ? this.#waiting : this.#wholes).remove(call)) return;
    call.endedMs = nowMs;
    call.hasFailed = failed;
    call.value = call;
    this.#ended.put(call);
    if (this.#ended.size > MOST_ENDED) this.#ended.removeFirst();
  }

  /** How long the oldest call waits that none sent later overtook; 0: there is none. What is slow alone is overtaken. */
  silentForMs(nowMs: number): number {
    const oldest = this.#waiting.first;
    return oldest === undefined ? 0 : nowMs - oldest.sinceMs;
  }

  /**
   * Looks at what is `usual` of first tokens and of whole answers; undefined: not known. What is waited for may be here since
   * `stallMs` ago, unread. A silent one is held for well for one call now and then, so that it can come
   * back.
   */
  isSuspect(usual: UsualWait | undefined, nowMs: number, usualWhole?: UsualWait, stallMs = 0): boolean {
    const isSlow = this.#slowInARow >= SLOW_IN_A_ROW;
    if (!isSlow && !this.#isSilent(usual ?? UNKNOWN_WAIT, usualWhole, nowMs - stallMs)) {
      this.#isSuspect = false;
      return false;
    }
    if (!this.#isSuspect) {
      this.#isSuspect = true;
      this.#tryEveryMs = TRY_AFTER_MS;
      this.#tryAtMs = nowMs + this.#tryEveryMs;
    }
    return nowMs < this.#tryAtMs;
  }

  /**
   * Cheap whatever waits: a dozen calls are enough for it. Where calls that are answered take longer than what is late, one
   * that takes as long is not silent. Less than that says nothing, as the last calls to be answered before a silence are the
   * slower ones.
   */
  #isSilent(known: UsualWait, knownWhole: UsualWait | undefined, nowMs: number): boolean {
    if (this.#waiting.size === 0 && this.#ended.size === 0 && this.#wholes.size === 0) return false;
    const slower = this.#recentMs > known.p95 ? this.#recentMs / known.p50 : 1;
    const p50 = Math.max(LEAST_WAIT.p50, known.p50 * slower);
    const p95 = Math.max(LEAST_WAIT.p95, known.p95 * slower);
    const whole = {
      p50: Math.max(MIN_WHOLE.p50, (knownWhole ?? UNKNOWN_WHOLE).p50 * WHOLE_SLACK),
      p95: Math.max(MIN_WHOLE.p95, (knownWhole ?? UNKNOWN_WHOLE).p95 * WHOLE_SLACK),
    };
    let bits = 0;
    if (this.#ended.size > 0)
      for (const call of this.#ended)
        if (!this.#isSuspect && nowMs - (call.endedMs ?? nowMs) > REMEMBERED_MS) this.#ended.remove(call);
        else if (call.streamed) bits += bitsOf(call, p50, p95, nowMs);
        else bits += bitsOf(call, whole.p50, whole.p95, nowMs);
    bits += waitingBits(this.#waiting, p50, p95, nowMs);
    if (bits < SUSPECT_BITS) bits += waitingBits(this.#wholes, whole.p50, whole.p95, nowMs);
    return bits >= SUSPECT_BITS;
  }
}
