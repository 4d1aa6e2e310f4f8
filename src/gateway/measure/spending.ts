import { type Decimal, ZERO } from '../../domain/money.ts';

/** Keeps calls that run at the same time within one budget. Amounts are of one currency. */
export type Spending = {
  /** Sets aside what a call can cost at most; false where what is left does not cover it. */
  reserve(most: Decimal): boolean;
  /** Takes what the call did cost, and gives the rest of what was set aside back. */
  settle(reserved: Decimal, actual: Decimal): void;
  spent(): Decimal;
};

/** As long as no call costs more than was set aside for it, no more than the budget is ever spent. */
export const createSpending = (budget: Decimal): Spending => {
  let spent: Decimal = ZERO;
  let reserved: Decimal = ZERO;
  return {
    reserve(most) {
      if (spent.plus(reserved).plus(most).gt(budget)) return false;
      reserved = reserved.plus(most);
      return true;
    },
    settle(given, actual) {
      reserved = reserved.minus(given);
      spent = spent.plus(actual);
    },
    spent: () => spent,
  };
};
