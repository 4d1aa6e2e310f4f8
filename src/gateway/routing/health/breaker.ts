import type { BreakerRules } from '../../../domain/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import {
  type BreakerCall,
  type BreakerChange,
  BreakerMachine,
  type BreakerState,
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

/** After another node has taken the probe, its answer is waited for so long before asking again. */
const ELSEWHERE_MS = 250;
/** A claim that takes longer is decided here. */
const CLAIM_WITHIN_MS = 250;
/** A probe whose stream goes on for so long after its first token has gone well; answers can take minutes. */
const STREAMS_WELL_MS = 10_000;

/**
 * Leaves an offering alone that fails or is slow, and tries it again, as all nodes do together. It costs nothing before the
 * offering is first called, or another node says that it is open: until then it is closed. A route can have thousands of
 * candidates by rules of its own, and calls few of them.
 */
export class Breaker {
  readonly rules: BreakerRules;
  readonly #clock: Clock;
  readonly #share: () => BreakerSharing | undefined;
  readonly #random: () => number;
  #sharing: BreakerSharing | undefined;
  #made: BreakerMachine | undefined;
  #claimedAtMs: number | undefined;
  #elsewhereUntil = Number.NEGATIVE_INFINITY;

  /** `share` is asked once, with the first call; undefined: there is no other node. */
  constructor(
    rules: BreakerRules,
    clock: Clock,
    share: () => BreakerSharing | undefined,
    random: () => number,
  ) {
    this.rules = rules;
    this.#clock = clock;
    this.#share = share;
    this.#random = random;
  }

  /** Its latest calls got no answer. */
  protected get isSilent(): boolean {
    return false;
  }

  /** It has opened. */
  protected wasLeft(): void {}

  /** It is closed again. */
  protected cameBack(): void {}

  get #machine(): BreakerMachine {
    if (this.#made === undefined) {
      const sharing = this.#share();
      this.#sharing = sharing;
      const changed = (change: BreakerChange): void => {
        this.#release(sharing?.publish(change));
        if (change.to === 'CLOSED') this.cameBack();
        else this.wasLeft();
      };
      this.#made = new BreakerMachine(this.rules, changed, this.#random);
    }
    return this.#made;
  }

  /** One that may be anything but closed. */
  #ajar(): BreakerMachine | undefined {
    return this.#made?.isClosed() === false ? this.#made : undefined;
  }

  state(): BreakerState {
    return this.#ajar()?.state(this.#clock.monotonicMs()) ?? 'CLOSED';
  }

  retryAfterMs(): number {
    return this.#ajar()?.retryAfterMs(this.#clock.monotonicMs()) ?? 0;
  }

  reason(): string | undefined {
    return this.#made?.reason();
  }

  /** What to tell a node that asks; undefined: nothing. */
  snapshot(): Opening | undefined {
    return this.#ajar()?.snapshot(this.#clock.monotonicMs());
  }

  mayInsist(): boolean {
    return this.#ajar()?.mayInsist(this.#clock.monotonicMs(), this.isSilent) ?? false;
  }

  insist(): boolean {
    return this.#ajar()?.insist(this.#clock.monotonicMs(), this.isSilent) ?? true;
  }

  admit(): boolean | Promise<boolean> {
    const machine = this.#ajar();
    if (machine === undefined) return true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#elsewhereUntil || !machine.takeProbe(nowMs)) return false;
    return this.#sharing === undefined ? true : this.#takeSharedProbe(machine, this.#sharing);
  }

  decline(): void {
    if (this.#made?.dropProbe() === true) this.#release();
  }

  async #takeSharedProbe(machine: BreakerMachine, shared: BreakerSharing): Promise<boolean> {
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
  callBegan(call: BreakerCall, nowMs: number, streamed: boolean): void {
    const { slowTtftMs } = this.rules;
    const machine = this.#machine;
    machine.began(nowMs, call);
    // What another node says can end the probe before its call ends; the claim goes with the call all the same.
    if (call.isProbe) call.claimedAtMs = this.#claimedAtMs;
    if (streamed && slowTtftMs !== undefined)
      call.cancelTimer = this.#clock.after(slowTtftMs, () => machine.slow(call, this.#clock.monotonicMs()));
  }

  callSpoke(call: BreakerCall, nowMs: number, ttftMs: number): void {
    const { slowTtftMs } = this.rules;
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

  callEnded(call: BreakerCall, nowMs: number, verdict: Verdict): void {
    call.cancelTimer?.();
    call.cancelTimer = undefined;
    this.#machine.ended(call, nowMs, verdict);
    if (call.claimedAtMs !== undefined && call.claimedAtMs === this.#claimedAtMs) this.#release();
  }

  /** Another node says so. */
  apply(change: BreakerChange): void {
    if (change.to === 'OPEN') this.#machine.open(this.#clock.monotonicMs(), change);
    else if (this.#ajar() !== undefined) {
      this.#made?.close(this.#clock.monotonicMs());
      this.cameBack();
    }
  }
}
