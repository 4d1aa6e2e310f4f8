import type { OrderStrategy, Ranked } from '../order.ts';

/** As listed. */
export const priority: OrderStrategy<'PRIORITY'> = (candidates) => {
  const ranked: Ranked[] = [];
  for (const candidate of candidates) ranked.push({ candidate });
  return { ranked, leftOut: [] };
};
