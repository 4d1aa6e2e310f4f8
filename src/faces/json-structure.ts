/** A body up to this size is parsed in a few milliseconds, however it is built. */
export const MAX_UNSCANNED_BYTES = 65_536;

const MAX_LEVELS = 128;
/** What the parts of a document cost to parse and to walk, in shares; a document may cost `MAX_COST`. */
const COST_OF_NUMBER = 1;
const COST_OF_PART = 10;
const MAX_COST = 500_000;
/** Names of members that differ: each makes a shape of its own. */
const MAX_NAMES = 20_000;

const NAME_BITS = 65_536;
/** Of a longer text no more is looked at to tell it from others. */
const MAX_NAME_BYTES = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

export const TOO_COMPLEX =
  'The JSON has too many values, too many different names or too many levels. Send less, or in several requests.';

/**
 * Looks at JSON while it comes, piece by piece, and tells whether it would take long to parse: what is nested deep or has
 * very many parts would hold up everybody else. What is no JSON is not its concern.
 */
export class JsonStructure {
  #levels = 0;
  #cost = 0;
  #names = 0;
  #seen: Uint32Array | undefined;
  #inText = false;
  #isEscaped = false;
  /** Of the text that was read last. */
  #hash = 0;

  /** Takes the next piece; false: it is too much. */
  take(piece: Buffer): boolean {
    let at = 0;
    while (at < piece.length) {
      if (this.#inText) {
        at = this.#readText(piece, at);
        continue;
      }
      const byte = piece[at];
      at += 1;
      switch (byte) {
        case QUOTE:
          this.#inText = true;
          this.#hash = 0;
          this.#cost += COST_OF_PART;
          break;
        case COMMA:
          this.#cost += COST_OF_NUMBER;
          break;
        case COLON:
          this.#countName();
          break;
        case 0x5b:
        case 0x7b:
          this.#cost += COST_OF_PART;
          this.#levels += 1;
          if (this.#levels > MAX_LEVELS) return false;
          break;
        case 0x5d:
        case 0x7d:
          this.#levels -= 1;
          break;
        default:
      }
      if (this.#cost > MAX_COST || this.#names > MAX_NAMES) return false;
    }
    return true;
  }

  /** Gives where it goes on: behind the text's end, or at the end of the piece. */
  #readText(piece: Buffer, from: number): number {
    let at = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at += 1;
    }
    for (;;) {
      const end = piece.indexOf(QUOTE, at);
      const stop = end < 0 ? piece.length : end;
      let first = stop;
      while (first > at && piece[first - 1] === BACKSLASH) first -= 1;
      const isEscaped = (stop - first) % 2 === 1;
      if (end < 0) {
        this.#isEscaped = isEscaped;
        this.#addToHash(piece, from, stop);
        return stop;
      }
      if (!isEscaped) {
        this.#addToHash(piece, from, stop);
        this.#inText = false;
        return end + 1;
      }
      at = end + 1;
    }
  }

  #addToHash(piece: Buffer, from: number, to: number): void {
    let hash = this.#hash ^ (to - from);
    const end = Math.min(to, from + MAX_NAME_BYTES);
    for (let at = from; at < end; at += 1) hash = Math.imul(hash ^ (piece[at] ?? 0), 0x01000193);
    this.#hash = hash;
  }

  #countName(): void {
    this.#seen ??= new Uint32Array(NAME_BITS / 32);
    const bit = (this.#hash ^ (this.#hash >>> 16)) & (NAME_BITS - 1);
    const word = this.#seen[bit >>> 5] ?? 0;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return;
    this.#seen[bit >>> 5] = word | mask;
    this.#names += 1;
  }
}

/** Whether a whole document is quick to parse. */
export const isQuickToParse = (document: Buffer): boolean =>
  document.length <= MAX_UNSCANNED_BYTES || new JsonStructure().take(document);
