import type { OfferingId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Ban } from './blame.ts';
import type { ClosedNews, HealthNews, ReopenedNews } from './health-channel.ts';

export type GuessContext = {
  readonly clock: Clock;
  tellOthers(news: HealthNews): void;
};

type Guessed = Pick<Ban, 'guess' | 'reason'> & {
  /** On the monotonic clock, as is what follows. */
  readonly until: number;
  /** Calls that began before say nothing of it. */
  readonly sinceMs: number;
};

/** For how long calls are better not made, as this node guesses or another one, until one of them goes well. */
export class GuessedClosing {
  #guessed: Guessed | undefined;
  readonly #id: OfferingId;
  readonly #of: ClosedNews['of'];
  readonly #context: GuessContext;
  readonly #listeners: (() => void)[] = [];

  constructor(id: OfferingId, of: ClosedNews['of'], context: GuessContext) {
    this.#id = id;
    this.#of = of;
    this.#context = context;
  }

  get guessed(): Guessed | undefined {
    return this.#guessed;
  }

  /** For as long as this lives. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  ban(ban: Ban): void {
    this.#put(ban);
    this.#context.tellOthers(this.#news(ban));
  }

  /** A call went well that began then, on the monotonic clock. */
  succeeded(sinceMs: number): void {
    if (this.#guessed === undefined || sinceMs < this.#guessed.sinceMs) return;
    this.#change(undefined);
    this.#context.tellOthers({ kind: 'REOPENED', offeringId: this.#id, of: this.#of });
  }

  /** Another node tells. */
  heard(news: ClosedNews | ReopenedNews): void {
    if (news.kind === 'REOPENED') this.#change(undefined);
    else if (news.guess !== undefined) this.#put({ ...news, guess: news.guess });
  }

  /** What to tell a node that asks; undefined: nothing is guessed. */
  known(): HealthNews | undefined {
    const guessed = this.#guessed;
    if (guessed === undefined) return undefined;
    const forMs = guessed.until - this.#context.clock.monotonicMs();
    return forMs > 0 ? this.#news({ ...guessed, forMs }) : undefined;
  }

  #news({ forMs, reason, guess }: Omit<Ban, 'of'>): HealthNews {
    return { kind: 'CLOSED', offeringId: this.#id, of: this.#of, forMs, reason, guess };
  }

  #put({ forMs, reason, guess }: Omit<Ban, 'of'>): void {
    const nowMs = this.#context.clock.monotonicMs();
    const until = nowMs + forMs;
    if (this.#guessed !== undefined && until <= this.#guessed.until) return;
    this.#change({ guess, reason, until, sinceMs: nowMs });
  }

  #change(guessed: Guessed | undefined): void {
    this.#guessed = guessed;
    for (const listener of this.#listeners) listener();
  }
}
