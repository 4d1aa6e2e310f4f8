import { describe, expect, it } from 'vitest';
import { buildCatalogue, type CatalogueProvider } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { nearestSlugs } from '../../src/catalogue/nearest-names.ts';
import { asModelSlug, asProviderId } from '../../src/domain/ids.ts';
import { shippedSeed } from '../support/shipped.ts';
import { rate, reading, stated } from './merge/readings.ts';

const seed = await shippedSeed();
const on = (id: string, declared: CatalogueProvider['declared'] = []): CatalogueProvider => ({
  info: {
    id: asProviderId(id),
    name: id,
    kind: 'RELAY',
    completes: true,
    operations: [],
    status: { kind: 'ON' },
  },
  declared,
});
const relay = on('my-relay', [
  { providerModelId: 'gpt-4o-mini', modelSlug: asModelSlug('openai/gpt-4o-mini') },
  { providerModelId: 'house-model' },
]);
const withRelay = buildCatalogue({
  readings: [],
  seed,
  providers: [relay, on('your-relay', [{ providerModelId: 'house-model' }])],
});

/** What a name means, in one line. */
const meaning = (catalogue: Catalogue, name: string): string => {
  const found = catalogue.resolve(name);
  switch (found.kind) {
    case 'OFFERING':
      return `offering ${found.offering.id} of ${found.model.slug}`;
    case 'MODEL':
      return `model ${found.model.slug}`;
    case 'AMBIGUOUS':
      return `one of ${found.candidates.join(', ')}`;
    case 'UNKNOWN':
      return 'unknown';
  }
};

describe('a name', () => {
  it.each([
    ['an offering id', 'my-relay/gpt-4o-mini', 'offering my-relay/gpt-4o-mini of openai/gpt-4o-mini'],
    [
      'an offering id in another case',
      'My-Relay/GPT-4o-Mini',
      'offering my-relay/gpt-4o-mini of openai/gpt-4o-mini',
    ],
    [
      'an offering that is off',
      'groq/openai/gpt-oss-20b',
      'offering groq/openai/gpt-oss-20b of openai/gpt-oss-20b',
    ],
    ['a slug whose own offering is off', 'openai/gpt-4o-mini', 'model openai/gpt-4o-mini'],
    ['a slug that is no offering id', 'anthropic/claude-3-5-sonnet', 'model anthropic/claude-3-5-sonnet'],
    ['a lab id that hosts have too', 'gpt-4o-mini', 'model openai/gpt-4o-mini'],
    ['a lab id in another case', 'CLAUDE-3-5-Sonnet', 'model anthropic/claude-3-5-sonnet'],
    ['a dated snapshot', 'claude-3-5-sonnet-20241022', 'model anthropic/claude-3-5-sonnet'],
    ['a dated snapshot with its lab', 'openai/gpt-4o-mini-2024-07-18', 'model openai/gpt-4o-mini'],
    ['a snapshot that costs otherwise', 'gpt-4o-2024-05-13', 'model openai/gpt-4o-2024-05-13'],
    ['its sibling that does not', 'gpt-4o-2024-08-06', 'model openai/gpt-4o'],
    ['a pointer', 'claude-3-7-sonnet-latest', 'model anthropic/claude-3-7-sonnet'],
    ['dots for dashes', 'claude-sonnet-4.5', 'model anthropic/claude-sonnet-4-5'],
    ['the other word order', 'claude-4-opus', 'model anthropic/claude-opus-4-0'],
    ["a hub's organization", 'meta-llama/Llama-3.3-70B-Instruct', 'model meta/llama-3.3-70b-instruct'],
    ["OpenRouter's word for the lab", 'x-ai/grok-4', 'model xai/grok-4'],
    ["a provider's own name", 'accounts/fireworks/models/kimi-k3', 'model moonshotai/kimi-k3'],
    [
      'a name in the way of a host that has ended it',
      'accounts/fireworks/models/llama-v3p3-70b-instruct',
      'model meta/llama-3.3-70b-instruct',
    ],
    [
      'the version without the size and the date',
      'mistral-small-3.2',
      'model mistral/mistral-small-3.2-24b-instruct-2506',
    ],
    ['a model that shares a price with another', 'gpt-5-codex', 'model openai/gpt-5-codex'],
    ['a name of two models', 'house-model', 'one of my-relay/house-model, your-relay/house-model'],
    [
      'one of those by its slug',
      'my-relay/house-model',
      'offering my-relay/house-model of my-relay/house-model',
    ],
    ['spaces around', ' gpt-4o-mini ', 'model openai/gpt-4o-mini'],
    ['nothing', ' ', 'unknown'],
    ['a longer name', 'claude-3-5-sonnet-vision', 'unknown'],
  ])('%s: %s', (_, name, expected) => {
    expect(meaning(withRelay, name)).toBe(expected);
  });

  it("means the lab's own offering once that is on", () => {
    const catalogue = buildCatalogue({ readings: [], seed, providers: [relay, on('openai')] });
    expect(meaning(catalogue, 'openai/gpt-4o-mini')).toBe(
      'offering openai/gpt-4o-mini of openai/gpt-4o-mini',
    );
    expect(meaning(catalogue, 'gpt-4o-mini')).toBe('model openai/gpt-4o-mini');
  });

  it('with a date that no list has is not the undated model, where its provider can be asked for it', () => {
    const catalogue = buildCatalogue({ readings: [], seed, providers: [on('openai'), on('anthropic')] });
    for (const [name, expected] of [
      ['openai/gpt-4o-2031-01-01', 'unknown'],
      ['anthropic/claude-sonnet-5-5-20261201', 'unknown'],
      ['anthropic/claude-sonnet-4-5-20310101', 'unknown'],
      ['openai/gpt-4o-mini-2024-07-18', 'model openai/gpt-4o-mini'],
      ['openai/gpt-5-2025-08-07', 'model openai/gpt-5'],
      ['anthropic/claude-3-7-sonnet-20250219', 'model anthropic/claude-3-7-sonnet'],
      ['anthropic/claude-opus-4-1-20250805', 'model anthropic/claude-opus-4-1'],
      ['gpt-4o-2031-01-01', 'model openai/gpt-4o'],
    ] as const)
      expect([name, meaning(catalogue, name)]).toEqual([name, expected]);
    expect(catalogue.unlisted('openai/gpt-4o-2031-01-01')?.offering.providerModelId).toBe(
      'gpt-4o-2031-01-01',
    );
    expect(meaning(withRelay, 'openai/gpt-4o-2031-01-01')).toBe('model openai/gpt-4o');
  });

  it('that is a slug or an offering id is always found', () => {
    for (const { slug } of withRelay.models) {
      const found = withRelay.resolve(slug);
      expect(found, slug).toMatchObject({ model: { slug } });
    }
    for (const { id, modelSlug } of withRelay.offerings)
      expect(withRelay.resolve(id), id).toMatchObject({ model: { slug: modelSlug } });
  });
});

