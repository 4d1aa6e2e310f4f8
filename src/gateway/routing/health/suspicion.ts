import { type Link, LinkedList } from '../../../domain/linked-list.ts';

/**
 * Whether an offering has gone silent: its latest calls wait longer than is usual there, or failed, and none that was
 * sent later got a first token. How unlikely that is where all is well is told in bits, as calls are taken to be
 * independent. It is a suspicion: nothing is refused for it, and the first token of a later call ends it. Times are those
 * of a monotonic clock in milliseconds.
 */
export type Suspicion = {
  /** `streamed`: there is a first token to wait for. */
  sent(nowMs: number, streamed: boolean): SentCall;
  /** Its first token came, or its answer. */
  spoke(call: SentCall, ttftMs: number | undefined): void;
  /** It ended without a first token. `failed`: by the provider's fault; otherwise it was given up. */
  ended(call: SentCall, failed: boolean, nowMs: number): void;
  /** How long the oldest call waits that none sent later overtook; 0: there is none. What is slow alone is overtaken. */
  silentForMs(nowMs: number): number;
  /**
   * Looks at `usual`, in milliseconds; undefined: not known. A silent one is held for well for one call now and then, so
   * that it can come back.
   */
  isSuspect(usual: UsualWait | undefined, nowMs: number): boolean;
};

export type UsualWait = { readonly p50: number; readonly p95: number };

/** A call, by its place among all. */
export type SentCall = {
  readonly number: number;
  readonly sinceMs: number;
  readonly streamed: boolean;
  hasSpoken: boolean;
  /** Among those that wait for a first token, or that ended without one. */
  place: Link<SentCall> | undefined;
  /** When it ended without a first token; undefined: it goes on. */
  endedMs: number | undefined;
  failed: boolean;
};

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
/** What late samples count for in the mean that says whether all of them are slow just now. */
const SAMPLE_WEIGHT = 0.1;
/** What ended longer ago says nothing of now, unless it has been suspected since. */
const REMEMBERED_MS = 60_000;
/** Of ended calls more are not kept; enough to suspect it. */
const MOST_ENDED = 32;
/** From the suspicion to the first call that tries it, and so many times longer to each next one. */
const TRY_AFTER_MS = 5_000;
const LONGER = 2;
const LONGEST_TRY_MS = 60_000;

export const createSuspicion = (): Suspicion => {
  /** Without a first token, and none that was sent later has one; oldest first. Those that wait, and those that ended. */
  const waiting = new LinkedList<SentCall>();
  const ended = new LinkedList<SentCall>();
  let sent = 0;
  /** Mean TTFT of late calls; NaN: none. */
  let recentMs = Number.NaN;
  let isSuspect = false;
  let tryAtMs = 0;
  let tryEveryMs = TRY_AFTER_MS;

  /** Whether it was in there. */
  const leave = (list: LinkedList<SentCall>, { place }: SentCall): boolean =>
    place !== undefined && list.remove(place);
  const bitsOf = ({ sinceMs, endedMs, failed }: SentCall, { p50, p95 }: UsualWait, nowMs: number): number => {
    if (failed) return FAILED_BITS;
    const waited = (endedMs ?? nowMs) - sinceMs;
    if (waited < p50) return 0;
    if (waited >= p95) return LATE_BITS;
    return MEDIAN_BITS + ((LATE_BITS - MEDIAN_BITS) * (waited - p50)) / (p95 - p50);
  };
  /**
   * As it is now: where calls that are answered take longer than what is late, one that takes as long is not silent. Less
   * than that says nothing, as the last calls to be answered before a silence are the slower ones.
   */
  const waitOf = (usual: UsualWait | undefined): UsualWait => {
    const known = usual ?? UNKNOWN_WAIT;
    const slower = recentMs > known.p95 ? recentMs / known.p50 : 1;
    return {
      p50: Math.max(LEAST_WAIT.p50, known.p50 * slower),
      p95: Math.max(LEAST_WAIT.p95, known.p95 * slower),
    };
  };
  /** Cheap whatever waits: a dozen calls are enough for it. */
  const isSilent = (usual: UsualWait | undefined, nowMs: number): boolean => {
    const wait = waitOf(usual);
    let bits = 0;
    for (const call of ended)
      if (!isSuspect && nowMs - (call.endedMs ?? nowMs) > REMEMBERED_MS) leave(ended, call);
      else bits += bitsOf(call, wait, nowMs);
    for (const call of waiting) {
      if (bits >= SUSPECT_BITS) break;
      const more = bitsOf(call, wait, nowMs);
      // Those behind it were sent later, and wait no longer.
      if (more === 0) break;
      bits += more;
    }
    return bits >= SUSPECT_BITS;
  };

  return {
    sent(nowMs, streamed) {
      sent += 1;
      const call: SentCall = {
        number: sent,
        sinceMs: nowMs,
        streamed,
        hasSpoken: false,
        endedMs: undefined,
        failed: false,
        place: undefined,
      };
      if (streamed) call.place = waiting.add(call);
      if (isSuspect && nowMs >= tryAtMs) {
        tryEveryMs = Math.min(LONGEST_TRY_MS, tryEveryMs * LONGER);
        tryAtMs = nowMs + tryEveryMs;
      }
      return call;
    },
    spoke(call, ttftMs) {
      call.hasSpoken = true;
      for (const each of waiting) {
        if (each.number > call.number) break;
        leave(waiting, each);
      }
      for (const each of ended) if (each.number < call.number) leave(ended, each);
      if (ttftMs === undefined) return;
      recentMs = Number.isNaN(recentMs) ? ttftMs : recentMs + SAMPLE_WEIGHT * (ttftMs - recentMs);
    },
    ended(call, failed, nowMs) {
      // What never had a first token to wait for tells by its failure alone.
      const isTold = leave(waiting, call) || (failed && !call.streamed);
      if (!isTold) return;
      call.endedMs = nowMs;
      call.failed = failed;
      call.place = ended.add(call);
      if (ended.size > MOST_ENDED) ended.removeFirst();
    },
    silentForMs(nowMs) {
      return waiting.first === undefined ? 0 : nowMs - waiting.first.sinceMs;
    },
    isSuspect(usual, nowMs) {
      if (!isSilent(usual, nowMs)) {
        isSuspect = false;
        return false;
      }
      if (!isSuspect) {
        isSuspect = true;
        tryEveryMs = TRY_AFTER_MS;
        tryAtMs = nowMs + tryEveryMs;
      }
      return nowMs < tryAtMs;
    },
  };
};
