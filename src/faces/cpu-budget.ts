/** Milliseconds of a core that a key has for reading the graph: so much at once, and so much again in each window. */
export type CpuBudgetOptions = {
  /** Of a core. 1 is all of one. */
  readonly share: number;
  readonly windowMs: number;
};

/**
 * What is left of a key's time. Work that is under way may overdraw it by as much again, and then goes on no faster than it is
 * filled; nothing more begins meanwhile.
 */
export class CpuBudget {
  readonly #share: number;
  readonly #most: number;
  #left: number;
  #at: number;
  /** Set aside for what is under way, of which it is not known yet what it takes. */
  #reserved = 0;

  constructor({ share, windowMs }: CpuBudgetOptions, nowMs: number) {
    this.#share = share;
    this.#most = share * windowMs;
    this.#left = this.#most;
    this.#at = nowMs;
  }

  #fill(nowMs: number): void {
    this.#left = Math.min(this.#most, this.#left + Math.max(0, nowMs - this.#at) * this.#share);
    this.#at = nowMs;
  }

  charge(ms: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#left -= ms;
  }

  reserve(ms: number): void {
    this.#reserved += ms;
  }

  release(ms: number): void {
    this.#reserved -= ms;
  }

  /** How long until something more may begin, as far as is known; 0: at once. */
  beginsInMs(nowMs: number): number {
    this.#fill(nowMs);
    const free = this.#left - this.#reserved;
    return free > 0 ? 0 : Math.max(1, -free / this.#share);
  }

  /** How long what is under way has to wait; 0: not at all. */
  goesOnInMs(nowMs: number): number {
    this.#fill(nowMs);
    const over = -this.#left - this.#most;
    return over <= 0 ? 0 : over / this.#share;
  }
}
