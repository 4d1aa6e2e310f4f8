import { describe, expect, it } from 'vitest';
import {
  bookOf,
  catalogueWith,
  explained,
  inline,
  model,
  nested,
  offering,
  planned,
  policyWith,
  routerOver,
  ruleFor,
  textRequest,
} from './route-fixtures.ts';

describe('rejections', () => {
  const mixed = catalogueWith([
    { id: 'off/talker', off: 'no key' },
    { id: 'dumb/talker', input: '1', facts: { lacks: ['TOOLS'] } },
    { id: 'down/talker', input: '1' },
    { id: 'well/talker', input: '1' },
    { id: 'cn/other', model: 'lab/other', input: '1', region: 'cn' },
  ]);
  const request = textRequest('Hello', { tools: [{ name: 'look', parameters: {} }] });
  const harness = routerOver(mixed);
  Object.assign(harness.health.of('down/talker'), { state: 'OPEN', retryAfterMs: 900 });
  const kept = async (command: Parameters<typeof planned>[1]) => {
    const plan = await planned(harness, { request, ...command });
    if (plan.kind === 'REFUSED') throw new Error('refused');
    return plan.value.decision.rejected?.map(({ offeringId, reason }) => `${offeringId}: ${reason}`);
  };
  const told = async (command: Parameters<typeof explained>[1]) => {
    const { rejected, decision } = await explained(harness, { request, ...command });
    const list = (all: typeof rejected = []) =>
      all.map(({ offeringId, reason }) => `${offeringId}: ${reason}`);
    return { rejected: list(rejected), decision: list(decision.rejected) };
  };
  const [down, dumb, off] = [
    'down/talker: BREAKER_OPEN',
    'dumb/talker: CAPABILITY',
    'off/talker: NOT_CONFIGURED',
  ];

  it('of this moment come first, then those of the request, then those of configuration', async () => {
    const command = inline(policyWith([model('lab/talker')]));
    expect(await kept({ command })).toEqual([down, dumb, off]);
  });

  it('of a plain name are kept without providers that are off, which only a plan tells', async () => {
    expect(await kept({})).toEqual([down, dumb]);
    expect(await told({})).toEqual({ rejected: [down, dumb, off], decision: [down, dumb] });
  });

  it('by a filter alone are told by a plan, after all others', async () => {
    const everywhere = policyWith([
      ruleFor({ kind: 'FILTER', filter: { models: ['lab/talker'] } }),
      offering('off/talker'),
    ]);
    const book = bookOf({ everywhere });
    const command = inline(everywhere);
    expect(await kept({ command })).toEqual([down, dumb, off]);
    const passedOver = 'cn/other: MODEL';
    expect((await told({ command })).rejected).toEqual([down, dumb, off, passedOver]);
    const outer = routerOver(mixed, { book });
    const within = await explained(outer, { command: inline(policyWith([nested('everywhere')])) });
    expect(within.rejected.map(({ offeringId }) => offeringId)).toEqual(['off/talker', 'cn/other']);
    expect(within.decision.rejected).toHaveLength(1);
    const none = inline(
      policyWith([ruleFor({ kind: 'FILTER', filter: { models: ['lab/talker'], regions: ['mars'] } })]),
    );
    const refused = await planned(harness, { command: none });
    if (refused.kind === 'OK') throw new Error('planned');
    if (refused.refusal.code !== 'NO_CANDIDATE') throw new Error('refused for another reason');
    expect(refused.refusal.rejections).toHaveLength(4);
  });
});
