import { expect, it } from 'vitest';
import { asModelSlug, asProviderId } from '../../src/domain/ids.ts';
import { chooseOfferings, type MeasureSelection } from '../../src/gateway/measure/choose-offerings.ts';
import { build, host, NOW, seedOf } from '../catalogue/merge/readings.ts';

const SLUG = 'anthropic/claude-3-7-sonnet';
const relay = host('relay', { declared: [{ providerModelId: 'sonnet', modelSlug: asModelSlug(SLUG) }] });
const catalogue = build([], { seed: seedOf([SLUG]), providers: [host('anthropic'), relay] });
const chosen = (selection: Partial<MeasureSelection>, completing = ['anthropic', 'relay']) => {
  const found = chooseOfferings(
    catalogue,
    new Set(completing.map(asProviderId)),
    { limit: 10, ...selection },
    NOW,
  );
  return found.kind === 'CHOSEN' ? found.offerings.map(({ id }) => id) : found;
};

it('a known model is measured where it is listed and on, not at its lab as an unlisted one', () => {
  expect(chosen({ models: [SLUG] })).toEqual(['relay/sonnet']);
});

it('an unlisted model is measured once, and only where the selection allows its provider', () => {
  const models = ['anthropic/claude-next'];
  expect(chosen({ models: [...models, ...models] })).toEqual(models);
  expect(chosen({ models, providers: ['relay'] })).toEqual([]);
  expect(chosen({ models, providers: ['anthropic'] })).toEqual(models);
  expect(chosen({ models }, ['relay'])).toEqual([]);
});
