import type { RateLimit, RateLimitKind, RateLimitState } from '../../../domain/rate-limit.ts';

/** How long there will be nothing of a limit of which nothing is left; 0: there is, or it is not said. */
const usedUpForMs = ({ remaining, resetsAt }: RateLimit, at: Date): number =>
  remaining !== undefined && remaining <= 0 && resetsAt !== undefined ? resetsAt.getTime() - at.getTime() : 0;

/** One limit, and until when there is nothing of it, on the monotonic clock; 0: there is. */
type Told = { readonly limit: RateLimit; readonly usedUpUntil: number };

/**
 * What a provider last said of its limits for one offering. Times are those of the monotonic clock, so that one that is set
 * anew neither ends a wait nor makes it longer; providers' own and those that are shown are dates.
 */
export class ProviderLimits {
  readonly #maxRetryAfterMs: number;
  readonly #limits = new Map<RateLimitKind, Told>();
  /** Undefined: nothing has been said yet. */
  #observedAt: Date | undefined;
  #blockedUntil = 0;
  #doubtedUntil = 0;

  /** Longer waits than `maxRetryAfterMs` are not believed. */
  constructor(maxRetryAfterMs: number) {
    this.#maxRetryAfterMs = maxRetryAfterMs;
  }

  /** What it says replaces what it said before of the same kind. */
  observe(limits: readonly RateLimit[], at: Date, now: number): void {
    this.#observedAt = at;
    this.#doubtedUntil = 0;
    for (const limit of limits) {
      const forMs = usedUpForMs(limit, at);
      const isBelieved = forMs <= this.#maxRetryAfterMs;
      this.#limits.set(limit.kind, { limit, usedUpUntil: forMs > 0 && isBelieved ? now + forMs : 0 });
      if (!isBelieved) this.#doubtedUntil = now + this.#maxRetryAfterMs;
    }
  }

  /** It asked to wait. */
  askToWait(forMs: number, at: Date, now: number): void {
    const isBelieved = forMs <= this.#maxRetryAfterMs;
    this.#observedAt = at;
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
    for (const { usedUpUntil } of this.#limits.values()) if (usedUpUntil > until) until = usedUpUntil;
    return until > now ? until : 0;
  }

  /**
   * The same for a longer wait that it named: until then calls may be of no use, and it is for others to be called first.
   * 0: it named none.
   */
  doubtedUntil(now: number): number {
    return this.#doubtedUntil > now ? this.#doubtedUntil : 0;
  }

  /** Undefined where nothing has been said yet. `at` and `now` are the same moment. */
  state(at: Date, now: number): RateLimitState | undefined {
    if (this.#observedAt === undefined) return undefined;
    const blockedUntil = this.blockedUntil(now);
    return {
      limits: Array.from(this.#limits.values(), ({ limit }) => limit),
      observedAt: this.#observedAt,
      ...(blockedUntil > 0 && { blockedUntil: new Date(at.getTime() + blockedUntil - now) }),
    };
  }
}
