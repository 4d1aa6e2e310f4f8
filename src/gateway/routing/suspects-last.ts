import type { Ranked } from './order.ts';
import { scorePart } from './strategies/score-part.ts';

const isSuspect = ({ candidate }: Ranked): boolean => candidate.pulse.isSuspect;

/**
 * What has gone silent stands behind all that is well, whatever the order went by: it is only thought to be down, and is
 * tried if nothing else is left. Where all have, the order is as it was.
 */
export const suspectsLast = (ordered: readonly Ranked[]): readonly Ranked[] => {
  if (!ordered.some(isSuspect)) return ordered;
  const suspects: Ranked[] = [];
  const well: Ranked[] = [];
  for (const each of ordered)
    if (isSuspect(each))
      suspects.push({ ...each, parts: () => [...(each.parts?.() ?? []), scorePart('suspect', 1)] });
    else well.push(each);
  return [...well, ...suspects];
};
