import { describe, expect, it } from 'vitest';
import { buildCatalogueInSlices } from '../../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { selectOfferings } from '../../../src/catalogue/catalogue-query.ts';
import { asModelSlug, asOfferingId, asProviderId } from '../../../src/domain/ids.ts';
import type { SourceModel } from '../../../src/ports/catalogue-source.ts';
import { shippedSeed } from '../../support/shipped.ts';
import { build, host, NOW, rate, reading, seedOf, stated } from './readings.ts';

const model = (slug: string, more: Partial<SourceModel> = {}): SourceModel => ({
  slug,
  aliases: [],
  facts: {},
  quality: [],
  ...more,
});
const joinOf = (catalogue: Catalogue, id: string): string => {
  const offering = catalogue.offering(asOfferingId(id));
  return `${offering?.modelSlug} ${offering?.join}`;
};
const seed = seedOf(['meta/llama-4', 'one/twin', 'two/twin']);

describe('the model that an offering serves', () => {
  it.each([
    ['the slug that the source states', { slug: 'meta-llama/Llama-4' }, 'x', 'meta/llama-4 EXPLICIT'],
    ['a slug that is new', { slug: 'qwen/Qwen9' }, 'x', 'alibaba/qwen9 EXPLICIT'],
    ['the repository of one model', { huggingFaceId: 'Org/Weights' }, 'x', 'lab/weighty HF_ID'],
    ['no repository of several', { huggingFaceId: 'Org/Shared' }, 'x', 'acme/x UNJOINED'],
    ['a name that one lab has', {}, 'llama-4', 'meta/llama-4 ALIAS'],
    ['a name with another spelling', {}, 'Llama4', 'meta/llama-4 HEURISTIC'],
    ['no name that two labs have', {}, 'twin', 'acme/twin UNJOINED'],
    ['the lab that the source names', { lab: 'two' }, 'twin', 'two/twin ALIAS'],
    ['nothing that is known', {}, 'Own-Thing', 'acme/own-thing UNJOINED'],
  ])('is told by %s', (_, identity, name, expected) => {
    const models = [
      model('lab/weighty', { huggingFaceId: 'org/weights' }),
      model('lab/a', { huggingFaceId: 'org/shared' }),
      model('lab/b', { huggingFaceId: 'org/shared' }),
    ];
    const catalogue = build([reading('models-dev', [stated(`acme/${name}`, { identity })], { models })], {
      seed,
    });
    expect(joinOf(catalogue, `acme/${name}`)).toBe(expected);
  });

  it('is of the lab whose family its name begins with, though only a host has it', () => {
    const catalogue = build([
      reading('litellm', [stated('acme/deepseek-v9-special'), stated('acme/Own-Thing')]),
    ]);
    const labOf = (slug: string) => catalogue.model(asModelSlug(slug))?.lab;
    expect(labOf('acme/deepseek-v9-special')).toBe('deepseek');
    expect(labOf('acme/own-thing')).toBe('acme');
    const { rows } = selectOfferings({ catalogue, at: NOW }, { labs: ['DeepSeek'] });
    expect(rows.map(({ id }) => id)).toEqual(['acme/deepseek-v9-special']);
  });

  it('is joined better, never worse, when more is said; names compare without regard to case', () => {
    const guess = reading('litellm', [stated('acme/LLAMA4')]);
    const explicit = reading('models-dev', [stated('acme/llama4', { identity: { slug: 'meta/llama-4' } })]);
    expect(joinOf(build([guess], { seed }), 'acme/LLAMA4')).toBe('meta/llama-4 HEURISTIC');
    const catalogue = build([guess, explicit], { seed });
    expect(catalogue.offerings.map(({ id }) => id)).toEqual(['acme/llama4']);
    expect(joinOf(catalogue, 'acme/llama4')).toBe('meta/llama-4 EXPLICIT');
  });
});

