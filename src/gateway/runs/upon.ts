/** Goes on with a value at once where it is here, else when it has come. What is thrown meanwhile goes to `broke`. */
export const upon = <Value>(
  value: Value | Promise<Value>,
  go: (value: Value) => void,
  broke: (error: unknown) => void,
): void => {
  if (value instanceof Promise) value.then(go).catch(broke);
  else go(value);
};

/** Steps wait in front of it while it is shut: the last that came is taken when it opens. */
export class Gate {
  isShut = false;
  #next: (() => void) | undefined;

  shut(): void {
    this.isShut = true;
  }

  open(): void {
    this.isShut = false;
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }

  /** At once, or when it opens. */
  pass(step: () => void): void {
    if (this.isShut) this.#next = step;
    else step();
  }
}
