import { expect, it } from 'vitest';
import { pumped } from '../../src/adapters/providers/pumped.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  readAll,
  readUntil,
  settled,
  textDelta,
} from './harness.ts';
import { embedding } from './operation-harness.ts';

const begin = () => {
  const provider = createScriptedProvider('first');
  const harness = createHarness([provider]);
  return { ...harness, provider, complete: () => harness.gateway.complete(callerWith(), commandWith()) };
};

it('refuses new work as UNAVAILABLE, and lets what is under way finish', async () => {
  const { gateway, provider, store, clock, complete } = begin();
  const unread = complete();
  const all = readAll(complete());
  const call = await provider.called(0);
  const drained = gateway.drain(10_000);

  const refused = { error: { kind: 'REFUSED', refusal: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } } };
  expect(await readAll(complete())).toMatchObject([refused]);
  // Asked for before, but not begun: its row could not be written any more.
  expect(await readAll(unread)).toMatchObject([refused]);

  clock.advance(9_000);
  call.send(textDelta('done'), completed);
  await drained;
  expect((await all).at(-1)).toMatchObject({ type: 'finished' });
  expect(store.written).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(clock.pending()).toBe(0);
});

it('cancels what is not done in time, records it, and tells the consumer', async () => {
  const { gateway, provider, store, clock, complete } = begin();
  const all = readAll(complete());
  const call = await provider.called(0);
  call.send(textDelta('hal'));
  await settled();
  const drained = gateway.drain(10_000);
  clock.advance(9_999);
  await settled();
  expect(call.signal.aborted).toBe(false);
  clock.advance(1);
  await drained;
  expect(call.signal.aborted).toBe(true);
  expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  expect((await all).at(-1)).toMatchObject({
    type: 'failed',
    error: { kind: 'UPSTREAM', failure: { code: 'STOPPED', retryAfterMs: 1_000 } },
  });
});

it('records completions whose consumer has stopped reading', async () => {
  const { gateway, provider, store, clock, complete } = begin();
  const events = complete();
  const reading = readUntil(events, 'textDelta');
  (await provider.called(0)).send(textDelta('hal'), textDelta('f'));
  await reading;
  const drained = gateway.drain(10_000);
  clock.advance(10_000);
  await drained;
  expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  expect((await readAll(events)).at(-1)).toMatchObject({ type: 'failed' });
});

it('does not wait for ever for a provider that does not let go', async () => {
  const { gateway, store, clock } = (() => {
    const stubborn = {
      ...createScriptedProvider('first'),
      complete: pumped(asProviderId('first'), async function* () {
        yield textDelta('hal');
        await new Promise(() => {});
      }),
    };
    return createHarness([stubborn]);
  })();
  const events = gateway.complete(callerWith(), commandWith());
  await readUntil(events, 'textDelta');
  void events.next();
  const drained = gateway.drain(1_000);
  clock.advance(1_000);
  await settled();
  clock.advance(2_000);
  await drained;
  expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
});

it('refuses new work with nothing under way: completions and operations, while it drains and after', async () => {
  const { gateway, provider, store, complete } = begin();
  const refused = { code: 'UNAVAILABLE', retryAfterMs: 1_000 };
  const expectRefusals = async (): Promise<void> => {
    expect(await readAll(complete())).toMatchObject([{ error: { kind: 'REFUSED', refusal: refused } }]);
    const answer = await gateway.perform(callerWith(), embedding(), new AbortController().signal);
    expect(answer).toMatchObject({ kind: 'REFUSED', refusal: refused });
  };
  const drained = gateway.drain(10_000);
  await expectRefusals();
  await drained;
  await expectRefusals();
  expect(provider.calls).toHaveLength(0);
  expect(store.written).toEqual([]);
});

it('resolves at once when nothing is under way, as often as it is asked', async () => {
  const { gateway } = begin();
  await Promise.all([gateway.drain(10_000), gateway.drain(10_000)]);
});

it('asked twice while something is under way, resolves both when it is done', async () => {
  const { gateway, provider, complete } = begin();
  const all = readAll(complete());
  const call = await provider.called(0);
  const both = Promise.all([gateway.drain(10_000), gateway.drain(10_000)]);
  call.send(completed);
  await both;
  await all;
});
