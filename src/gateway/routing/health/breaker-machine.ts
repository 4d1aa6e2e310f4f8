import type { BreakerRules } from '../../../domain/route.ts';
import type { BreakerState } from './breaker.ts';
import { createBreakerWindow } from './breaker-window.ts';

/** What a call says of its offering once it is over. */
export type Verdict =
  | { readonly kind: 'ANSWERED' }
  /** By the provider's fault; `by` is the failure's code. */
  | { readonly kind: 'FAILED'; readonly by: string }
  /** It ended by somebody else's fault or wish. */
  | { readonly kind: 'NOTHING' };

/** What others are to know. */
export type BreakerChange =
  | { readonly to: 'OPEN'; readonly forMs: number; readonly openings: number; readonly reason: string }
  | { readonly to: 'CLOSED' };

/** A call as its breaker knows it. */
export type BreakerCall = {
  /** How often the machine had opened or closed; -1: it says nothing. */
  readonly generation: number;
  readonly isProbe: boolean;
  /** Its number among all calls. */
  readonly number: number;
  isCounted: boolean;
  isSlow: boolean;
  /** The row of failures in which its first token came. */
  spokeIn?: FailureRow;
};

/** Failures since a call of that number was the first to fail, with no answer to a later one. */
type FailureRow = {
  readonly from: number;
  failed: number;
  /** Calls since then that got a first token, and have not failed. */
  spoken: number;
};

/**
 * When an offering is left alone, as a state machine without a clock of its own. Times are those of a monotonic
 * clock in milliseconds. A call that began before the machine last opened or closed says nothing any more.
 */
export type BreakerMachine = {
  /** Costs nothing, and can be late: an answer of false asks for `state`. */
  isClosed(): boolean;
  state(nowMs: number): BreakerState;
  /** 0 unless OPEN. */
  retryAfterMs(nowMs: number): number;
  /** Without a full stop, for others' sentences; undefined while CLOSED. */
  reason(): string | undefined;
  /** Takes the one probe: true for one taker, while HALF_OPEN. It ends with its call, with `dropProbe`, or when it is lost. */
  takeProbe(nowMs: number): boolean;
  /** The probe is not made after all. */
  dropProbe(): void;
  /**
   * A call is sent. While HALF_OPEN it is the probe, be it that it took it or that another breaker let it through
   * and there is none yet.
   */
  began(nowMs: number): BreakerCall;
  isProbe(call: BreakerCall): boolean;
  /** Its first token came. */
  spoke(call: BreakerCall, nowMs: number): void;
  /** Its first token is late. */
  slow(call: BreakerCall, nowMs: number): void;
  ended(call: BreakerCall, nowMs: number, verdict: Verdict): void;
  /** Another node opened. */
  open(nowMs: number, change: Extract<BreakerChange, { to: 'OPEN' }>): void;
  /** Another node's probe went well. */
  close(): void;
  /** What to tell a node that asks; undefined while CLOSED. A HALF_OPEN one is open for 0 ms. */
  snapshot(nowMs: number): Extract<BreakerChange, { to: 'OPEN' }> | undefined;
};

/** A probe of which nothing was heard for so long has failed. */
export const PROBE_LOST_MS = 120_000;
/**
 * Share of the calls sent since the first of them that have to have failed, for failures to be in a row whatever older
 * calls still come to.
 */
const ROW_SHARE = 0.8;
/** It stays open for at most so many times `openMs`, however often probes fail. */
const LONGEST_OPEN = 8;

const seconds = (ms: number): string => `${ms / 1_000} s`;

/**
 * Own code rather than a library of breakers: it is told of calls that it does not make itself, as streams go on for
 * minutes; it judges slow calls, also while they wait; it says how to go on to other nodes; and it runs in any time.
 */
