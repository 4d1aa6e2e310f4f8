import type { BreakerRules } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import {
  type BreakerChange,
  BreakerMachine,
  type BreakerState,
  type MachineCall,
  newMachineCall,
  type Opening,
  PROBE_LOST_MS,
  type Verdict,
} from './breaker-machine.ts';

/** How a breaker speaks with those of other nodes for the same offering and rules. Nothing rejects but `claim`. */
export type BreakerSharing = {
  /** Takes the probe for all nodes. */
  claim(ttlMs: number): Promise<boolean>;
  release(): Promise<void>;
  publish(change: BreakerChange): Promise<void>;
};

/** A call as a breaker knows it, which fills it in. */
export type BreakerCall = MachineCall & {
  /** Of the one timer that it has at a time. */
  cancelTimer: (() => void) | undefined;
  /** When its probe was claimed for all nodes. */
  claimedAtMs: number | undefined;
};

export const newBreakerCall = (): BreakerCall => ({
  ...newMachineCall(),
  cancelTimer: undefined,
  claimedAtMs: undefined,
});

/** After another node has taken the probe, its answer is waited for so long before asking again. */
const ELSEWHERE_MS = 250;
/** A claim that takes longer is decided here. */
const CLAIM_WITHIN_MS = 250;
/** A probe whose stream goes on for so long after its first token has gone well; answers can take minutes. */
const STREAMS_WELL_MS = 10_000;

/** Leaves an offering alone that fails or is slow, and tries it again, as all nodes do together. */
export class Breaker {
  readonly #rules: BreakerRules;
  readonly #clock: Clock;
  readonly #sharing: BreakerSharing | undefined;
  readonly #machine: BreakerMachine;
  #claimedAtMs: number | undefined;
  #elsewhereUntil = Number.NEGATIVE_INFINITY;

  /** `sharing` is absent where there is no other node. */
  constructor(rules: BreakerRules, clock: Clock, sharing: BreakerSharing | undefined) {
    this.#rules = rules;
    this.#clock = clock;
    this.#sharing = sharing;
    this.#machine = new BreakerMachine(rules, (change) => this.#release(sharing?.publish(change)));
  }

  state(): BreakerState {
    return this.#machine.isClosed() ? 'CLOSED' : this.#machine.state(this.#clock.monotonicMs());
  }

  retryAfterMs(): number {
    return this.#machine.isClosed() ? 0 : this.#machine.retryAfterMs(this.#clock.monotonicMs());
  }

  reason(): string | undefined {
    return this.#machine.reason();
  }

  snapshot(): Opening | undefined {
    return this.#machine.snapshot(this.#clock.monotonicMs());
  }

  admit(): boolean | Promise<boolean> {
    if (this.#machine.isClosed()) return true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#elsewhereUntil || !this.#machine.takeProbe(nowMs)) return false;
    return this.#sharing === undefined ? true : this.#takeSharedProbe(this.#sharing);
  }

  decline(): void {
    if (this.#machine.dropProbe()) this.#release();
  }

  async #takeSharedProbe(shared: BreakerSharing): Promise<boolean> {
    const machine = this.#machine;
    const isOurs = await this.#claim(shared);
    if (!isOurs) {
      machine.dropProbe();
      this.#elsewhereUntil = this.#clock.monotonicMs() + ELSEWHERE_MS;
      return machine.isClosed();
    }
    this.#claimedAtMs = this.#clock.monotonicMs();
    const state = machine.state(this.#claimedAtMs);
    if (state === 'HALF_OPEN') return true;
    this.#release();
    return state === 'CLOSED';
  }

  /** True unless another node has it; also where that cannot be found out in time. */
  #claim(shared: BreakerSharing): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#clock.after(CLAIM_WITHIN_MS, () => resolve(true));
    shared.claim(PROBE_LOST_MS).then(resolve, () => resolve(true));
    return promise.finally(cancel);
  }

  /** What was told comes before the probe is free again, so that no other node takes it in between. */
  #release(after: Promise<void> = Promise.resolve()): void {
    const isOurs =
      this.#claimedAtMs !== undefined && this.#clock.monotonicMs() - this.#claimedAtMs < PROBE_LOST_MS;
    this.#claimedAtMs = undefined;
    if (isOurs) void after.then(() => this.#sharing?.release());
  }

  /** `streamed`: there is a first token to wait for. */
  began(call: BreakerCall, nowMs: number, streamed: boolean): void {
    const { slowTtftMs } = this.#rules;
    const machine = this.#machine;
    machine.began(nowMs, call);
    // What another node says can end the probe before its call ends; the claim goes with the call all the same.
    if (call.isProbe) call.claimedAtMs = this.#claimedAtMs;
    if (streamed && slowTtftMs !== undefined)
      call.cancelTimer = this.#clock.after(slowTtftMs, () => machine.slow(call, this.#clock.monotonicMs()));
  }

  firstToken(call: BreakerCall, nowMs: number, ttftMs: number): void {
    const { slowTtftMs } = this.#rules;
    const machine = this.#machine;
    call.cancelTimer?.();
    call.cancelTimer = undefined;
    if (slowTtftMs !== undefined && ttftMs > slowTtftMs) machine.slow(call, nowMs);
    machine.spoke(call, nowMs);
    if (!machine.isProbe(call)) return;
    call.cancelTimer = this.#clock.after(STREAMS_WELL_MS, () =>
      machine.ended(call, this.#clock.monotonicMs(), { kind: 'ANSWERED' }),
    );
  }

  ended(call: BreakerCall, nowMs: number, verdict: Verdict): void {
    call.cancelTimer?.();
    call.cancelTimer = undefined;
    this.#machine.ended(call, nowMs, verdict);
    if (call.claimedAtMs !== undefined && call.claimedAtMs === this.#claimedAtMs) this.#release();
  }

  /** Another node says so. */
  apply(change: BreakerChange): void {
    if (change.to === 'OPEN') this.#machine.open(this.#clock.monotonicMs(), change);
    else this.#machine.close();
  }
}
