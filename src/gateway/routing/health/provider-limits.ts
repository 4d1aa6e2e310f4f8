import type { RateLimit, RateLimitKind, RateLimitState } from '../../../domain/rate-limit.ts';

/** When there will be something again of a limit of which nothing is left, in milliseconds; 0: there is, or it is not said. */
const usedUpUntil = ({ remaining, resetsAt }: RateLimit): number =>
  remaining !== undefined && remaining <= 0 && resetsAt !== undefined ? resetsAt.getTime() : 0;

/** What a provider last said of its limits for one offering. Times are on the wall clock in milliseconds. */
export class ProviderLimits {
  readonly #maxRetryAfterMs: number;
  readonly #limits = new Map<RateLimitKind, RateLimit>();
  /** NaN: nothing has been said yet. */
  #observedAt = Number.NaN;
  #blockedUntil = 0;
  #doubtedUntil = 0;

  /** Longer waits than `maxRetryAfterMs` are not believed. */
  constructor(maxRetryAfterMs: number) {
    this.#maxRetryAfterMs = maxRetryAfterMs;
  }

  /** What it says replaces what it said before of the same kind. */
  observe(limits: readonly RateLimit[], now: number): void {
    const latest = now + this.#maxRetryAfterMs;
    this.#observedAt = now;
    this.#doubtedUntil = 0;
    for (const limit of limits) {
      this.#limits.set(limit.kind, limit);
      if (usedUpUntil(limit) > latest) this.#doubtedUntil = latest;
    }
  }

  /** It asked to wait. */
  askToWait(forMs: number, now: number): void {
    const isBelieved = forMs <= this.#maxRetryAfterMs;
    this.#observedAt = now;
    this.#blockedUntil = isBelieved ? now + forMs : 0;
    this.#doubtedUntil = isBelieved ? 0 : now + this.#maxRetryAfterMs;
  }

  /** Until then it asked not to be called; 0: it did not, or that time is over. */
  blockedUntil(now: number): number {
    return this.#blockedUntil > now ? this.#blockedUntil : 0;
  }

  /**
   * Until then calls are of no use, as it asked to wait, or nothing is left of a limit and it said when there will be again. 0:
   * now they are. Never more than the longest wait that is believed.
   */
  closedUntil(now: number): number {
    let until = this.#blockedUntil;
    for (const limit of this.#limits.values()) {
      const resetsAt = usedUpUntil(limit);
      if (resetsAt > until && resetsAt <= this.#observedAt + this.#maxRetryAfterMs) until = resetsAt;
    }
    return until > now ? until : 0;
  }

  /**
   * The same for a longer wait that it named: until then calls may be of no use, and it is for others to be called first.
   * 0: it named none.
   */
  doubtedUntil(now: number): number {
    return this.#doubtedUntil > now ? this.#doubtedUntil : 0;
  }

  /** Undefined where nothing has been said yet. */
  state(now: number): RateLimitState | undefined {
    if (Number.isNaN(this.#observedAt)) return undefined;
    const blockedUntil = this.blockedUntil(now);
    return {
      limits: [...this.#limits.values()],
      observedAt: new Date(this.#observedAt),
      ...(blockedUntil > 0 && { blockedUntil: new Date(blockedUntil) }),
    };
  }
}
