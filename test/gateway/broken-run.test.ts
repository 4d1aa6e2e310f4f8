import { expect, it } from 'vitest';
import { asOfferingId } from '../../src/domain/ids.ts';
import { DEFAULT_POLICY } from '../../src/domain/route.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  catalogueOf,
  commandWith,
  createHarness,
  failed,
  readUntil,
  settled,
  textDelta,
  usageUpdated,
} from './harness.ts';
import { commandOf, done } from './operation-harness.ts';

const IDS = ['first', 'second'];

/** A race of two, in a catalogue whose prices cannot be read any more once `breaks` is set. */
const begin = () => {
  const state = { breaks: false };
  const sound = catalogueOf(IDS);
  const catalogue = {
    ...sound,
    pricesOf(...args: Parameters<typeof sound.pricesOf>) {
      if (state.breaks) throw new Error('the prices broke');
      return sound.pricesOf(...args);
    },
  };
  const [first, second] = [createScriptedProvider('first'), createScriptedProvider('second')];
  const harness = createHarness([first, second], { catalogue });
  const command = commandWith({
    model: 'inline',
    routing: {
      policy: {
        ...DEFAULT_POLICY,
        candidates: IDS.map((id) => ({
          target: { kind: 'OFFERING', id: asOfferingId(`${id}/talker`) },
          weight: 1,
        })),
        strategy: { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } },
      },
    },
  });
  return { ...harness, state, first, second, command };
};

it('a defect while two calls run is told in place of the last event, with nothing after it', async () => {
  const { gateway, ledger, store, state, first, second, command } = begin();
  const told: string[] = [];
  gateway.run(callerWith(), command, {
    event: ({ type }) => void told.push(type),
    broke: (error) => void told.push(String(error)),
  });
  const [one, other] = [await first.called(0), await second.called(0)];
  state.breaks = true;
  one.send(usageUpdated({ input: 5 }), failed('SERVER_ERROR'));
  await other.over;
  await settled();
  expect(told).toEqual(['started', 'attemptStarted', 'attemptStarted', 'Error: the prices broke']);
  expect(other.signal.aborted).toBe(true);
  expect(gateway.active).toBe(0);
  await ledger.flush();
  expect(store.written).toMatchObject([
    {
      status: 'FAILED',
      failure: { code: 'INTERNAL' },
      cost: { kind: 'UNPRICED' },
      attempts: [
        { status: 'FAILED', failure: { code: 'SERVER_ERROR' }, usage: { input: 5 } },
        { status: 'CANCELLED', usageEstimated: true },
      ],
    },
  ]);
});

it('a client that leaves is let go though metering breaks', async () => {
  const { gateway, ledger, store, state, first, second, command } = begin();
  const events = gateway.complete(callerWith(), command);
  const reading = readUntil(events, 'textDelta');
  (await first.called(0)).send(textDelta('hal'), usageUpdated({ input: 5, output: 1 }));
  await second.called(0);
  await reading;
  state.breaks = true;
  expect(await events.return?.()).toEqual({ done: true, value: undefined });
  expect(gateway.active).toBe(0);
  await ledger.flush();
  expect(store.written).toMatchObject([
    { status: 'FAILED', failure: { code: 'INTERNAL' }, attempts: [{ usageEstimated: true }, {}] },
  ]);
});

it('an operation that breaks once its provider has answered leaves its row, and one alone', async () => {
  const provider = createScriptedProvider('first', { operations: ['EMBEDDING'] });
  const state = { breaks: false };
  const sound = catalogueOf(['first']);
  const pricesOf: typeof sound.pricesOf = (id) => {
    if (state.breaks) throw new Error('the prices broke');
    return sound.pricesOf(id);
  };
  const { gateway, ledger, store } = createHarness([provider], { catalogue: { ...sound, pricesOf } });
  const command = commandOf('EMBEDDING', { inputs: ['one'] });
  const { signal } = new AbortController();
  const answer = gateway.perform(callerWith(), command, signal);
  const call = await provider.performed(0);
  state.breaks = true;
  call.finish(done({ vectors: [[1]] }, { input: 5 }));
  await expect(answer).rejects.toThrow('the prices broke');
  await ledger.flush();
  expect(store.written).toMatchObject([
    { operation: 'EMBEDDING', status: 'FAILED', failure: { code: 'INTERNAL' } },
  ]);
});
