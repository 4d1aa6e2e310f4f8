import { describe, expect, it } from 'vitest';
import { mergeQuality } from '../../../src/catalogue/merge/merge-quality.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import { type QualityScore, scoreAt } from '../../../src/domain/quality.ts';
import {
  EMPTY_READING,
  type SourceIdentity,
  type SourceQuality,
} from '../../../src/ports/catalogue-source.ts';

const AT = new Date('2026-11-20T00:00:00Z');

type Stated = { readonly [slug: string]: readonly SourceQuality[] };

/** What is made of what sources state; `shipped:` before a source's id: it came with the server. */
const merge = (sources: { readonly [id: string]: Stated }): ReadonlyMap<string, readonly QualityScore[]> => {
  const origins = Object.entries(sources).map(([id, stated]) => ({
    shipped: id.startsWith('shipped:'),
    dated: {
      sourceId: id.replace(/^shipped:/, ''),
      observedAt: AT,
      checkedAt: AT,
      reading: {
        ...EMPTY_READING,
        scores: Object.entries(stated).map(([slug, quality]) => ({ identity: { slug }, quality })),
      },
    },
  }));
  const identities = {
    ofScores: ({ slug }: SourceIdentity) => (slug === undefined ? undefined : asModelSlug(slug)),
    slugOf: (slug: string) => asModelSlug(slug),
  };
  const run = mergeQuality(
    origins,
    identities,
    { model: () => undefined, resolve: () => ({ kind: 'UNKNOWN', suggestions: () => [] }) },
    AT,
  );
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
  }
};

const at = (score: number, more: Partial<SourceQuality> = {}): SourceQuality => ({
  benchmark: 'gpqa-diamond',
  score,
  maximum: 100,
  ...more,
});
const standing = (scores: readonly QualityScore[] = [], benchmark = 'gpqa-diamond') =>
  scoreAt(scores, benchmark)?.score;

describe('the score that stands for a model', () => {
  it('is the best of its comparable runs', () => {
    const scores = merge({ epoch: { 'a/one': [at(80, { setting: 'max' }), at(90, { setting: 'xhigh' })] } });
    expect(standing(scores.get('a/one'))).toBe(90);
  });

  it('is the lowest where less is better', () => {
    const errors = (score: number) => ({ benchmark: 'vectara-hallucination', score, maximum: 100 });
    const scores = merge({ vectara: { 'a/one': [errors(9), errors(4)] } }).get('a/one');
    expect(standing(scores, 'vectara-hallucination')).toBe(4);
    expect(scores?.map(({ score }) => score)).toEqual([4, 9]);
    expect(scores?.[0]?.lessIsBetter).toBe(true);
  });

  it.each([
    ['little reasoning', { setting: 'none' }],
    ['another mode', { setting: 'Prompt' }],
    ['a custom scaffold', { setting: 'high; custom scaffold' }],
    ['another version', { version: 'v2' }],
    ["a lab's own report", { reportedBy: 'LAB' }],
  ] as const)(
    'is unknown where there are only runs under conditions that others were not run under: %s',
    (_, more) => {
      const scores = merge({
        epoch: { 'a/one': [at(50, { setting: 'high' })], 'a/two': [at(60)], 'a/odd': [at(99, more)] },
      });
      expect(standing(scores.get('a/one'))).toBe(50);
      expect(standing(scores.get('a/odd'))).toBeUndefined();
      expect(scores.get('a/odd')?.[0]?.series).not.toBe(scores.get('a/one')?.[0]?.series);
    },
  );

  it('is never taken from two publishers', () => {
    const scores = merge({
      epoch: { 'a/one': [at(50)], 'a/two': [at(60)] },
      other: { 'a/three': [at(99)] },
    });
    expect(['a/one', 'a/two', 'a/three'].map((slug) => standing(scores.get(slug)))).toEqual([
      50,
      60,
      undefined,
    ]);
  });

  it('is what the operator says, whatever others say', () => {
    const scores = merge({
      epoch: { 'a/one': [at(50)], 'a/two': [at(60)] },
      overrides: { 'a/two': [at(20)] },
    });
    expect(standing(scores.get('a/two'))).toBe(20);
  });
});

