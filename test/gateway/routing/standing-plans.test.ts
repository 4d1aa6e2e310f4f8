import { expect, it } from 'vitest';
import type { CompletionRequest, Unsupported } from '../../../src/domain/completion-request.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import {
  bookOf,
  catalogueWith,
  model,
  planned,
  policyWith,
  type RoutingHarness,
  routerOver,
  type Stated,
  textRequest,
} from './route-fixtures.ts';

const TWO: readonly Stated[] = [
  { id: 'first/talker', input: '1', facts: { limits: { contextWindow: 4_000 }, lacks: ['TOOLS'] } },
  { id: 'second/talker', input: '2' },
];

/** What it was asked about, and what it says. */
const asked: CompletionRequest[] = [];
const harness = (): RoutingHarness => {
  asked.length = 0;
  return routerOver(catalogueWith(TWO), {
    book: bookOf({ mine: policyWith([model('lab/talker')]) }),
    providers: [
      createScriptedProvider(asProviderId('first'), {
        unsupported(request): readonly Unsupported[] {
          asked.push(request);
          return request.temperature === undefined ? [] : [{ name: 'temperature', problem: 'it is fixed' }];
        },
      }),
    ],
  });
};

const planOf = async (on: RoutingHarness, request: CompletionRequest, name = 'lab/talker') => {
  const plan = await planned(on, { request, command: { model: name } });
  if (plan.kind === 'REFUSED') throw new Error(JSON.stringify(plan.refusal));
  return plan.value;
};
const idsOf = async (on: RoutingHarness, request: CompletionRequest, name?: string) =>
  (await planOf(on, request, name)).candidates.map(({ offering }) => offering.id);

const hello = textRequest('Hello');

it.each(['lab/talker', 'route:mine'])('requests to %s that are alike are decided once', async (name) => {
  const on = harness();
  const first = await planOf(on, hello, name);
  const other = textRequest('Something else', { seed: 2, metadata: { app: 'x' }, user: 'ann' });
  expect((await planOf(on, textRequest('Again', { seed: 1 }), name)).decision).toEqual(first.decision);
  const third = await planOf(on, other, name);
  const fourth = await planOf(on, textRequest('And again', { seed: 3 }), name);
  expect(fourth.decision).toBe(third.decision);
  expect(fourth.candidates[0].request.messages).toEqual(textRequest('And again').messages);
  expect(asked).toHaveLength(2);
});

it('a parameter, a tool or a need that one request has is not taken for another that has none', async () => {
  const on = harness();
  expect((await planOf(on, hello)).candidates[0].warnings).toEqual([]);
  const [{ warnings }] = (await planOf(on, textRequest('Hello', { temperature: 0.1 }))).candidates;
  expect(warnings).toMatchObject([{ code: 'UNSUPPORTED_PARAMETER', parameter: 'temperature' }]);
  expect((await planOf(on, hello)).candidates[0].warnings).toEqual([]);
  const withTool = textRequest('Hello', { tools: [{ name: 'look', parameters: { type: 'object' } }] });
  expect(await idsOf(on, withTool)).toEqual(['second/talker']);
  expect(await idsOf(on, hello)).toEqual(['first/talker', 'second/talker']);
});

it('what was decided falls with the weather and stands again after it', async () => {
  const on = harness();
  expect(await idsOf(on, hello)).toEqual(['first/talker', 'second/talker']);
  const first = on.health.of('first/talker');
  first.state = 'OPEN';
  expect(await idsOf(on, hello)).toEqual(['second/talker']);
  first.state = 'CLOSED';
  first.isSuspect = true;
  expect(await idsOf(on, hello)).toEqual(['second/talker', 'first/talker']);
  first.isSuspect = false;
  first.closedUntil = on.clock.monotonicMs() + 1_000;
  expect(await idsOf(on, hello)).toEqual(['second/talker']);
  on.clock.advance(1_000);
  expect(await idsOf(on, hello)).toEqual(['first/talker', 'second/talker']);
});

it('a prompt that is too long for one is not sent there, though a short one was', async () => {
  const on = harness();
  const [one] = await idsOf(on, hello);
  expect(one).toBe('first/talker');
  expect(await idsOf(on, textRequest('word '.repeat(8_000)))).toEqual(['second/talker']);
  // Long enough to be measured, and short enough.
  expect(await idsOf(on, textRequest('word '.repeat(2_000)))).toEqual(['first/talker', 'second/talker']);
});
