import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { Clock } from '../../ports/clock.ts';

export type DrainSource = {
  /** Undefined: there is no more. Never rejects. */
  pull(): Promise<ProviderEvent | undefined> | undefined;
  /** Takes what still comes. */
  absorb(event: ProviderEvent): void;
  close(): Promise<void>;
  onLeft(error: unknown): void;
};

/** How long a provider may take to end once it is to. */
const END_WITHIN_MS = 2_000;
/** More would keep others from their turn where it comes without a pause. */
const MOST_EVENTS = 1_000;

/** Sees a provider's iteration to its end once nobody reads it any more. */
export class Drain {
  /** Resolves when the provider is done, or its time is over. */
  readonly over: Promise<void>;
  readonly #resolve: () => void;
  readonly #clock: Clock;
  readonly #aborter: AbortController;
  readonly #source: DrainSource;
  #tellers: (() => void)[] | undefined;
  #started = false;
  #isOver = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, aborter: AbortController, source: DrainSource) {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.over = over;
    this.#resolve = resolve;
    this.#clock = clock;
    this.#aborter = aborter;
    this.#source = source;
  }

  /** Reads on until the provider is done. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.bound();
    void this.#run();
  }

  /** From now on the provider has so long to be done; `onLate` is told if it is not. */
  bound(onLate?: () => void): void {
    if (this.#isOver) return;
    if (onLate !== undefined) {
      this.#tellers ??= [];
      this.#tellers.push(onLate);
    }
    this.#cancelTimer ??= this.#clock.after(END_WITHIN_MS, this.#ring);
  }

  async #run(): Promise<void> {
    for (let read = 0; read < MOST_EVENTS && !this.#isOver; read += 1) {
      const event = await this.#source.pull();
      if (event === undefined) return this.#end();
      this.#source.absorb(event);
    }
    this.#aborter.abort();
    await this.#source.close().catch(() => {});
    if (!this.#isOver) this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
    this.#resolve();
  }

  readonly #ring = (): void => {
    if (this.#isOver) return;
    this.#aborter.abort();
    this.#source.onLeft(new Error(`The call did not end within ${END_WITHIN_MS} ms of being cancelled.`));
    this.#end();
    for (const tell of this.#tellers ?? []) tell();
  };
}
