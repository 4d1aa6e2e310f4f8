import type { ComplexityNgrams } from '../../../../domain/route.ts';

/** Places of a table that training makes: 4,096 weights are 5.5 KB of a route. */
export const BUCKETS = 4_096;
/** Of any model: a power of two. */
export const MIN_BUCKETS = 256;
export const MAX_BUCKETS = 65_536;

/** Weights as the table writes them, -127 to 127. */
const STEPS = 127;

/**
 * The words and pairs of words of a text, each as a place in a table of hashes: no list of words is kept, and any script
 * serves. A place counts once a text, however often it is met.
 */
export class Ngrams {
  readonly #mask: number;
  readonly #metIn: Uint32Array;
  readonly #places: Int32Array;
  #text = 0;
  #count = 0;

  /** `buckets`: a power of two. */
  constructor(buckets: number) {
    this.#mask = buckets - 1;
    this.#metIn = new Uint32Array(buckets);
    this.#places = new Int32Array(buckets);
  }

  /** Forgets what was seen: another text begins. */
  begin(): void {
    this.#count = 0;
    this.#text++;
    if (this.#text <= 0xffff_ffff) return;
    this.#metIn.fill(0);
    this.#text = 1;
  }

  see(word: number, pair?: number): void {
    this.#add(word);
    if (pair !== undefined) this.#add(pair);
  }

  #add(hash: number): void {
    // The last bits of a product know little of its first factors.
    const place = (hash ^ (hash >>> 15) ^ (hash >>> 7)) & this.#mask;
    if (this.#metIn[place] === this.#text) return;
    this.#metIn[place] = this.#text;
    this.#places[this.#count++] = place;
  }

  /** What was seen since `begin`, each place once. */
  places(): Int32Array {
    return this.#places.slice(0, this.#count);
  }

  /** The sum of the weights of what was seen, over the root of how many they are: a long text has no louder voice. */
  sumOf(weights: Int8Array, scale: number): number {
    let sum = 0;
    for (let index = 0; index < this.#count; index++) sum += weights[this.#places[index] ?? 0] ?? 0;
    return this.#count === 0 ? 0 : (sum * scale) / Math.sqrt(this.#count);
  }
}

/** Base64 of signed bytes, and what one step of them weighs. */
export const writtenNgrams = (weights: Float64Array): ComplexityNgrams => {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  const scale = Number((largest / STEPS || 1).toPrecision(3));
  const bytes = Int8Array.from(weights, (weight) =>
    Math.max(-STEPS, Math.min(STEPS, Math.round(weight / scale))),
  );
  return { scale, weights: Buffer.from(bytes.buffer).toString('base64') };
};

/** The table of a model; undefined where it is none: its length is no power of two in range. */
export const readNgrams = ({ weights }: ComplexityNgrams): Int8Array | undefined => {
  const bytes = Buffer.from(weights, 'base64');
  const { length } = bytes;
  if (length < MIN_BUCKETS || length > MAX_BUCKETS || (length & (length - 1)) !== 0) return undefined;
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
};
