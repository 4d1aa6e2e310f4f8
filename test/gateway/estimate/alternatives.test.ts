import { expect, it } from 'vitest';
import { costOf } from '../../../src/catalogue/price-engine.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import type { Offering } from '../../../src/domain/model.ts';
import type { PerfMetric, PerfStat } from '../../../src/domain/performance.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import { alternativesTo } from '../../../src/gateway/estimate/alternatives.ts';
import { costsIn } from '../../../src/gateway/estimate/estimated-cost.ts';
import { shippedCatalogue } from '../../support/shipped.ts';

const catalogue = await shippedCatalogue();
const inDollars = costsIn('USD', catalogue.fx);
const at = new Date();
const costIn = (offering: Offering, length: 'p50' | 'p90') =>
  inDollars(
    costOf({
      offering,
      prices: catalogue.pricesOf(offering.id),
      usage: usageOf({ input: 1_000, output: length === 'p50' ? 300 : 1_000 }),
      at,
    }),
  );
const found = catalogue.offering(asOfferingId('groq/openai/gpt-oss-120b'));
if (found === undefined) throw new Error('the seed has no such offering');
const base = { offering: found, p50: costIn(found, 'p50') };
const needs = { capabilities: [], inputModalities: [], tokens: 2_000 };

const stat = (metric: PerfMetric, p50: number): PerfStat => ({
  metric,
  p50,
  sampleSize: 10,
  provenance: { source: 'own', observedAt: at },
});

it('are cheaper ones, at most three fifths of them the same model, each other model once', async () => {
  const found = await alternativesTo(base, { catalogue, stats: undefined, needs, costOf: costIn }, 10);
  expect(found).toHaveLength(10);
  const same = found.filter(({ offering }) => offering.modelSlug === base.offering.modelSlug);
  expect(same.length).toBeGreaterThan(0);
  expect(same.length).toBeLessThanOrEqual(6);
  const others = found.filter((each) => !same.includes(each)).map(({ offering }) => offering.modelSlug);
  expect(new Set(others).size).toBe(others.length);
  expect(found.map(({ gain }) => gain)).toEqual(found.map(() => 'CHEAPER'));
});

it('are faster ones by what this server measured itself, with how much', async () => {
  const dear = catalogue
    .offeringsOf(base.offering.modelSlug)
    .map((offering) => ({ offering, total: costIn(offering, 'p50').total }))
    .filter(({ total }) => total !== undefined && base.p50.total !== undefined && total.gt(base.p50.total))
    .at(-1)?.offering;
  if (dear === undefined) throw new Error('the seed has no dearer one');
  const stats = {
    of: (id: string): readonly PerfStat[] => {
      if (id === base.offering.id) return [stat('TTFT_MS', 500), stat('OUTPUT_TPS', 100)];
      return id === dear.id ? [stat('TTFT_MS', 200), stat('OUTPUT_TPS', 150)] : [];
    },
  };
  const cheaperAside = { ...catalogue, offerings: [base.offering, dear] };
  const found = await alternativesTo(base, { catalogue: cheaperAside, stats, needs, costOf: costIn }, 5);
  expect(found).toMatchObject([
    { offering: { id: dear.id }, gain: 'FASTER', ttftMsDelta: -300, outputTpsDelta: 50 },
  ]);
  expect(found[0]?.costRatio).toBeGreaterThan(1);
});
