/** Draws by chance that are the same for the same seed. */
export type Random = {
  /** 0 inclusive to 1 exclusive. */
  next(): number;
  /** Of mean 0 and deviation 1. */
  normal(): number;
  /** Around this median; the logarithm deviates by `sigma`. */
  logNormal(median: number, sigma: number): number;
  exponential(mean: number): number;
};

/** Mixes numbers to a seed, so that a draw depends on what it is for and not on what was drawn before. */
export const seedOf = (...parts: readonly number[]): number => {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
};

/** Mulberry32 by Tommy Ettinger: 32 bits of state, good enough to simulate with. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
};
