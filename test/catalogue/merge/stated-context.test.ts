import { expect, it } from 'vitest';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { build, host, rate, reading, seedOf, stated } from './readings.ts';

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

it('what a lab allows in its subscription is not the window of what it sells by the token', () => {
  const window = (contextWindow: number) => ({ facts: { limits: { contextWindow } } });
  const listed = [
    stated('openai/gpt-6.2-sol', { ...window(272_000), prices: tiers }),
    stated('openai-codex/gpt-6.2-sol', window(500_000)),
    stated('vercel/openai/gpt-6.2-sol', { ...window(1_050_000), prices: tiers }),
  ];
  const catalogue = build([], {
    seed: seedOf([], [reading('pi-ai', listed)]),
    providers: ['openai', 'openai-codex', 'vercel'].map((id) =>
      host(id, { info: { ...host(id).info, kind: id === 'vercel' ? 'AGGREGATOR' : 'LAB' } }),
    ),
  });
  const windows = listed.map(
    ({ providerId, providerModelId }) =>
      catalogue.offering(asOfferingId(`${providerId}/${providerModelId}`))?.limits.contextWindow,
  );
  expect(windows).toEqual([1_050_000, 500_000, 1_050_000]);
});