it('what is shipped of a source makes way for the source itself', () => {
  const scores = merge({
    'shipped:epoch': { 'a/one': [at(50)], 'a/two': [at(60)] },
    epoch: { 'a/one': [at(70)] },
  });
  expect([...scores].map(([slug, list]) => [slug, list.map(({ score }) => score)])).toEqual([
    ['a/one', [70]],
  ]);
});

describe('the index', () => {
  const models = (scores: readonly number[], first: number, benchmark: string): Stated =>
    Object.fromEntries(
      scores.map((score, index) => [`a/m${index + first}`, [{ benchmark, score, maximum: 100 }]]),
    );
  const index = (scores: ReadonlyMap<string, readonly QualityScore[]>, slug: string, name = 'index') =>
    scores.get(slug)?.find(({ benchmark }) => benchmark === name);

  it('does not hold against a model that only strong ones took the benchmark', () => {
    // m0 … m9 took an easy benchmark, m5 … m14 a hard one: m5 … m9 link them. m10 is last among the strong.
    const ladder = (from: number) => Array.from({ length: 10 }, (_, step) => from + 8 * step);
    const scores = merge({
      epoch: models(ladder(15), 0, 'gpqa-diamond'),
      aider: models(ladder(10), 5, 'aider-polyglot'),
      vectara: {},
      mixed: {
        ...models(ladder(12), 0, 'simpleqa-verified'),
        'a/m10': [{ benchmark: 'bfcl-overall', score: 1, maximum: 100 }],
      },
      bfcl: models(ladder(20), 5, 'bfcl-overall'),
    });
    const [low, middle, high] = ['a/m2', 'a/m8', 'a/m13'].map((slug) => index(scores, slug)?.score ?? 0);
    expect(low).toBeLessThan(middle ?? 0);
    expect(middle).toBeLessThan(high ?? 0);
  });

  const TWO = {
    epoch: models([20, 30, 40, 50, 60, 70], 0, 'gpqa-diamond'),
    aider: models([10, 22, 30, 45, 55, 60], 0, 'aider-polyglot'),
  };

  it('is over two benchmarks of two publishers at least, and says of how many', () => {
    const scores = merge(TWO);
    expect(index(scores, 'a/m5')).toMatchObject({
      lessIsBetter: false,
      represents: true,
      evidence: { benchmarks: 2, sources: 2 },
      provenance: { source: 'modelgraph' },
    });
    const one = merge({ epoch: { ...TWO.epoch, ...models([10, 22, 30, 45, 55, 60], 0, 'math-level-5') } });
    expect(index(one, 'a/m5')).toBeUndefined();
    expect(index(merge({ epoch: TWO.epoch }), 'a/m5')).toBeUndefined();
  });

  it('does not count what labs report of their own models', () => {
    const reported = Object.fromEntries(
      Object.entries(TWO.aider).map(([slug, list]) => [
        slug,
        list.map((score) => ({ ...score, reportedBy: 'LAB' as const })),
      ]),
    );
    expect(index(merge({ ...TWO, aider: reported }), 'a/m5')).toBeUndefined();
  });

  it('goes down where a rate that should be low goes up', () => {
    const halluciations = (last: number) =>
      merge({ ...TWO, vectara: models([30, 25, 20, 15, 10, last], 0, 'vectara-hallucination') });
    const good = index(halluciations(2), 'a/m5')?.score ?? 0;
    const bad = index(halluciations(60), 'a/m5')?.score ?? 0;
    expect(good).toBeGreaterThan(bad);
  });

  it('is of one category where that has two benchmarks of two publishers', () => {
    const scores = merge({ ...TWO, 'swe-board': models([5, 15, 30, 35, 50, 62], 0, 'swe-bench-verified') });
    expect(index(scores, 'a/m5', 'index-coding')?.evidence?.benchmarks).toBe(2);
    expect(index(scores, 'a/m5', 'index-reasoning')).toBeUndefined();
  });
});
