import type { OrderStrategy, Ranked } from '../order.ts';

/** As listed. */
export const priority: OrderStrategy<'PRIORITY'> = (
  candidates,
  _order,
  _context,
  most = candidates.length,
) => {
  const ranked: Ranked[] = [];
  for (const candidate of candidates) {
    if (ranked.length >= most) break;
    ranked.push({ candidate });
  }
  return { ranked, leftOut: [] };
};
