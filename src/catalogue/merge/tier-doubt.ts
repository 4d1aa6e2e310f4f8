import { isOperators, isOwnList, isOwnPage } from '../source-precedence.ts';
import { amountFor, counterpartOf, inForce } from './counterpart.ts';
import { type Doubt, inOrder, type Statement } from './statement.ts';

type Groups = ReadonlyMap<string, readonly Statement[]>;

const MIN_RATIO = 0.2;
const MAX_RATIO = 3;
const MAX_PRIORITY_RATIO = 5;

const doubtOfTier = ({ rows }: Statement, standard: readonly Statement[], now: Date): Doubt | undefined => {
  for (const row of rows) {
    if (row.billing !== 'METERED' || !inForce(row, now)) continue;
    const [served] = inOrder(standard);
    const base = served === undefined ? undefined : counterpartOf(row, served.rows, now);
    if (served === undefined || base === undefined) continue;
    const amount = amountFor(row, base);
    if (amount.isZero() || row.amount.isZero()) continue;
    const ratio = row.amount.dividedBy(amount).toNumber();
    const most = row.serviceTier === 'PRIORITY' ? MAX_PRIORITY_RATIO : MAX_RATIO;
    if (ratio >= MIN_RATIO && ratio <= most) continue;
    return {
      reason: 'ABSURD',
      detail: `states ${row.amount} ${row.currency} for ${row.per} in the tier ${row.serviceTier}, which is ${ratio.toPrecision(3)} times the ${amount} of STANDARD (${served.source}), and no other source states it`,
    };
  }
  return undefined;
};

/** ABSURD as well: a rate of a tier that one source alone states, and that is far from the same rate of STANDARD. */
export const withTierDoubts = (groups: Groups, now: Date): Groups => {
  const changed = new Map<string, readonly Statement[]>();
  for (const [key, list] of groups) {
    const [first] = list;
    const tier = first?.rows[0]?.serviceTier ?? 'STANDARD';
    // Nearly all groups are of STANDARD: their keys are not taken apart.
    if (tier === 'STANDARD' || !list.every(({ source }) => source === first?.source)) continue;
    const standard = (groups.get(key.replace(`|${tier}|`, '|STANDARD|')) ?? []).filter(
      ({ doubt }) => doubt === undefined,
    );
    if (standard.length === 0) continue;
    const judged = list.map((one): Statement => {
      if (one.doubt !== undefined || isOperators(one.rank) || isOwnList(one.rank) || isOwnPage(one.rank))
        return one;
      const doubt = doubtOfTier(one, standard, now);
      return doubt === undefined ? one : { ...one, doubt };
    });
    if (judged.some((one, index) => one !== list[index])) changed.set(key, judged);
  }
  return changed.size === 0 ? groups : new Map([...groups, ...changed]);
};
