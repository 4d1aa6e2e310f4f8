import { describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import type { Offering } from '../../../src/domain/model.ts';
import {
  catalogueWith,
  idOf,
  inline,
  offering,
  planned,
  policyWith,
  routerOver,
  textRequest,
} from './route-fixtures.ts';

const WITH_TOOL = textRequest('Hello', { tools: [{ name: 'look', parameters: {} }] });
const WITH_IMAGE: CompletionRequest = {
  ...textRequest('Hello'),
  messages: [
    { role: 'user', parts: [{ type: 'image', source: { kind: 'url', url: 'https://a.test/a.png' } }] },
  ],
};
const IN_EUROPE = textRequest('Hello', { inferenceRegion: 'eu' });
const TEXT_ONLY: Partial<Offering> = { inputModalities: ['TEXT'] };
const NO_TOOLS: Partial<Offering> = { lacks: ['TOOLS'] };

type Offered = { readonly id: string; readonly facts?: Partial<Offering>; readonly region?: string };

/** The warnings of the first that is called, when they are listed in this order. */
const warned = async (
  offered: readonly Offered[],
  request: CompletionRequest,
  more: Parameters<typeof policyWith>[1] = {},
) => {
  const harness = routerOver(catalogueWith(offered.map((each) => ({ input: '1', ...each }))));
  const policy = policyWith(
    offered.map(({ id }) => offering(id)),
    more,
  );
  const plan = await planned(harness, { request, command: inline(policy) });
  if (plan.kind === 'REFUSED') throw new Error(JSON.stringify(plan.refusal));
  const [first] = plan.value.candidates;
  return {
    to: first?.offering.id,
    over: first?.warnings.filter(({ code }) => code === 'OFFERING_PASSED_OVER').map(({ message }) => message),
  };
};

describe('a request that its own contents move to another provider says so', () => {
  it.each<[string, Offered, CompletionRequest, RegExp]>([
    [
      'tools',
      { id: 'one/talker', facts: NO_TOOLS },
      WITH_TOOL,
      /^one\/talker was passed over: It lacks TOOLS/,
    ],
    [
      'an image',
      { id: 'one/talker', facts: TEXT_ONLY },
      WITH_IMAGE,
      /^one\/talker was passed over: It takes no IMAGE/,
    ],
    [
      'a region',
      { id: 'one/talker', region: 'us' },
      IN_EUROPE,
      /^one\/talker was passed over: .*asked for eu/,
    ],
  ])('for %s', async (_what, first, request, message) => {
    const { to, over } = await warned([first, { id: 'two/talker', region: 'eu' }], request);
    expect(to).toBe('two/talker');
    expect(over).toEqual([expect.stringMatching(message)]);
  });

  it('with each of those before it, but not those behind', async () => {
    const { over } = await warned(
      [
        { id: 'one/talker', facts: NO_TOOLS },
        { id: 'two/talker', facts: NO_TOOLS },
        { id: 'three/talker' },
        { id: 'four/talker', facts: NO_TOOLS },
      ],
      WITH_TOOL,
    );
    expect(over).toEqual([expect.stringMatching(/^one/), expect.stringMatching(/^two/)]);
  });

  it('with three at most', async () => {
    const dumb = ['a', 'b', 'c', 'd'].map((name) => ({ id: `${name}/talker`, facts: NO_TOOLS }));
    const { over } = await warned([...dumb, { id: 'well/talker' }], WITH_TOOL);
    expect(over).toHaveLength(3);
  });
});

describe('nothing is said', () => {
  it.each<[string, readonly Offered[], CompletionRequest]>([
    ['where the first is taken', [{ id: 'one/talker' }, { id: 'two/talker', facts: NO_TOOLS }], WITH_TOOL],
    [
      'where it stays with the provider',
      [{ id: 'one/talker', facts: NO_TOOLS }, { id: 'one/other' }],
      WITH_TOOL,
    ],
    [
      'where the request asks for nothing that is lacking',
      [{ id: 'one/talker', facts: NO_TOOLS }, { id: 'two/talker' }],
      textRequest('Hello'),
    ],
  ])('%s', async (_where, offered, request) => {
    expect(await warned(offered, request)).toMatchObject({ over: [] });
  });

  it('where the order is not that of the list, and who would have been first is not known', async () => {
    const offered = [{ id: 'one/talker', facts: NO_TOOLS }, { id: 'two/talker' }];
    const { over } = await warned(offered, WITH_TOOL, { strategy: { kind: 'CHEAPEST' } });
    expect(over).toEqual([]);
  });

  it('where the provider is not well, which is no matter of the request', async () => {
    const harness = routerOver(catalogueWith([{ id: 'one/talker' }, { id: 'two/talker' }]));
    Object.assign(harness.health.of('one/talker'), { state: 'OPEN', retryAfterMs: 900 });
    const command = inline(policyWith([offering('one/talker'), offering('two/talker')]));
    const plan = await planned(harness, { request: WITH_TOOL, command });
    if (plan.kind === 'REFUSED') throw new Error('refused');
    expect(plan.value.candidates[0]).toMatchObject({ offering: { id: idOf('two/talker') }, warnings: [] });
  });
});
