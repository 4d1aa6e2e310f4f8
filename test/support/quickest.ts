/** A machine that has much else to do is slow for some of them, and for no longer than these take. */
const TRIES = 20;

/**
 * The milliseconds of the quickest of a few tries, numbered from 0; the first that is below the limit is the last.
 * One try alone would tell how busy this machine is with something else.
 */
export const quickest = async (limitMs: number, attempt: (n: number) => Promise<number>): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < TRIES && best >= limitMs; n++) best = Math.min(best, await attempt(n));
  return best;
};