describe('providers', () => {
  it('that nobody configured are off, and say how to have them', () => {
    const catalogue = build([
      reading('models-dev', [stated('fresh/m')], {
        providers: [
          {
            providerId: 'fresh',
            name: 'Fresh',
            docsUrl: 'https://fresh.test/docs',
            baseUrl: 'https://fresh.test/v1',
          },
        ],
      }),
    ]);
    expect(catalogue.provider(asProviderId('fresh'))).toMatchObject({
      name: 'Fresh',
      docsUrl: 'https://fresh.test/docs',
      status: {
        kind: 'OFF',
        reason:
          'not configured: add it to the config file with dialect openai and baseUrl https://fresh.test/v1',
      },
    });
  });

  it('with the same models in the seed have what is said of one of them', () => {
    const providers = [host('bedrock', { seedId: 'aws' }), host('second-account', { seedId: 'aws' })];
    const catalogue = build([reading('litellm', [stated('bedrock/m', { prices: [rate('input', '1')] })])], {
      providers,
    });
    expect(catalogue.offerings.map(({ id }) => id)).toEqual(['bedrock/m', 'second-account/m']);
  });

  it('that serve only some models have of a list only those', () => {
    const providers = [host('acme', { serves: (name) => !name.startsWith('claude') })];
    const lists = [reading('litellm', [stated('acme/gemini', {}), stated('acme/claude-x', {})])];
    const all = build(lists, { providers }).offerings.map(({ id }) => id);
    const both = [
      host('one', { seedId: 'acme', ...providers[0], info: host('one').info }),
      host('two', { seedId: 'acme' }),
    ];
    const named = [reading('litellm', [stated('two/gemini'), stated('two/claude-x')])];
    expect(build(named, { providers: both }).offerings.map(({ id }) => id)).toEqual([
      'one/gemini',
      'two/claude-x',
      'two/gemini',
    ]);
    // A list that names the provider itself knows better what it serves.
    expect(all).toEqual(['acme/claude-x', 'acme/gemini']);
  });

  it('and models without a usable name are refused', () => {
    const catalogue = build([reading('litellm', [stated('a b/m'), stated('acme/m\u0000')])]);
    expect(catalogue.offerings).toEqual([]);
    expect(catalogue.quarantine.map(({ reason }) => reason)).toEqual(['MALFORMED', 'MALFORMED']);
  });
});

describe('facts', () => {
  it("are the offering's own, then the model's; what a better source lacks a worse one does not give", () => {
    const catalogue = build(
      [
        reading(
          'models-dev',
          [
            stated('acme/llama-4', {
              facts: { limits: { maxOutputTokens: 10 }, lacks: ['TOOLS'], capabilities: ['REASONING'] },
            }),
          ],
          {
            models: [
              model('meta/llama-4', {
                facts: {
                  limits: { contextWindow: 1000, maxOutputTokens: 99 },
                  capabilities: ['TOOLS'],
                  openWeights: true,
                  releaseDate: '2026-01-02',
                  retiresAt: '2027-01-01',
                },
              }),
            ],
          },
        ),
        reading('litellm', [
          stated('acme/llama-4', { facts: { limits: { maxOutputTokens: 11, maxInputTokens: 900 } } }),
        ]),
      ],
      { seed },
    );
    const offering = catalogue.offering(asOfferingId('acme/llama-4'));
    expect(offering).toMatchObject({
      limits: { contextWindow: 1000, maxInputTokens: 900, maxOutputTokens: 10 },
      capabilities: ['REASONING'],
      lacks: ['TOOLS'],
      openWeights: true,
      releaseDate: new Date('2026-01-02'),
    });
    expect(offering).not.toHaveProperty('retiresAt');
    expect(catalogue.model(asModelSlug('meta/llama-4'))?.capabilities).toEqual(['TOOLS', 'REASONING']);
  });
});

describe('the end of a model that the operator states', () => {
  const ends = (facts: object, offerings: readonly Parameters<typeof stated>[] = []) =>
    build(
      [
        reading('litellm', [
          stated('acme/llama-4', { facts: { retiresAt: '2028-01-01' } }),
          stated('acme/twin'),
        ]),
        reading(
          'overrides',
          offerings.map((each) => stated(...each)),
          { models: [model('meta/llama-4', { facts })] },
        ),
      ],
      { seed },
    ).offering(asOfferingId('acme/llama-4'));

  it('is that of its offerings, whatever other sources say of them', () => {
    const day = new Date('2027-01-01');
    expect(ends({ retiresAt: '2027-01-01' })).toMatchObject({ retiresAt: day, deprecated: false });
    expect(ends({ deprecated: true })).toMatchObject({
      retiresAt: new Date('2028-01-01'),
      deprecated: true,
    });
    expect(ends({})).toMatchObject({ retiresAt: new Date('2028-01-01'), deprecated: false });
  });

  it('is not that of an offering of which the operator states another', () => {
    const other = stated('acme/llama-4', { facts: { retiresAt: '2029-01-01', deprecated: false } });
    expect(ends({ retiresAt: '2027-01-01', deprecated: true }, [['acme/llama-4', other]])).toMatchObject({
      retiresAt: new Date('2029-01-01'),
      deprecated: false,
    });
  });
});

