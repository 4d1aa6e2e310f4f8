import { describe, expect, it } from 'vitest';
import { pumped } from '../../src/adapters/providers/pumped.ts';
import { providerEvents } from '../support/provider-events.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  readUntil,
  settled,
  textDelta,
  usageUpdated,
} from './harness.ts';

const begin = () => {
  const provider = createScriptedProvider('first');
  const other = createScriptedProvider('second');
  const harness = createHarness([provider, other]);
  const events = harness.gateway.complete(callerWith(), commandWith());
  return { ...harness, provider, other, events };
};

const DONE = { done: true, value: undefined };

describe('returning', () => {
  it('while an event is waited for closes the call at once; what was used is metered and recorded', async () => {
    const { events, provider, other, gateway, ledger, store } = begin();
    const reading = readUntil(events, 'usageUpdated');
    const call = await provider.called(0);
    call.send(textDelta('hal'), usageUpdated({ input: 1_000_000, output: 100_000 }));
    await reading;
    const pending = events.next();
    await settled();
    const returned = events.return?.();
    expect(call.signal.aborted).toBe(true);
    expect(await returned).toEqual(DONE);
    expect(await pending).toEqual(DONE);
    await call.over;
    expect(other.calls).toHaveLength(0);
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toMatchObject([
      {
        status: 'CANCELLED',
        failure: { code: 'CANCELLED', providerId: 'first' },
        usage: { input: 1_000_000, output: 100_000 },
        attempts: [{ status: 'FAILED', usage: { output: 100_000 } }],
      },
    ]);
    const [record] = store.written;
    expect(record?.cost.kind === 'PRICED' && record.cost.total.toString()).toBe('2');
    expect(record).not.toHaveProperty('finishReason');
  });

  it('between two events does the same', async () => {
    const { events, provider, gateway, ledger, store } = begin();
    const reading = readUntil(events, 'textDelta');
    const call = await provider.called(0);
    call.send(textDelta('hal'));
    await reading;
    await events.return?.();
    expect(call.signal.aborted).toBe(true);
    await call.over;
    expect(gateway.active).toBe(0);
    await ledger.flush();
    // The provider has not said what it was; what it wrote was not for nothing.
    expect(store.written).toMatchObject([
      {
        status: 'CANCELLED',
        usage: { output: 1 },
        cost: { kind: 'PRICED' },
        attempts: [{ status: 'FAILED', usageEstimated: true }],
      },
    ]);
  });

  it('before there is anything of an answer bills nothing', async () => {
    const { events, provider, ledger, store } = begin();
    const reading = readUntil(events, 'textDelta').catch(() => undefined);
    await provider.called(0);
    await events.return?.();
    await reading;
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED', cost: { kind: 'UNPRICED' } }]);
    expect(store.written[0]).not.toHaveProperty('usage');
  });

  it('is what leaving a for-await does', async () => {
    const { events, provider, ledger, store } = begin();
    void provider.called(0).then((call) => call.send(textDelta('hal')));
    for await (const event of events) if (event.type === 'textDelta') break;
    expect(provider.calls[0]?.signal.aborted).toBe(true);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('twice, or at the same time, records once; afterwards there is nothing more', async () => {
    const { events, provider, ledger, store } = begin();
    const reading = readUntil(events, 'textDelta');
    (await provider.called(0)).send(textDelta('hal'));
    await reading;
    expect(await Promise.all([events.return?.(), events.return?.(), events.next()])).toEqual([
      DONE,
      DONE,
      DONE,
    ]);
    expect(await events.return?.()).toEqual(DONE);
    expect(await events.next()).toEqual(DONE);
    await ledger.flush();
    expect(store.written).toHaveLength(1);
  });

  it('before the first event begins nothing', async () => {
    const { events, provider, gateway, ledger, store } = begin();
    expect(await events.return?.()).toEqual(DONE);
    expect(await events.next()).toEqual(DONE);
    expect(provider.calls).toHaveLength(0);
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toHaveLength(0);
  });

  it('once it has started but before anything is sent records no attempt', async () => {
    const { events, provider, ledger, store } = begin();
    await readUntil(events, 'started');
    await events.return?.();
    expect(provider.calls).toHaveLength(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED', attempts: [] }]);
    expect(store.written[0]).not.toHaveProperty('offeringId');
  });

  it('between two attempts tries no other, and keeps the attempt that failed', async () => {
    const { events, provider, other, ledger, store } = begin();
    provider.answer(failed('OVERLOADED'));
    await readUntil(events, 'attemptFailed');
    await events.return?.();
    expect(other.calls).toHaveLength(0);
    await ledger.flush();
    expect(store.written).toMatchObject([
      {
        status: 'CANCELLED',
        offeringId: 'first/talker',
        attempts: [{ failure: { code: 'OVERLOADED' } }],
        failure: { code: 'CANCELLED' },
      },
    ]);
    expect(store.written[0]?.attempts).toHaveLength(1);
  });

  it('after the last event changes nothing of what is recorded', async () => {
    const { events, provider, gateway, ledger, store } = begin();
    provider.answer(textDelta('hi'), completed);
    await readUntil(events, 'finished');
    // The consumer owes no further call.
    expect(gateway.active).toBe(0);
    await events.return?.();
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('a provider that ends without a word when it is aborted was cancelled, not truncated', async () => {
    const provider = createScriptedProvider('first');
    const mute = {
      ...provider,
      complete: pumped(provider.id, async function* (...args) {
        for await (const event of providerEvents(provider, ...args)) if (event.type !== 'failed') yield event;
      }),
    };
    const { gateway, ledger, store } = createHarness([mute]);
    const events = gateway.complete(callerWith(), commandWith());
    const pending = readUntil(events, 'textDelta').catch(() => undefined);
    await provider.called(0);
    await events.return?.();
    await pending;
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });
});

describe('events that are asked for at the same time', () => {
  it('come one after another', async () => {
    const { events, provider } = begin();
    provider.answer(textDelta('hal'), completed);
    const types = ['started', 'attemptStarted', 'textDelta', 'finished'];
    const steps = await Promise.all(types.map(() => events.next()));
    expect(steps.map(({ value }) => value?.type)).toEqual(types);
    expect(await events.next()).toEqual(DONE);
  });

  it('are over together where the reader leaves meanwhile', async () => {
    const { events, provider, ledger, store } = begin();
    await readUntil(events, 'attemptStarted');
    const pending = [events.next(), events.next()];
    await provider.called(0);
    await events.return?.();
    expect(await Promise.all(pending)).toEqual([DONE, DONE]);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });
});

describe('completions under way', () => {
  it('are counted from the first read on: one that is never read leaks nothing', async () => {
    const { gateway, provider, clock } = begin();
    expect(gateway.active).toBe(0);
    await settled();
    expect(provider.calls).toHaveLength(0);
    expect(clock.pending()).toBe(0);
    await gateway.drain(1_000);
  });

  it('are counted while they run', async () => {
    const { gateway, provider, events } = begin();
    const all = readAll(events);
    const call = await provider.called(0);
    expect(gateway.active).toBe(1);
    call.send(completed);
    await all;
    expect(gateway.active).toBe(0);
  });

  it('do not count those that are refused', async () => {
    const { gateway } = begin();
    const events = await readAll(gateway.complete(callerWith(), commandWith({ model: 'nobody/knows' })));
    expect(events).toMatchObject([{ type: 'failed', error: { kind: 'REFUSED' } }]);
    expect(gateway.active).toBe(0);
  });
});
