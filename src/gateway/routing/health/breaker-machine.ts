import type { BreakerRules } from '../../../domain/route.ts';
import { SlidingCounts } from './sliding-counts.ts';

/** CLOSED: calls go through. OPEN: none do. HALF_OPEN: one probe does. */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

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
export type Opening = Extract<BreakerChange, { to: 'OPEN' }>;

/** A call as a machine knows it, which fills it in. */
export class BreakerCall {
  /** How often the machine had opened or closed; -1: it says nothing. */
  generation = -1;
  isProbe = false;
  /** Its number among all calls. */
  place = 0;
  isCounted = false;
  isSlow = false;
  /** The row of failures in which its first token came. */
  spokeIn: FailureRow | undefined = undefined;
  /** Of the one timer that its breaker has for it at a time. */
  cancelTimer: (() => void) | undefined = undefined;
  /** When its breaker claimed its probe for all nodes. */
  claimedAtMs: number | undefined = undefined;
}

/** Failures since a call of that place was the first to fail, with no answer to a later one. */
type FailureRow = {
  readonly from: number;
  failed: number;
  /** Calls since then that got a first token, and have not failed. */
  spoken: number;
};

/** A probe of which nothing was heard for so long has failed. */
export const PROBE_LOST_MS = 120_000;
/**
 * Share of the calls sent since the first of them that have to have failed, for failures to be in a row whatever older
 * calls still come to.
 */
const ROW_SHARE = 0.8;
/**
 * With such a share of failures before them, failures in a row are chance as well as an outage; with more of the calls than
 * that, it is one.
 */
const FLAKY_FROM = 0.2;
const FLAKY_UP_TO = 0.9;
/** So many in a row of those that were called though it was open are no chance. */
const INSISTED_IN_A_ROW = 10;
/** Where nothing else is left, one that has stopped answering is tried so many times while it is open, and not more often. */
const TRIALS = 5;
const MIN_TRIED_EVERY_MS = 1_000;
/** Repeated openings end a tenth sooner or later, so that not all that went down together are tried at once. */
const JITTER = 0.1;
/** It stays open for at most so many times `openMs`, however often probes fail. */
const MAX_OPEN = 8;

const seconds = (ms: number): string => `${ms / 1_000} s`;

/**
 * When an offering is left alone, as a state machine without a clock of its own. Times are those of a monotonic
 * clock in milliseconds. A call that began before the machine last opened or closed says nothing any more.
 *
 * Own code rather than a library of breakers: it is told of calls that it does not make itself, as streams go on for
 * minutes; it judges slow calls, also while they wait; it says how to go on to other nodes; and it runs in any time.
 */
export class BreakerMachine {
  readonly #rules: BreakerRules;
  readonly #changed: (change: BreakerChange) => void;
  readonly #window: SlidingCounts;
  /** A HALF_OPEN one is OPEN with its time over. */
  #isOpen = false;
  #openUntil = 0;
  #openings = 0;
  #why: string | undefined;
  /** It opened though some of its calls went well all along. */
  #isFlaky = false;
  #insistedInARow = 0;
  #triedAtMs = 0;
  #closedAtMs = Number.NEGATIVE_INFINITY;
  readonly #random: () => number;
  #generation = 0;
  #begun = 0;
  #failedInARow = 0;
  #row: FailureRow | undefined;
  /** Calls that were late, with no first token of any call in between. */
  #silentInARow = 0;
  #probe: { readonly sinceMs: number; readonly isSent: boolean } | undefined;

  /** `random`: 0 inclusive to 1 exclusive. */
  constructor(
    rules: BreakerRules,
    changed: (change: BreakerChange) => void = () => {},
    random: () => number = () => 0.5,
  ) {
    this.#random = random;
    this.#rules = rules;
    this.#changed = changed;
    this.#window = new SlidingCounts(rules.windowMs);
  }

  /** Costs nothing, and can be late: an answer of false asks for `state`. */
  isClosed(): boolean {
    return !this.#isOpen;
  }