describe('measurements', () => {
  it('of offerings, models and currencies are those of the sources', () => {
    const score = (value: number) => ({ benchmark: 'aider-polyglot', score: value });
    const catalogue = build(
      [
        reading('huggingface-router', [
          stated('acme/llama-4', { performance: [{ metric: 'TTFT_MS', p50: 300 }] }),
        ]),
        reading('aider', [], {
          scores: [
            { identity: { name: 'llama-4' }, quality: [score(10), score(20)] },
            { identity: { name: 'twin' }, quality: [score(30)] },
          ],
        }),
        reading('frankfurter', [], { fx: [{ base: 'USD', quote: 'CNY', rate: '7.2', date: '2026-11-19' }] }),
        reading('ecb', [], {
          fx: [
            { base: 'EUR', quote: 'CNY', rate: '8.1', date: '2026-11-18' },
            { base: 'EUR', quote: 'CNY', rate: '8.2', date: '2026-11-19' },
            { base: 'EUR', quote: 'USD', rate: 'n/a', date: '2026-11-19' },
          ],
        }),
      ],
      { seed },
    );
    expect(catalogue.performanceOf(asOfferingId('acme/llama-4'))).toMatchObject([
      { metric: 'TTFT_MS', p50: 300, provenance: { source: 'huggingface-router', readAt: NOW } },
    ]);
    expect(catalogue.qualityOf(asModelSlug('meta/llama-4')).map((one) => one.score)).toEqual([20, 10]);
    expect(catalogue.qualityOf(asModelSlug('one/twin'))).toEqual([]);
    expect(catalogue.fx.map(({ rate: value, provenance }) => `${value} ${provenance.source}`)).toEqual([
      '8.2 ecb',
      '7.2 frankfurter',
    ]);
    expect(catalogue.quarantine.map(({ source, reason }) => `${source} ${reason}`)).toEqual([
      'ecb MALFORMED',
    ]);
  });
});

describe('what a list of scores says in passing of a model', () => {
  const scores = [
    {
      identity: { lab: 'openai', name: 'gpt-x' },
      quality: [],
      performance: [{ metric: 'OUTPUT_TPS', p50: 90 } as const],
      prices: [rate('input', '3'), rate('cacheRead', '1')],
    },
  ];
  const lab = host('openai', { info: { ...host('openai').info, kind: 'LAB' } });
  const identity = { slug: 'openai/gpt-x' };
  const prices = [rate('input', '2'), rate('output', '8')];
  const catalogue = build(
    [
      reading('models-dev', [
        stated('openai/gpt-x', { identity, prices }),
        stated('acme/gpt-x', { identity, prices }),
      ]),
      reading('artificial-analysis', [], { scores }),
    ],
    { providers: [lab, host('acme')] },
  );

  it("is of its lab's own offering, of no other", () => {
    expect(catalogue.performanceOf(asOfferingId('openai/gpt-x'))).toMatchObject([
      { metric: 'OUTPUT_TPS', p50: 90, provenance: { source: 'artificial-analysis' } },
    ]);
    expect(catalogue.performanceOf(asOfferingId('acme/gpt-x'))).toEqual([]);
  });

  it('is shown beside the prices that others state, and is never one', () => {
    const of = (id: string) =>
      catalogue.pricesOf(asOfferingId(id)).map((price) => ({
        served: `${price.amount} ${price.provenance.source}`,
        others: catalogue
          .observationsOf(price)
          .slice(1)
          .map((one) => `${one.amount} ${one.provenance.source}`),
        by: catalogue.disagreementOf(price.id)?.sources,
      }));
    expect(of('openai/gpt-x')).toEqual([
      { served: '2 models-dev', others: ['3 artificial-analysis'], by: ['artificial-analysis'] },
      { served: '8 models-dev', others: [], by: undefined },
    ]);
    expect(of('acme/gpt-x').flatMap(({ others }) => others)).toEqual([]);
  });
});

describe('building in slices', () => {
  it('gives the same as building at once, and lets others run meanwhile', async () => {
    const input = { seed: await shippedSeed(), providers: [host('openai')], readings: [], readAt: NOW };
    let pauses = 0;
    const sliced = await buildCatalogueInSlices(input, async () => {
      pauses += 1;
    });
    const whole = build([], input);
    expect(pauses).toBeGreaterThan(3);
    expect(sliced.offerings).toEqual(whole.offerings);
    expect(sliced.models).toEqual(whole.models);
    expect(sliced.providers).toEqual(whole.providers);
    const rows = (catalogue: Catalogue) => catalogue.offerings.map(({ id }) => catalogue.pricesOf(id));
    expect(rows(sliced)).toEqual(rows(whole));
  });
});
