/** Pieces of a body that are put together, up to a limit. */
export class Pieces {
  readonly #limit: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False: it would be more than the limit. What is beyond that is left out. */
  add(piece: Uint8Array): boolean {
    const room = this.#limit - this.#length;
    const taken = piece.byteLength > room ? piece.subarray(0, room) : piece;
    this.#pieces.push(taken);
    this.#length += taken.byteLength;
    return taken === piece;
  }

  whole(): Uint8Array {
    const [first] = this.#pieces;
    return first !== undefined && this.#pieces.length === 1
      ? first
      : Buffer.concat(this.#pieces, this.#length);
  }
}
