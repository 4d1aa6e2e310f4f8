/**
 * Whether a client has left before it had its whole answer. An AbortSignal tells the same, at the price of much of what
 * this face costs: most requests never need one.
 */
export class Departure {
  #hasLeft = false;
  readonly #callbacks: (() => void)[] = [];

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Called once when the client leaves, at once if it has; until what is returned is called. */
  onLeave(callback: () => void): () => void {
    if (this.#hasLeft) callback();
    else this.#callbacks.push(callback);
    return () => {
      const at = this.#callbacks.indexOf(callback);
      if (at >= 0) this.#callbacks.splice(at, 1);
    };
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    // One may take back another.
    for (let next = this.#callbacks.shift(); next !== undefined; next = this.#callbacks.shift()) next();
  }

  /** For what takes a signal. */
  signal(): AbortSignal {
    const aborter = new AbortController();
    this.onLeave(() => aborter.abort());
    return aborter.signal;
  }
}
