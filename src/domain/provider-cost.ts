import type { Attempt } from './attempt.ts';
import type { Cost } from './cost.ts';
import { type Decimal, ZERO } from './money.ts';
import type { ProviderCharge } from './provider-billing.ts';
import { sumOfCosts } from './sum-costs.ts';

/** What providers say they charged for attempts, beside what our rates make of the same attempts. */
export type ProviderCost = {
  readonly charge: ProviderCharge;
  readonly computed: Cost;
  /** What was charged less what our rates make of it; absent where these make no total in the same currency. */
  readonly difference?: Decimal;
  /** Whether it is what the attempts are billed at here. */
  readonly isBill: boolean;
};

const NO_PRICE: Cost = { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] };

/** Undefined where no provider says it, and where they say it in several currencies. */
export const providerCostOf = (attempts: readonly Attempt[]): ProviderCost | undefined => {
  const stated = attempts.flatMap(({ billing, cost, computedCost }) =>
    billing?.charge === undefined
      ? []
      : [
          {
            charge: billing.charge,
            computed: computedCost ?? cost ?? NO_PRICE,
            isBill: computedCost !== undefined,
          },
        ],
  );
  const [first, ...rest] = stated;
  if (first === undefined) return undefined;
  const { currency } = first.charge;
  if (rest.some(({ charge }) => charge.currency !== currency)) return undefined;
  const total = stated.reduce((sum, { charge }) => sum.plus(charge.total), ZERO);
  const computed = sumOfCosts(stated.map((each) => each.computed));
  const isComparable = computed.kind === 'PRICED' && computed.currency === currency;
  return {
    charge: { total, currency },
    computed,
    ...(isComparable && { difference: total.minus(computed.total) }),
    isBill: stated.every(({ isBill }) => isBill),
  };
};
