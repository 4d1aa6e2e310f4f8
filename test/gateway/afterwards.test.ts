import { describe, expect, it, vi } from 'vitest';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import { asModelSlug, asOfferingId } from '../../src/domain/ids.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Calibration } from '../../src/gateway/estimate/calibration.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
  requestWith,
  textDelta,
  usageUpdated,
} from './harness.ts';
import { catalogueWith, inline, model, policyWith } from './routing/route-fixtures.ts';

const USED = usageUpdated({ input: 30, output: 5 });
const [FIRST, SECOND] = [asOfferingId('first/talker'), asOfferingId('second/talker')];

const twoWith = (options: Parameters<typeof createHarness>[1] = {}) => {
  const [first, second] = [createScriptedProvider('first'), createScriptedProvider('second')];
  return { ...createHarness([first, second], options), first, second };
};

describe('the row of a completion', () => {
  it.each(['finished', 'failed'] as const)('is there before its last event is: %s', async (type) => {
    const { gateway, ledger, store, first } = twoWith();
    first.answer(textDelta('Hi'), type === 'finished' ? completed : failed('SERVER_ERROR'));
    for await (const event of gateway.complete(callerWith(), commandWith())) {
      await ledger.flush();
      expect(store.written).toHaveLength(event.type === type ? 1 : 0);
    }
  });

  type Events = AsyncIterableIterator<CompletionEvent>;
  it.each<readonly [string, (events: Events) => Promise<unknown>]>([
    ['is read to its end', readAll],
    ['is left', async (events) => events.return?.()],
  ])('is written once, of one that %s, whatever becomes of the server', async (_, goOn) => {
    const { gateway, store, first } = twoWith();
    first.answer(textDelta('Hi'), USED, completed);
    const events = gateway.complete(callerWith(), commandWith());
    await events.next();
    await goOn(events);
    await events.return?.();
    await gateway.drain(0);
    expect(store.written).toHaveLength(1);
  });
});

it('statistics count each call where it was made, by how it ended', async () => {
  const { gateway, first, second } = twoWith();
  first.answer(failed('OVERLOADED'));
  second.answer(textDelta('Hi'), USED, completed);
  await readAll(gateway.complete(callerWith(), commandWith()));
  expect([...gateway.stats.totals(FIRST)]).toEqual([['OVERLOADED', 1]]);
  expect([...gateway.stats.totals(SECOND)]).toEqual([['SUCCEEDED', 1]]);
  expect(gateway.stats.window(SECOND, 'ONE_MINUTE').judged).toBe(1);
});

describe('how a model counts its tokens', () => {
  const observed = async (...answers: readonly (readonly ProviderEvent[])[]) => {
    const observe = vi.fn<Calibration['observe']>();
    const calibration: Calibration = {
      of: () => ({ factor: 1, samples: 0, deviation: 0 }),
      learnt: () => undefined,
      begin() {},
      observe,
    };
    const { gateway, first, second } = twoWith({ calibration });
    for (const [place, answer] of answers.entries()) [first, second][place]?.answer(...answer);
    await readAll(gateway.complete(callerWith(), commandWith()));
    return observe.mock.calls;
  };

  it('is learnt of a completion in one attempt', async () => {
    expect(await observed([textDelta('Hi'), USED, completed])).toEqual([
      [asModelSlug('lab/talker'), requestWith(), 30],
    ]);
  });

  it('is not learnt where an attempt failed, what was reported being of both', async () => {
    expect(await observed([USED, failed('OVERLOADED')], [textDelta('Hi'), USED, completed])).toEqual([]);
    expect(await observed([textDelta('Hi'), USED, failed('SERVER_ERROR')])).toEqual([]);
    expect(await observed([textDelta('Hi'), completed])).toEqual([]);
  });
});

it('a conversation goes on where it was answered', async () => {
  const catalogue = catalogueWith([
    { id: 'first/talker', input: '1' },
    { id: 'second/talker', input: '2' },
  ]);
  const { gateway, first, second } = twoWith({ catalogue });
  const policy = policyWith([model('lab/talker')], {
    strategy: { kind: 'STICKY', forMs: 300_000, maxCostRatio: 10, order: { kind: 'CHEAPEST' } },
  });
  const ask = async (request = requestWith()) =>
    recordIn(await readAll(gateway.complete(callerWith(), commandWith(inline(policy, { request })))));
  first.answer(failed('SERVER_ERROR'));
  second.answer(textDelta('Hi'), USED, completed);
  expect((await ask()).offeringId).toBe(SECOND);
  second.answer(textDelta('Bye'), USED, completed);
  const { messages } = requestWith();
  const said = { role: 'assistant', text: 'Hi', reasoning: [], toolCalls: [] } as const;
  const { route, attempts } = await ask(requestWith({ messages: [...messages, said, ...messages] }));
  expect(route.candidates[0]).toBe(SECOND);
  expect(attempts).toHaveLength(1);
});
