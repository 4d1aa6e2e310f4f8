import { LRUCache } from 'lru-cache';
import type { Clock } from '../ports/clock.ts';

/** Unknown keys of one address that may be looked up at once, and a second from then on. */
const BURST = 100;
const PER_SECOND = 10;
/** How long a key that nobody has is remembered as such; one that is made is random, so that it is not among them. */
const REMEMBERED_MS = 10_000;
/** How long a key that was accepted once is looked up whatever else its address sends. */
const TRUSTED_MS = 3_600_000;
const MAX_KEYS = 10_000;
const MAX_ADDRESSES = 10_000;

type Allowance = { left: number; atMs: number };

/** Keeps strangers who try keys away from the store; all of it in bounded memory. */
export class UnknownKeys {
  readonly #clock: Clock;
  readonly #unknown: LRUCache<string, true>;
  readonly #accepted: LRUCache<string, true>;
  readonly #allowances = new LRUCache<string, Allowance>({ max: MAX_ADDRESSES });

  constructor(clock: Clock) {
    this.#clock = clock;
    const perf = { now: () => clock.monotonicMs() };
    this.#unknown = new LRUCache({ max: MAX_KEYS, ttl: REMEMBERED_MS, ttlResolution: 0, perf });
    this.#accepted = new LRUCache({ max: MAX_KEYS, ttl: TRUSTED_MS, perf });
  }

  /** Whether a hash was looked up a moment ago, and nobody has it. */
  has(hash: string): boolean {
    return this.#unknown.has(hash);
  }

  /** Whether a key may be looked up for an address. Counts as one that is unknown until it is known. */
  mayTry(hash: string, address: string): boolean {
    if (this.#accepted.has(hash)) return true;
    const now = this.#clock.monotonicMs();
    const allowance = this.#allowances.get(address) ?? { left: BURST, atMs: now };
    const left = Math.min(BURST, allowance.left + ((now - allowance.atMs) * PER_SECOND) / 1_000);
    this.#allowances.set(address, { left: left < 1 ? left : left - 1, atMs: now });
    return left >= 1;
  }

  remember(hash: string): void {
    this.#unknown.set(hash, true);
  }

  /** It is somebody's: who sent it is no stranger. */
  accept(hash: string, address: string | undefined): void {
    if (this.#accepted.has(hash)) return;
    this.#accepted.set(hash, true);
    const allowance = address === undefined ? undefined : this.#allowances.get(address);
    if (allowance !== undefined) allowance.left = Math.min(BURST, allowance.left + 1);
  }

  forgetAll(): void {
    this.#unknown.clear();
  }
}
