import { describe, expect, it } from 'vitest';
import { compareOfferings } from '../../../src/catalogue/comparison/compare-offerings.ts';
import { asModelSlug, asOfferingId } from '../../../src/domain/ids.ts';
import type { DeclaredOffering } from '../../../src/domain/provider-settings.ts';
import { EMPTY_READING, type SourceFacts, type SourceOffering } from '../../../src/ports/catalogue-source.ts';
import { build, host, NOW, rate, reading, seedOf, stated } from './readings.ts';

const END = '2026-06-15T00:00:00Z';
const PRICED = { prices: [rate('input', '1'), rate('output', '2')] };
const kinds = {
  anthropic: 'LAB',
  mistral: 'LAB',
  bedrock: 'CLOUD',
  vercel: 'AGGREGATOR',
  together: 'HOST',
} as const;

/** What several lists say on days of their own, and what is said of models whoever serves them. */
const catalogueOf = (
  lists: { readonly [day: string]: readonly SourceOffering[] },
  models: { readonly [slug: string]: SourceFacts } = {},
  declared: readonly DeclaredOffering[] = [],
) =>
  build([], {
    seed: seedOf(
      [],
      [
        ...Object.entries(lists).map(([day, offerings]) =>
          reading(day === '2026-11-20' ? 'pi-ai' : 'genai-prices', offerings, { observedAt: new Date(day) }),
        ),
        {
          ...reading('lifecycle', []),
          reading: {
            ...EMPTY_READING,
            scores: Object.entries(models).map(([slug, facts]) => ({
              identity: { slug },
              quality: [],
              facts,
            })),
          },
        },
      ],
    ),
    providers: Object.entries(kinds).map(([id, kind]) =>
      host(id, { info: { ...host(id).info, kind }, declared: id === 'anthropic' ? declared : [] }),
    ),
  });

const endIn = (catalogue: ReturnType<typeof catalogueOf>, id: string): string | undefined =>
  catalogue.offering(asOfferingId(id))?.retiresAt?.toISOString().slice(0, 10);

describe('the end of a model at its lab', () => {
  const names = [
    'anthropic/claude-opus-4-0',
    'anthropic/claude-4-opus-20250514',
    'anthropic/claude-opus-4-20250514',
  ];
  const ofLab = names.map((id) => stated(id, PRICED));

  it('reaches every name that the lab has for it, from the model or from one of them', () => {
    const byModel = catalogueOf({ '2026-09-23': ofLab }, { 'anthropic/claude-opus-4-0': { retiresAt: END } });
    expect(names.map((id) => endIn(byModel, id))).toEqual(['2026-06-15', '2026-06-15', '2026-06-15']);
    const [first, ...others] = ofLab;
    const byName = catalogueOf({
      '2026-09-23': [...others, { ...(first ?? stated('a/b')), facts: { retiresAt: END } }],
    });
    expect(names.map((id) => endIn(byName, id))).toEqual(['2026-06-15', '2026-06-15', '2026-06-15']);
  });

  it('is not the end of a name that a list of today still has', () => {
    const catalogue = catalogueOf(
      { '2026-09-23': ofLab, '2026-11-20': [stated('anthropic/claude-opus-4-0', PRICED)] },
      {},
    );
    expect(endIn(catalogue, 'anthropic/claude-opus-4-0')).toBeUndefined();
    const ended = catalogueOf({
      '2026-09-23': [stated('anthropic/claude-opus-4-20250514', { facts: { retiresAt: END }, ...PRICED })],
      '2026-11-20': [stated('anthropic/claude-opus-4-0', PRICED)],
    });
    expect(endIn(ended, 'anthropic/claude-opus-4-0')).toBeUndefined();
  });

  it('reaches resellers of closed weights, not clouds and not those who serve open ones', () => {
    const catalogue = catalogueOf(
      {
        '2026-09-23': [
          ...ofLab,
          stated('vercel/anthropic/claude-opus-4', PRICED),
          stated('bedrock/anthropic.claude-opus-4-20250514-v1:0', PRICED),
          stated('mistral/pixtral-12b', PRICED),
          stated('together/mistralai/pixtral-12b', PRICED),
          stated('vercel/mistral/pixtral-12b', PRICED),
        ],
      },
      {
        'anthropic/claude-opus-4-0': { retiresAt: END, openWeights: false },
        'mistral/pixtral-12b': { retiresAt: END, openWeights: true },
      },
    );
    expect(endIn(catalogue, 'vercel/anthropic/claude-opus-4')).toBe('2026-06-15');
    expect(endIn(catalogue, 'bedrock/anthropic.claude-opus-4-20250514-v1:0')).toBeUndefined();
    expect(endIn(catalogue, 'mistral/pixtral-12b')).toBe('2026-06-15');
    expect(endIn(catalogue, 'together/mistralai/pixtral-12b')).toBeUndefined();
    expect(endIn(catalogue, 'vercel/mistral/pixtral-12b')).toBeUndefined();
  });

  it("reaches names that the provider's own table has, not deployments that an operator named", () => {
    const end = (more: Partial<DeclaredOffering>): string | undefined =>
      endIn(
        catalogueOf({ '2026-09-23': ofLab }, { 'anthropic/claude-opus-4-0': { retiresAt: END } }, [
          {
            providerModelId: 'claude-opus-4-0',
            modelSlug: asModelSlug('anthropic/claude-opus-4-0'),
            ...more,
          },
        ]),
        'anthropic/claude-opus-4-0',
      );
    expect(end({ isProvidersName: true })).toBe('2026-06-15');
    expect(end({})).toBeUndefined();
  });

  it('leaves the lab out of comparisons, however the model is called there', () => {
    const catalogue = catalogueOf(
      { '2026-09-23': ofLab },
      { 'anthropic/claude-opus-4-0': { retiresAt: END } },
    );
    const result = compareOfferings(catalogue, { of: () => [] }, {}, NOW);
    expect(result.kind === 'OK' && result.comparison.ranked).toEqual([]);
  });
});

it('a day of release before the date in the name is not the release of that model', () => {
  const catalogue = catalogueOf(
    { '2026-09-23': [stated('mistral/ministral-8b-2512')] },
    { 'mistral/ministral-8b-2512': { releaseDate: '2024-12-01T00:00:00Z' } },
  );
  const [model] = catalogue.models.filter(({ slug }) => slug === 'mistral/ministral-8b-2512');
  expect(model?.releaseDate).toBeUndefined();
  expect(model?.releaseRange?.earliest?.toISOString()).toBe('2025-12-01T00:00:00.000Z');
});

it('a pointer that moves has no days of its own: those that lists state are of a model that it meant once', () => {
  const catalogue = catalogueOf(
    { '2026-09-23': [stated('mistral/mistral-large-latest'), stated('mistral/mistral-large-2411')] },
    {
      'mistral/mistral-large-latest': { releaseDate: '2024-11-01T00:00:00Z', knowledgeCutoff: '2024-07' },
      'mistral/mistral-large-2411': { releaseDate: '2024-11-01T00:00:00Z' },
    },
  );
  const modelOf = (slug: string) => catalogue.models.find((each) => each.slug === slug);
  expect(modelOf('mistral/mistral-large-latest')).toMatchObject({ lab: 'mistral' });
  expect(modelOf('mistral/mistral-large-latest')?.releaseDate).toBeUndefined();
  expect(modelOf('mistral/mistral-large-latest')?.knowledgeCutoff).toBeUndefined();
  expect(modelOf('mistral/mistral-large-2411')?.releaseDate).toEqual(new Date('2024-11-01'));
});
