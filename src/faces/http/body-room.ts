/** How many bytes of clients' requests a process holds, and may hold. */
export class BodyRoom {
  readonly limit: number;
  held = 0;
  /** Requests that found no room, since the start. */
  refused = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  hold(bytes: number): boolean {
    if (this.held + bytes > this.limit) {
      this.refused += 1;
      return false;
    }
    this.held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }
}