  state(nowMs: number): BreakerState {
    if (!this.#isOpen) return 'CLOSED';
    if (nowMs < this.#openUntil) return 'OPEN';
    // Looked at when somebody asks: there is no timer for it.
    if (this.#probe !== undefined && nowMs - this.#probe.sinceMs >= PROBE_LOST_MS) {
      this.#trip(nowMs, `a probe did not end within ${seconds(PROBE_LOST_MS)}`);
      return 'OPEN';
    }
    return 'HALF_OPEN';
  }

  /** 0 unless OPEN. */
  retryAfterMs(nowMs: number): number {
    return this.#isOpen ? Math.max(0, this.#openUntil - nowMs) : 0;
  }

  /** Without a full stop, for others' sentences; undefined while CLOSED. */
  reason(): string | undefined {
    return this.#why;
  }

  /**
   * Whether it may be called though it is open, where nothing else is left: as it does its work now and then, or, once in a while,
   * to see whether it does again. `isSilent`: its latest calls got no answer.
   */
  mayInsist(nowMs: number, isSilent: boolean): boolean {
    if (!this.#isOpen) return false;
    if (this.#isFlaky && !isSilent && this.#insistedInARow < INSISTED_IN_A_ROW) return true;
    return this.#probe === undefined && this.#isDue(nowMs);
  }

  #isDue(nowMs: number): boolean {
    return nowMs - this.#triedAtMs >= Math.max(MIN_TRIED_EVERY_MS, this.#rules.openMs / TRIALS);
  }

  /** It is called though it is open. False: it may not be. */
  insist(nowMs: number, isSilent: boolean): boolean {
    if (!this.mayInsist(nowMs, isSilent)) return false;
    if (this.#probe === undefined && this.#isDue(nowMs)) {
      this.#triedAtMs = nowMs;
      this.#probe = { sinceMs: nowMs, isSent: false };
    }
    return true;
  }

  /** Takes the one probe: true for one taker, while HALF_OPEN. It ends with its call, with `dropProbe`, or when it is lost. */
  takeProbe(nowMs: number): boolean {
    if (this.state(nowMs) !== 'HALF_OPEN' || this.#probe !== undefined) return false;
    this.#probe = { sinceMs: nowMs, isSent: false };
    return true;
  }

  /** The probe is not made after all. Whether there was one that had not been sent. */
  dropProbe(): boolean {
    if (this.#probe?.isSent !== false) return false;
    this.#probe = undefined;
    return true;
  }

  /**
   * A call is sent. While HALF_OPEN it is the probe, be it that it took it or that another breaker let it through
   * and there is none yet.
   */
  began(nowMs: number, call = new BreakerCall()): BreakerCall {
    call.place = this.#begun;
    this.#begun += 1;
    const state = this.state(nowMs);
    const isWanted = state === 'HALF_OPEN' || this.#probe !== undefined;
    if (isWanted && this.#probe?.isSent !== true) {
      call.isProbe = true;
      this.#probe = { sinceMs: nowMs, isSent: true };
    }
    if (state === 'CLOSED' || call.isProbe) call.generation = this.#generation;
    return call;
  }

  isProbe(call: BreakerCall): boolean {
    return call.isProbe && call.generation === this.#generation;
  }

  /** Its first token came. */
  spoke(call: BreakerCall, nowMs: number): void {
    if (call.generation !== this.#generation) return;
    this.#silentInARow = 0;
    // At its end it would be counted later than those that fail at once, and rates be those of failures alone.
    if (!call.isCounted) this.#window.add(nowMs, 1, 0, 0);
    call.isCounted = true;
    const row = this.#row;
    if (row === undefined || call.place < row.from) return;
    row.spoken += 1;
    call.spokeIn = row;
  }

  /** Its first token is late. */
  slow(call: BreakerCall, nowMs: number): void {
    if (call.generation !== this.#generation || call.isSlow) return;
    const { slowTtftMs, consecutiveFailures } = this.#rules;
    call.isSlow = true;
    if (call.isProbe && nowMs < this.#openUntil) {
      this.#probe = undefined;
      return;
    }
    if (call.isProbe) {
      this.#trip(nowMs, `a probe gave no token within ${slowTtftMs} ms`);
      return;
    }
    call.isCounted = true;
    this.#window.add(nowMs, 1, 0, 1);
    this.#silentInARow += 1;
    if (this.#silentInARow >= consecutiveFailures)
      this.#trip(nowMs, `${this.#silentInARow} calls in a row gave no token within ${slowTtftMs} ms`);
    else this.#judge(nowMs, undefined);
  }

  ended(call: BreakerCall, nowMs: number, verdict: Verdict): void {
    if (this.#isOpen && call.generation === -1) {
      if (verdict.kind === 'ANSWERED') this.#insistedInARow = 0;
      else if (verdict.kind === 'FAILED') this.#insistedInARow += 1;
    }
    if (call.generation !== this.#generation) return;
    if (call.isProbe) this.#probed(nowMs, verdict);
    else if (verdict.kind === 'ANSWERED') this.#answered(call, nowMs);
    else if (verdict.kind === 'FAILED') this.#failed(call, nowMs, verdict.by);
  }

  #probed(nowMs: number, verdict: Verdict): void {
    switch (verdict.kind) {
      case 'ANSWERED':
        this.#forget(nowMs);
        this.#changed({ to: 'CLOSED' });
        return;
      case 'FAILED':
        // One that came before its time makes it no longer.
        if (nowMs < this.#openUntil) {
          this.#probe = undefined;
          return;
        }
        this.#trip(nowMs, `a probe failed with ${verdict.by}`);
        return;
      case 'NOTHING':
        this.#probe = undefined;
    }
  }

  #answered(call: BreakerCall, nowMs: number): void {
    this.#failedInARow = 0;
    this.#silentInARow = 0;
    if (this.#row !== undefined && call.place >= this.#row.from) this.#row = undefined;
    if (!call.isCounted) this.#window.add(nowMs, 1, 0, 0);
    this.#judge(nowMs, undefined);
  }

  #failed(call: BreakerCall, nowMs: number, by: string): void {
    this.#failedInARow += 1;
    const row = this.#row;
    if (row !== undefined && call.spokeIn === row) row.spoken -= 1;
    if (row === undefined) this.#row = { from: call.place, failed: 1, spoken: 0 };
    else if (call.place >= row.from) row.failed += 1;
    this.#window.add(nowMs, call.isCounted ? 0 : 1, 1, 0);
    this.#judge(nowMs, by);
  }

  #judge(nowMs: number, by: string | undefined): void {
    const { windowMs, minSamples, errorRate, consecutiveFailures, slowTtftMs, slowRate } = this.#rules;
    const row = this.#row;
    const inARow = this.#failedInARow;
    // Failures end soon and answers late: those that are being written are no failures.
    if (inARow >= consecutiveFailures && inARow >= (inARow + (row?.spoken ?? 0)) * ROW_SHARE) {
      this.#trip(nowMs, `${inARow} calls in a row failed, the last one with ${by}`);
      return;
    }
    // Streams that began while all was well end well for a while after it is not.
    if (row !== undefined && row.failed >= consecutiveFailures) {
      const sent = this.#begun - row.from;
      if (row.failed >= sent * ROW_SHARE) {
        this.#trip(nowMs, `${row.failed} of the last ${sent} calls failed, the last one with ${by}`);
        return;
      }
    }
    this.#window.slide(nowMs);
    const { calls, failed, slow } = this.#window;
    if (calls < minSamples) return;
    if (failed > 0 && failed / calls >= errorRate)
      this.#trip(nowMs, `${failed} of ${calls} calls in ${seconds(windowMs)} failed`);
    else if (slowTtftMs !== undefined && slow > 0 && slow / calls >= slowRate)
      this.#trip(
        nowMs,
        `${slow} of ${calls} calls in ${seconds(windowMs)} gave no token within ${slowTtftMs} ms`,
      );
  }

  /** Another node opened. */
  open(nowMs: number, { forMs, openings, reason }: Opening): void {
    if (this.#isOpen && this.#openUntil >= nowMs + forMs) return;
    this.#openings = Math.max(this.#openings, openings);
    this.#openFor(nowMs, forMs, reason);
  }

  /** Another node's probe went well. */
  close(nowMs: number): void {
    if (this.#isOpen) this.#forget(nowMs);
  }

  /** What to tell a node that asks; undefined while CLOSED. A HALF_OPEN one is open for 0 ms. */
  snapshot(nowMs: number): Opening | undefined {
    if (this.state(nowMs) === 'CLOSED' || this.#why === undefined) return undefined;
    return {
      to: 'OPEN',
      forMs: Math.max(0, this.#openUntil - nowMs),
      openings: this.#openings,
      reason: this.#why,
    };
  }

  #enter(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#generation += 1;
    this.#failedInARow = 0;
    this.#row = undefined;
    this.#silentInARow = 0;
    this.#probe = undefined;
    this.#window.clear();
  }

  #openFor(nowMs: number, forMs: number, reason: string): void {
    this.#enter(true);
    this.#openUntil = nowMs + forMs;
    this.#why = reason;
  }

  /** Whether others than the last in a row went wrong and others well, before it opens. */
  #looksFlaky(nowMs: number): boolean {
    if (this.#isOpen) return this.#isFlaky;
    this.#window.slide(nowMs);
    const { calls, failed } = this.#window;
    const row = Math.max(this.#failedInARow, this.#row?.failed ?? 0);
    const [before, failedBefore] = [calls - row, failed - row];
    const isByRow = row >= this.#rules.consecutiveFailures;
    const share = isByRow ? failedBefore / Math.max(1, before) : failed / Math.max(1, calls);
    return share >= FLAKY_FROM && share < FLAKY_UP_TO;
  }

  #trip(nowMs: number, reason: string): void {
    this.#isFlaky = this.#looksFlaky(nowMs);
    this.#insistedInARow = 0;
    this.#triedAtMs = nowMs;
    const { openMs } = this.#rules;
    const longer = (openings: number): number => openMs * Math.min(MAX_OPEN, 2 ** openings);
    // One good probe is not the end of it: closing has to hold for as long as it would be open next.
    if (!this.#isOpen && nowMs - this.#closedAtMs >= longer(this.#openings)) this.#openings = 0;
    this.#openings += 1;
    const jitter = this.#openings === 1 ? 1 : 1 - JITTER + 2 * JITTER * this.#random();
    const forMs = Math.round(longer(this.#openings - 1) * jitter);
    this.#openFor(nowMs, forMs, reason);
    this.#changed({ to: 'OPEN', forMs, openings: this.#openings, reason });
  }

  #forget(nowMs: number): void {
    this.#enter(false);
    this.#closedAtMs = nowMs;
    this.#why = undefined;
  }
}
