import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const ask = async (query: string, variables: object = {}) => {
  const { body } = await server.post(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const QUALITY = `query ($benchmark: String, $category: QualityCategory, $represents: Boolean) {
  model(slug: "openai/gpt-5") { quality(benchmark: $benchmark, category: $category, represents: $represents) {
    benchmark version setting category metric unit lessIsBetter score maximum date reportedBy testedModel series represents
    evidence { benchmarks sources error oldest newest } provenance { source sourceUrl }
  } }
}`;

describe('quality of a model', () => {
  it('begins with the index, which says what it is made of', async () => {
    const { model } = await ask(QUALITY);
    expect(model.quality[0]).toMatchObject({
      benchmark: 'index',
      category: 'GENERAL',
      unit: 'points',
      represents: true,
      evidence: { sources: expect.any(Number), error: expect.any(Number) },
      provenance: { source: 'modelgraph' },
    });
    expect(model.quality.at(-1)).toMatchObject({ evidence: null });
  });

  it('is told with its source, setting and series', async () => {
    const { model } = await ask(QUALITY, { benchmark: 'gpqa-diamond', represents: true });
    expect(model.quality).toEqual([
      expect.objectContaining({
        benchmark: 'gpqa-diamond',
        category: 'REASONING',
        metric: 'accuracy',
        unit: '%',
        maximum: 100,
        lessIsBetter: false,
        reportedBy: 'INDEPENDENT',
        testedModel: expect.stringMatching(/^gpt-5-2025-08-07/),
        series: 'epoch:gpqa-diamond',
        provenance: { source: 'epoch', sourceUrl: expect.stringContaining('epoch.ai') },
      }),
    ]);
  });

  it('can be asked by category', async () => {
    const { model } = await ask(QUALITY, { category: 'FACTUALITY', represents: true });
    const categories = model.quality.map(({ category }: { category: string }) => category);
    expect(new Set(categories)).toEqual(new Set(['FACTUALITY']));
    expect(
      model.quality.find(({ benchmark }: { benchmark: string }) => benchmark === 'vectara-hallucination'),
    ).toMatchObject({ lessIsBetter: true });
  });
});

const COMPARE = `query ($input: CompareOfferingsInput!) {
  compareOfferings(input: $input) {
    ... on InvalidInputError { path problem }
    ... on Comparison {
      benchmark groups { comparable unknownCriteria count criteria { criterion weight } }
      known: offerings(comparable: true, first: 50) { edges { node { comparable unknownCriteria quality { benchmark score } } } }
      unknown: offerings(comparable: false, first: 50) { edges { node { rank comparable unknownCriteria quality { score } } } }
    }
  }
}`;
const input = { workload: { inputTokens: 3_000, outputTokens: 500 }, availability: 'ANY' };

describe('quality in comparisons', () => {
  it('is the index, and what has none is a group of its own', async () => {
    const { compareOfferings } = await ask(COMPARE, { input });
    expect(compareOfferings.benchmark).toBe('index');
    const [known, unknown] = compareOfferings.groups;
    expect(known).toMatchObject({ comparable: true, unknownCriteria: [] });
    expect(unknown).toMatchObject({ comparable: false, unknownCriteria: ['QUALITY'] });
    expect(unknown.criteria).toEqual([{ criterion: 'COST', weight: 1 }]);
    for (const { node } of compareOfferings.known.edges)
      expect(node.quality).toMatchObject({ benchmark: 'index', score: expect.any(Number) });
    expect(compareOfferings.unknown.edges[0].node).toMatchObject({
      rank: 1,
      unknownCriteria: ['QUALITY'],
      quality: null,
    });
  });

  it('has a floor, which is a ceiling where less is better', async () => {
    const scores = async (benchmark: string, score: number) => {
      const filter = { minQuality: { benchmark, score } };
      const { compareOfferings } = await ask(COMPARE, { input: { ...input, filter } });
      expect(compareOfferings.benchmark).toBe(benchmark);
      expect(compareOfferings.unknown.edges).toEqual([]);
      return compareOfferings.known.edges.map(
        ({ node }: { node: { quality: { score: number } } }) => node.quality.score,
      );
    };
    const good = await scores('index', 60);
    expect(good.length).toBeGreaterThan(5);
    expect(Math.min(...good)).toBeGreaterThanOrEqual(60);
    const truthful = await scores('vectara-hallucination', 6);
    expect(truthful.length).toBeGreaterThan(3);
    expect(Math.max(...truthful)).toBeLessThanOrEqual(6);
  });

  it('refuses a benchmark that nobody scores at, and names the nearest', async () => {
    const { compareOfferings } = await ask(COMPARE, { input: { ...input, qualityBenchmark: 'gpqa-diamnd' } });
    expect(compareOfferings).toMatchObject({
      path: 'input.qualityBenchmark',
      problem: expect.stringContaining('gpqa-diamond'),
    });
  });
});

it('a saved route may have the index as its floor', async () => {
  const save = `mutation ($policy: RoutePolicyInput!) {
    saveRoute(name: "good-enough", policy: $policy) { __typename ... on InvalidInputError { path problem } }
  }`;
  const policy = (benchmark: string) => ({
    candidates: [{ filter: { capabilities: ['COMPLETION'] } }],
    strategy: 'QUALITY_FLOOR',
    qualityFloor: { benchmark, score: 55 },
  });
  const wrong = await ask(save, { policy: policy('indx') });
  expect(wrong.saveRoute).toMatchObject({ path: expect.stringContaining('qualityFloor.benchmark') });
  const right = await ask(save, { policy: policy('index') });
  expect(right.saveRoute.path ?? '').not.toContain('qualityFloor');
});
