import { describe, expect, it } from 'vitest';
import { DEFAULT_FALLBACK, type Strategy } from '../../../src/domain/route.ts';
import { scoreAtBenchmark } from '../../support/quality-score.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import {
  catalogueWith,
  explained,
  inline,
  model,
  orderIn,
  planned,
  policyWith,
  routerOver,
  textRequest,
} from './route-fixtures.ts';

const COUNT = 60;
const ids = Array.from({ length: COUNT }, (_, index) => `p${index}/talker`);
const scores: { [slug: string]: ReturnType<typeof scoreAtBenchmark>[] } = {};
for (let index = 0; index < COUNT; index += 1)
  scores[`lab/m${index}`] = [scoreAtBenchmark('exam', (index * 29) % 61)];
const catalogue = catalogueWith(
  ids.map((id, index) => ({
    id,
    model: `lab/m${index}`,
    // Some cost the same, and some have no known price.
    ...(index % 11 !== 5 && { input: String(((index * 37) % 23) + 1) }),
  })),
  { scores },
);
const rules = ids.map((_id, index) => model(`lab/m${index}`, { upTo: (index % 6) / 5 }));
const strategies: readonly Strategy[] = [
  { kind: 'PRIORITY' },
  { kind: 'CHEAPEST' },
  { kind: 'BALANCED' },
  { kind: 'QUALITY_FLOOR', floor: { benchmark: 'exam', score: 20 } },
  { kind: 'COMPLEXITY' },
  { kind: 'RACE', count: 3, order: { kind: 'CHEAPEST' } },
];

describe('as many as may be tried', () => {
  const three = catalogueWith(['a/talker', 'b/talker', 'c/talker'].map((id) => ({ id, input: '1' })));
  const [one, two, last] = [model('a/talker'), model('b/talker'), model('c/talker')];

  it('are so many that are well: one on probation, which may not be let through, comes beside them', async () => {
    const harness = routerOver(three);
    harness.health.of('a/talker').state = 'HALF_OPEN';
    const fallback = { ...DEFAULT_FALLBACK, maxAttempts: 2 };
    const command = inline(policyWith([one, two, last], { fallback }));
    expect(await orderIn(harness, { command })).toEqual(['a/talker', 'b/talker', 'c/talker']);
    harness.health.of('a/talker').state = 'CLOSED';
    expect(await orderIn(harness, { command })).toEqual(['a/talker', 'b/talker']);
  });

  it('in a race are its own candidates: what it falls back on does not fill it up', async () => {
    const policy = policyWith([one, two], {
      strategy: { kind: 'RACE', count: 3, order: { kind: 'PRIORITY' } },
      fallback: { ...DEFAULT_FALLBACK, candidates: [last] },
    });
    const plan = await planned(routerOver(three), { command: inline(policy) });
    if (plan.kind === 'REFUSED') throw new Error('refused');
    expect(plan.value.dispatch).toEqual({ kind: 'RACE', count: 2 });
    expect(plan.value.candidates.map(({ offering }) => offering.id)).toEqual([
      'a/talker',
      'b/talker',
      'c/talker',
    ]);
  });
});

describe.each(strategies)('of many candidates, by %j', (strategy) => {
  const policy = policyWith(rules.slice(0, -2), {
    strategy,
    fallback: { ...DEFAULT_FALLBACK, candidates: rules.slice(-2) },
  });
  const command = inline(policy);

  it('the first are those that come first where all are put into order', async () => {
    const harness = routerOver(catalogue);
    const { decision, rejected } = await explained(harness, { command });
    const plan = await planned(harness, { command });
    if (plan.kind === 'REFUSED') throw new Error('refused');
    expect(plan.value.decision.candidates).toEqual(decision.candidates.slice(0, 8));
    expect(plan.value.decision.considered).toEqual(decision.considered?.slice(0, 20));
    expect(plan.value.decision.rejected ?? []).toEqual(rejected.slice(0, 20));
  });

  it('what has gone silent is not among them, nor what is on probation', async () => {
    const harness = routerOver(catalogue);
    const [first = '', second = '', third = '', ...rest] = await orderIn(harness, { command });
    harness.health.of(second).isSuspect = true;
    harness.health.of(third).state = 'HALF_OPEN';
    expect((await orderIn(harness, { command })).slice(0, 6)).toEqual([first, ...rest]);
  });

  it('where many cannot take the request, others come after them', async () => {
    const order = (await explained(routerOver(catalogue), { command })).decision.candidates;
    const unable = new Set<string>(order.slice(0, 25).map((id) => id.slice(0, id.indexOf('/'))));
    const providers = [...unable].map((id) =>
      createScriptedProvider(id, { unsupported: [{ name: 'seed', problem: 'it has none' }] }),
    );
    const harness = routerOver(catalogue, { providers });
    const asking = {
      request: textRequest('Hello', { seed: 7 }),
      command: { ...command, unsupported: 'ERROR' as const },
    };
    expect(await orderIn(harness, asking)).toEqual(order.slice(25, 33));
  });
});
