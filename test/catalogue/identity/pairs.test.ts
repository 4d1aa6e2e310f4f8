import { describe, expect, it } from 'vitest';
import { listProviders } from '../../../src/adapters/providers/configure-providers.ts';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { shippedSeed } from '../../support/shipped.ts';
import { NOW, reading, stated } from '../merge/readings.ts';
import { ONE_MODEL, TWO_MODELS } from './pairs.ts';

const seed = await shippedSeed();
const providers = await listProviders([], { variable: () => undefined, secret: () => undefined });
const shipped = buildCatalogue({ seed, providers, readings: [], readAt: NOW });
const all = [...new Set([...ONE_MODEL.flat(), ...TWO_MODELS.flat()])];
// A list of all of them besides, so that the pairs hold whatever the shipped lists hold later.
const catalogue = buildCatalogue({
  seed,
  providers,
  readings: [
    reading(
      'any-list',
      all.map((id) => stated(id)),
    ),
  ],
  readAt: NOW,
});
const modelOf = (id: string): string => {
  const offering =
    catalogue.offering(asOfferingId(id)) ??
    catalogue.offerings.find((each) => each.id.toLowerCase() === id.toLowerCase());
  return offering === undefined ? `nothing has ${id}` : offering.modelSlug;
};

describe('ids of providers', () => {
  const same = ONE_MODEL.flatMap(([first = '', ...others]) => others.map((other) => [first, other] as const));

  it('are held against more than 300 pairs', () => {
    expect(same.length + TWO_MODELS.length).toBeGreaterThanOrEqual(300);
  });

  it('that mean one model are joined to one', () => {
    const apart = same.filter(([one, other]) => modelOf(one) !== modelOf(other));
    expect(apart.map(([one, other]) => `${one}: ${modelOf(one)}, ${other}: ${modelOf(other)}`)).toEqual([]);
  });

  it('that mean two models are not joined to one', () => {
    const joined = TWO_MODELS.filter(([one, other]) => modelOf(one) === modelOf(other));
    expect(joined.map(([one, other]) => `${one}, ${other}: ${modelOf(one)}`)).toEqual([]);
  });
});

describe('the shipped catalogue', () => {
  it('leaves few offerings without a model, and few models with one offering', () => {
    const unjoined = shipped.offerings.filter(({ join }) => join === 'UNJOINED');
    const single = shipped.models.filter(({ slug }) => shipped.offeringsOf(slug).length === 1);
    expect(unjoined.length / shipped.offerings.length).toBeLessThan(0.022);
    expect(single.length / shipped.models.length).toBeLessThan(0.57);
  });

  it('leaves no model without one that Vertex manages for others, and gives Claude there a batch price', () => {
    const managed = shipped.offerings.filter(
      ({ providerId, providerModelId }) => providerId === 'vertex' && providerModelId.endsWith('-maas'),
    );
    expect(managed.length).toBeGreaterThan(10);
    expect(managed.filter(({ join, modelSlug }) => join === 'UNJOINED' || /-maas$/.test(modelSlug))).toEqual(
      [],
    );
    const prices = shipped.pricesOf(asOfferingId('vertex/claude-opus-4-8'));
    expect(prices.some(({ serviceTier }) => serviceTier === 'BATCH')).toBe(true);
  });

  it('says of every offering why it is joined', () => {
    expect(shipped.offerings.filter(({ joinReason }) => joinReason === '')).toEqual([]);
  });

  it.each([
    ['claude-sonnet-5-5', 'anthropic/claude-sonnet-5-5'],
    ['claude-sonnet-5.5', 'anthropic/claude-sonnet-5-5'],
    ['gpt-6.1-sol', 'openai/gpt-6.1-sol'],
    ['gpt-6-1-sol', 'openai/gpt-6.1-sol'],
    ['openai/gpt-6.2-astra', 'openai/gpt-6.2-astra'],
    ['gemini-4-argon', 'google/gemini-4-argon'],
    ['grok-4.7', 'xai/grok-4.7'],
    ['x-ai/grok-4.7', 'xai/grok-4.7'],
    ['spacexai/grok-4.7', 'xai/grok-4.7'],
    ['kimi-k3.1-pro', 'moonshotai/kimi-k3.1-pro'],
    ['moonshotai/Kimi-K3.1-Pro', 'moonshotai/kimi-k3.1-pro'],
    ['us.anthropic.claude-haiku-5-5', 'anthropic/claude-haiku-5-5'],
    ['muse-spark-1.3', 'meta/muse-spark-1.3'],
    ['mimo-v2.6-pro', 'xiaomi/mimo-v2.6-pro'],
  ])('finds %s by its name alone', (name, slug) => {
    expect(shipped.resolve(name)).toMatchObject({ model: { slug } });
  });
});
