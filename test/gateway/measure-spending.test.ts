import { expect, it } from 'vitest';
import { Decimal, ZERO } from '../../src/domain/money.ts';
import { createSpending } from '../../src/gateway/measure/spending.ts';

/** Numbers that look random and are the same on every run. */
const createRandom = (seed: number): ((end: number) => number) => {
  let state = seed;
  return (end) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * end);
  };
};

it('a budget is never passed, however calls overlap and whatever they cost', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const below = createRandom(seed);
    const cents = (most: number): Decimal => new Decimal(below(most)).dividedBy(100);
    const budget = cents(500);
    const spending = createSpending(budget);
    const running: { readonly most: Decimal; readonly actual: Decimal }[] = [];
    let sum: Decimal = ZERO;
    const settleOne = (): void => {
      const [call] = running.splice(below(running.length), 1);
      if (call === undefined) return;
      spending.settle(call.most, call.actual);
      sum = sum.plus(call.actual);
    };
    for (let step = 0; step < 60; step += 1) {
      const most = cents(200);
      if (below(3) === 0) settleOne();
      else if (spending.reserve(most)) running.push({ most, actual: most.times(below(101)).dividedBy(100) });
      const worst = running.reduce((total, call) => total.plus(call.most), spending.spent());
      expect(worst.lte(budget)).toBe(true);
    }
    while (running.length > 0) settleOne();
    expect(spending.spent().eq(sum)).toBe(true);
    expect(sum.lte(budget)).toBe(true);
  }
});

it('what a call did not cost can be spent again', () => {
  const spending = createSpending(new Decimal('1'));
  expect(spending.reserve(new Decimal('1'))).toBe(true);
  expect(spending.reserve(new Decimal('0.01'))).toBe(false);
  spending.settle(new Decimal('1'), new Decimal('0.4'));
  expect(spending.reserve(new Decimal('0.6'))).toBe(true);
});
