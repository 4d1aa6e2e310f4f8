import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import { asRouteName } from '../../../src/domain/ids.ts';
import { Decimal } from '../../../src/domain/money.ts';
import type { SpendLimit } from '../../../src/domain/route.ts';
import { createRouteBudgets } from '../../../src/gateway/routing/budget/route-budgets.ts';
import type { SharedState } from '../../../src/ports/shared-state.ts';
import { catalogueOf } from '../../catalogue/comparison/catalogue-of.ts';
import { smallRecord } from '../../contract/operation-records.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { settled } from './health/nodes.ts';

const NAME = asRouteName('shop');
const LIMIT: SpendLimit = { amount: new Decimal(10), currency: 'USD', per: 'HOUR', timeZone: 'UTC' };

const costing = (amount: number) =>
  smallRecord({ cost: { kind: 'PRICED', lines: [], total: new Decimal(amount), currency: 'USD' } });

const nodeOver = (state: SharedState) => {
  const clock = createFakeClock();
  const budgets = createRouteBudgets({
    catalogue: () => catalogueOf({ small: {} }),
    state,
    clock,
    log: recordedLog(),
  });
  onTestFinished(() => budgets.close());
  return {
    clock,
    budgets,
    share: () => budgets.shareOf(NAME, LIMIT, 'SERVED'),
    begin: (estimate: number) => budgets.begin(NAME, LIMIT, 'SERVED', estimate),
  };
};

describe('what a route spends', () => {
  it('is known to all nodes: what is over, and what is in flight', async () => {
    const state = createMemoryState();
    const [one, other] = [nodeOver(state), nodeOver(state)];
    await settled();
    expect([one.share(), other.share()]).toEqual([0, 0]);
    const over = one.begin(2);
    expect(one.share()).toBe(0.2);
    one.clock.advance(1_000);
    await expect.poll(other.share).toBe(0.2);
    over(costing(3));
    expect(one.share()).toBe(0.3);
    one.clock.advance(1_000);
    await expect.poll(other.share).toBe(0.3);
    // Told once, however often it is told of.
    one.clock.advance(5_000);
    await settled();
    expect(other.share()).toBe(0.3);
  });

  it('in flight on a node that is gone counts no more after a while', async () => {
    const state = createMemoryState();
    const [one, other] = [nodeOver(state), nodeOver(state)];
    await settled();
    other.share();
    one.begin(5);
    one.clock.advance(1_000);
    await expect.poll(other.share).toBe(0.5);
    other.clock.advance(10_000);
    expect(other.share()).toBe(0);
  });

  it('begins anew with the next hour; what is in flight then goes on to count', () => {
    const { clock, budgets, begin, share } = nodeOver(createMemoryState());
    begin(1)(costing(4));
    const over = begin(1);
    expect(share()).toBe(0.5);
    clock.advance(3_600_000);
    expect(share()).toBe(0.1);
    over(costing(2));
    over(costing(2));
    expect(share()).toBe(0.2);
    expect(budgets.affords(NAME, LIMIT, 'SERVED', 8)).toBe(true);
    expect(budgets.affords(NAME, LIMIT, 'SERVED', 8.1)).toBe(false);
    expect(budgets.affords(NAME, LIMIT, 'SERVED', Number.NaN)).toBe(false);
  });

  it('counts what broke, and what nobody knows the cost of, as nothing', () => {
    const { begin, share } = nodeOver(createMemoryState());
    begin(1)(undefined);
    begin(1)(smallRecord({ cost: { kind: 'UNPRICED', reason: 'NO_PRICE', lines: [], missing: [] } }));
    expect(share()).toBe(0);
  });
});
