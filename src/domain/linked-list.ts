/** The place of a value in a `LinkedList`. */
export type Link<Value> = {
  /** Undefined once it has left. */
  value: Value | undefined;
  before: Link<Value> | undefined;
  after: Link<Value> | undefined;
  list: object | undefined;
};

/**
 * Values in the order in which they came, each of which can leave at any time. For what comes and goes with every request
 * a Set or a Map is a trap: its table is replaced by a new one as it fills, and an old table keeps what was in it, and each
 * table after it, through every collection but a full one. A link that has left points to nothing.
 */
export class LinkedList<Value> implements Iterable<Value> {
  #first: Link<Value> | undefined;
  #last: Link<Value> | undefined;
  #size = 0;

  get first(): Value | undefined {
    return this.#first?.value;
  }

  /** For who goes through it link by link, which costs less than iterating. */
  get firstLink(): Link<Value> | undefined {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  add(value: Value): Link<Value> {
    const link: Link<Value> = { value, before: undefined, after: undefined, list: undefined };
    this.put(link);
    return link;
  }

  /** Adds a link that is in no list; it may be the value itself. */
  put(link: Link<Value>): void {
    link.list = this;
    link.before = this.#last;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size += 1;
  }

  /** Whether it was in this list. */
  remove(link: Link<Value>): boolean {
    if (link.list !== this) return false;
    const { before, after } = link;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    link.value = undefined;
    link.before = undefined;
    link.after = undefined;
    link.list = undefined;
    this.#size -= 1;
    return true;
  }

  removeFirst(): Value | undefined {
    const link = this.#first;
    if (link === undefined) return undefined;
    const { value } = link;
    this.remove(link);
    return value;
  }

  /** The one that is visited may leave meanwhile; others may not. */
  *[Symbol.iterator](): Generator<Value, undefined> {
    for (let link = this.#first; link !== undefined; ) {
      const { value, after }: Link<Value> = link;
      if (value !== undefined) yield value;
      link = after;
    }
  }
}
