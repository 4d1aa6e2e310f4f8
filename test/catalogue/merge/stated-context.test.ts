import { expect, it } from 'vitest';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { build, rate, reading, seedOf, stated } from './readings.ts';

const tiers = [
  rate('input', '1', { conditions: { promptTokens: { from: 0, to: 272_001 } } }),
  rate('input', '2', { conditions: { promptTokens: { from: 272_001 } } }),
];
const windowOf = (contextWindow: number, prices = tiers): number | undefined =>
  build([], {
    seed: seedOf(
      [],
      [reading('pi-ai', [stated('acme/m', { facts: { limits: { contextWindow } }, prices })])],
    ),
  }).offering(asOfferingId('acme/m'))?.limits.contextWindow;

it('a context window that ends where rates for longer prompts begin is not believed', () => {
  expect(windowOf(272_000)).toBeUndefined();
  expect(windowOf(200_000)).toBeUndefined();
  expect(windowOf(1_050_000)).toBe(1_050_000);
  expect(windowOf(272_000, [rate('input', '1')])).toBe(272_000);
});