export const createBreakerMachine = (
  rules: BreakerRules,
  changed: (change: BreakerChange) => void = () => {},
): BreakerMachine => {
  const { windowMs, minSamples, errorRate, consecutiveFailures, slowTtftMs, slowRate, openMs } = rules;
  const window = createBreakerWindow(windowMs);
  /** A HALF_OPEN one is OPEN with its time over. */
  let isOpen = false;
  let openUntil = 0;
  let openings = 0;
  let why: string | undefined;
  let generation = 0;
  let begun = 0;
  let failedInARow = 0;
  let row: FailureRow | undefined;
  /** Calls that were late, with no first token of any call in between. */
  let silentInARow = 0;
  let probe: { readonly sinceMs: number; isSent: boolean } | undefined;

  const enter = (open: boolean): void => {
    isOpen = open;
    generation += 1;
    failedInARow = 0;
    row = undefined;
    silentInARow = 0;
    probe = undefined;
    window.clear();
  };
  const openFor = (nowMs: number, forMs: number, reason: string): void => {
    enter(true);
    openUntil = nowMs + forMs;
    why = reason;
  };
  const trip = (nowMs: number, reason: string): void => {
    openings += 1;
    const forMs = openMs * Math.min(LONGEST_OPEN, 2 ** (openings - 1));
    openFor(nowMs, forMs, reason);
    changed({ to: 'OPEN', forMs, openings, reason });
  };
  const forget = (): void => {
    enter(false);
    openings = 0;
    why = undefined;
  };
  const stateAt = (nowMs: number): BreakerState => {
    if (!isOpen) return 'CLOSED';
    if (nowMs < openUntil) return 'OPEN';
    // Looked at when somebody asks: there is no timer for it.
    if (probe !== undefined && nowMs - probe.sinceMs >= PROBE_LOST_MS) {
      trip(nowMs, `a probe did not end within ${seconds(PROBE_LOST_MS)}`);
      return 'OPEN';
    }
    return 'HALF_OPEN';
  };

  const judge = (nowMs: number, by: string | undefined): void => {
    // Failures end soon and answers late: those that are being written are no failures.
    const spoken = row?.spoken ?? 0;
    if (failedInARow >= consecutiveFailures && failedInARow >= (failedInARow + spoken) * ROW_SHARE) {
      trip(nowMs, `${failedInARow} calls in a row failed, the last one with ${by}`);
      return;
    }
    // Streams that began while all was well end well for a while after it is not.
    if (row !== undefined && row.failed >= consecutiveFailures) {
      const sent = begun - row.from;
      if (row.failed >= sent * ROW_SHARE) {
        trip(nowMs, `${row.failed} of the last ${sent} calls failed, the last one with ${by}`);
        return;
      }
    }
    const { calls, failed, slow } = window.counts(nowMs);
    if (calls < minSamples) return;
    const of = `of ${calls} calls in ${seconds(windowMs)}`;
    if (failed > 0 && failed / calls >= errorRate) trip(nowMs, `${failed} ${of} failed`);
    else if (slowTtftMs !== undefined && slow > 0 && slow / calls >= slowRate)
      trip(nowMs, `${slow} ${of} gave no token within ${slowTtftMs} ms`);
  };

  const isCurrent = (call: BreakerCall): boolean => call.generation === generation;

  return {
    isClosed: () => !isOpen,
    state: stateAt,
    retryAfterMs: (nowMs) => (isOpen ? Math.max(0, openUntil - nowMs) : 0),
    reason: () => why,
    takeProbe(nowMs) {
      if (stateAt(nowMs) !== 'HALF_OPEN' || probe !== undefined) return false;
      probe = { sinceMs: nowMs, isSent: false };
      return true;
    },
    dropProbe() {
      if (probe?.isSent === false) probe = undefined;
    },
    began(nowMs) {
      begun += 1;
      const state = stateAt(nowMs);
      let isProbe = false;
      if (state === 'HALF_OPEN' && probe?.isSent !== true) {
        isProbe = true;
        probe = { sinceMs: nowMs, isSent: true };
      }
      const counts = state === 'CLOSED' || isProbe;
      const number = begun - 1;
      return { generation: counts ? generation : -1, isProbe, number, isCounted: false, isSlow: false };
    },
    isProbe: (call) => isCurrent(call) && call.isProbe,
    spoke(call, nowMs) {
      if (!isCurrent(call)) return;
      silentInARow = 0;
      // At its end it would be counted later than those that fail at once, and rates be those of failures alone.
      if (!call.isCounted) window.add(nowMs, { calls: 1 });
      call.isCounted = true;
      if (row === undefined || call.number < row.from) return;
      row.spoken += 1;
      call.spokeIn = row;
    },
    slow(call, nowMs) {
      if (!isCurrent(call) || call.isSlow) return;
      call.isSlow = true;
      if (call.isProbe) {
        trip(nowMs, `a probe gave no token within ${slowTtftMs} ms`);
        return;
      }
      call.isCounted = true;
      window.add(nowMs, { calls: 1, slow: 1 });
      silentInARow += 1;
      if (silentInARow >= consecutiveFailures)
        trip(nowMs, `${silentInARow} calls in a row gave no token within ${slowTtftMs} ms`);
      else judge(nowMs, undefined);
    },
    ended(call, nowMs, verdict) {
      if (!isCurrent(call)) return;
      if (call.isProbe) {
        switch (verdict.kind) {
          case 'ANSWERED':
            forget();
            return changed({ to: 'CLOSED' });
          case 'FAILED':
            return trip(nowMs, `a probe failed with ${verdict.by}`);
          case 'NOTHING':
            probe = undefined;
            return;
        }
      }
      switch (verdict.kind) {
        case 'ANSWERED':
          failedInARow = 0;
          silentInARow = 0;
          if (row !== undefined && call.number >= row.from) row = undefined;
          if (!call.isCounted) window.add(nowMs, { calls: 1 });
          return judge(nowMs, undefined);
        case 'FAILED':
          failedInARow += 1;
          if (row !== undefined && call.spokeIn === row) row.spoken -= 1;
          if (row === undefined) row = { from: call.number, failed: 1, spoken: 0 };
          else if (call.number >= row.from) row.failed += 1;
          window.add(nowMs, { calls: call.isCounted ? 0 : 1, failed: 1 });
          return judge(nowMs, verdict.by);
        case 'NOTHING':
          return;
      }
    },
    open(nowMs, change) {
      if (isOpen && openUntil >= nowMs + change.forMs) return;
      openings = Math.max(openings, change.openings);
      openFor(nowMs, change.forMs, change.reason);
    },
    close() {
      if (isOpen) forget();
    },
    snapshot(nowMs) {
      if (stateAt(nowMs) === 'CLOSED' || why === undefined) return undefined;
      return { to: 'OPEN', forMs: Math.max(0, openUntil - nowMs), openings, reason: why };
    },
  };
};