describe('suggestions', () => {
  const suggested = (name: string) => {
    const found = withRelay.resolve(name);
    return found.kind === 'UNKNOWN' ? found.suggestions() : found;
  };

  it.each([
    ['gtp-4o-mni', 'openai/gpt-4o-mini'],
    ['gpt-4o-minni', 'openai/gpt-4o-mini'],
    ['claude-sonet-4-5', 'anthropic/claude-sonnet-4-5'],
    ['antropic/claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5'],
    ['claude-3-5-sonnet-vision', 'anthropic/claude-3-5-sonnet'],
    ['gemini-2.5-prp', 'google/gemini-2.5-pro'],
  ])('for %s begin with %s', (name, first) => {
    const found = suggested(name);
    expect(found).toContain(first);
    expect(found).toHaveLength(5);
  });

  it('are none for what is like nothing, or too long to compare', () => {
    expect(suggested('§§§§')).toEqual([]);
    expect(suggested(`gpt-4o-mini${'x'.repeat(246)}`)).toEqual([]);
    expect(suggested('x'.repeat(1_000_000))).toEqual([]);
  });

  it('are found in under 5 ms among 2,000 models', () => {
    const slugs = Array.from(
      { length: 2000 },
      (_, index) => `${withRelay.models[index % 900]?.slug}-${index}`,
    );
    const times = Array.from({ length: 30 }, () => {
      const start = performance.now();
      nearestSlugs('anthropic/claude-sonet-4', slugs);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe("a provider's own ids", () => {
  const known = (id: string): CatalogueProvider => ({
    info: { ...on(id).info, kind: id === 'openai' || id === 'deepseek' ? 'LAB' : 'HOST' },
    declared: [],
  });
  const ids = ['azure', 'bedrock', 'cloudflare', 'fireworks', 'together', 'vercel', 'vertex', 'deepseek'];
  const released = {
    facts: { releaseDate: '2026-11-24T00:00:00Z' },
    prices: [rate('input', '1'), rate('output', '2')],
  };
  const list = reading('any-list', [
    stated('fireworks/accounts/fireworks/models/kimi-k9p1-pro'),
    stated('bedrock/anthropic.claude-haiku-9-5-20261101-v1:0'),
    stated('bedrock/anthropic.claude-fable-9-1'),
    stated('bedrock/global.anthropic.claude-opus-9-8'),
    stated('cloudflare/@cf/openai/gpt-oss-900b'),
    stated('vercel/spacexai/grok-9.7'),
    stated('together/moonshotai/Kimi-K9'),
    stated('vertex/claude-opus-9-5', released),
    stated('azure/gpt-9.1', released),
    stated('anthropic/claude-opus-9-5', released),
    stated('openai/gpt-9.1', released),
  ]);
  const catalogue = buildCatalogue({ readings: [list], seed, providers: ids.map(known) });
  /** Where the name is sent, and which listed offering states its rates. */
  const sent = (name: string): readonly (string | undefined)[] => {
    const resolved = catalogue.resolve(name);
    if (resolved.kind === 'OFFERING') return [resolved.offering.id, resolved.offering.id];
    const unlisted = resolved.kind === 'UNKNOWN' ? catalogue.unlisted(name)?.offering : undefined;
    return [unlisted?.id, unlisted?.pricedAs];
  };

  it.each([
    // A shorter or longer way to write an id that is listed.
    ['fireworks/kimi-k9p1-pro', 'fireworks/accounts/fireworks/models/kimi-k9p1-pro'],
    ['fireworks/kimi-k9.1-pro', 'fireworks/accounts/fireworks/models/kimi-k9p1-pro'],
    ['bedrock/anthropic.claude-fable-9-1-v1:0', 'bedrock/anthropic.claude-fable-9-1'],
    ['bedrock/anthropic.claude-haiku-9-5-20261101', 'bedrock/anthropic.claude-haiku-9-5-20261101-v1:0'],
    ['bedrock/global.anthropic.claude-opus-9-8-v1:0', 'bedrock/global.anthropic.claude-opus-9-8'],
    ['cloudflare/workers-ai/@cf/openai/gpt-oss-900b', 'cloudflare/@cf/openai/gpt-oss-900b'],
    ['vercel/xai/grok-9.7', 'vercel/spacexai/grok-9.7'],
    ['vertex/claude-opus-9-5@default', 'vertex/claude-opus-9-5'],
    ['together/moonshotai/kimi-k9', 'together/moonshotai/Kimi-K9'],
  ])('are found by other spellings: %s', (name, id) => {
    expect(sent(name)).toEqual([id, id]);
  });

  it.each([
    ['vertex/claude-opus-9-5@20261101', 'vertex/claude-opus-9-5'],
    ['azure/gpt-9.1-2026-11-20', 'azure/gpt-9.1'],
  ])('with a date are sent as they are at the rates of the undated one: %s', (name, pricedAs) => {
    expect(sent(name)).toEqual([name, pricedAs]);
  });

  it.each([
    ['a model that no list has there', 'vercel/anthropic/claude-9-haiku'],
    ['a region that no list has', 'bedrock/us-gov.anthropic.claude-opus-9-8'],
    ['a date that no list has', 'azure/gpt-9.1-2027-05-13'],
    ["an operator's deployment", 'azure/GPT.9.1'],
  ])('ask that provider alone for %s', (_, name) => {
    expect(sent(name)).toEqual([name, undefined]);
  });

  it('are of the model that they name, where no list has it at that provider', () => {
    const found = catalogue.unlisted('vercel/anthropic/claude-3-haiku')?.offering;
    expect([found?.modelSlug, found?.join]).toEqual(['anthropic/claude-3-haiku', 'HEURISTIC']);
    expect(catalogue.unlisted('vercel/anthropic/claude-9-haiku')?.offering.join).toBe('UNJOINED');
  });

  it('mean nothing elsewhere while that provider is off', () => {
    const others = buildCatalogue({ readings: [], seed, providers: [known('openai')] });
    expect(meaning(others, 'vercel/anthropic/claude-3-haiku')).toBe('unknown');
  });
});
