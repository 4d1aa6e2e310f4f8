import { type Ranked, scorePart } from './strategies/order.ts';

/** Those that are known to be slower than is preferred behind all others, otherwise as they are. */
export const preferredFirst = (ranked: readonly Ranked[], nowMs: number): readonly Ranked[] => {
  const slow: Ranked[] = [];
  const others: Ranked[] = [];
  for (const each of ranked) {
    const miss = each.candidate.speed?.missAt(nowMs);
    if (miss === undefined) others.push(each);
    else
      slow.push({
        ...each,
        parts: () => [...(each.parts?.() ?? []), scorePart(miss.criterion, miss.value)],
      });
  }
  return slow.length === 0 ? ranked : [...others, ...slow];
};
