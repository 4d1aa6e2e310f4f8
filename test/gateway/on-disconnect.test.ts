import { describe, expect, it } from 'vitest';
import type { OnDisconnect } from '../../src/gateway/completion-command.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readUntil,
  settled,
  textDelta,
  usageUpdated,
} from './harness.ts';
import { beginWith, done, embedding, VECTORS } from './operation-harness.ts';

const DONE = { done: true, value: undefined };

const begin = (onDisconnect: OnDisconnect, coalesceMs = 0) => {
  const provider = createScriptedProvider('first');
  const other = createScriptedProvider('second');
  const harness = createHarness([provider, other]);
  const events = harness.gateway.complete(callerWith(), commandWith({ onDisconnect }), coalesceMs);
  return { ...harness, provider, other, events };
};

/** Up to the first text, which has been passed on. */
const beginAnswer = async (onDisconnect: OnDisconnect, coalesceMs?: number) => {
  const begun = begin(onDisconnect, coalesceMs);
  const reading = readUntil(begun.events, 'textDelta');
  const call = await begun.provider.called(0);
  call.send(textDelta('hal'));
  await reading;
  return { ...begun, call };
};

describe('a client that leaves', () => {
  it('under CANCEL closes the call; its row says so', async () => {
    const { events, call, gateway, ledger, store } = await beginAnswer('CANCEL');
    await events.return?.();
    expect(call.signal.aborted).toBe(true);
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it.each([0, 20])(
    'under DRAIN is let go at once, and the answer is read to its end (coalesced by %i ms)',
    async (coalesceMs) => {
      const { events, call, gateway, ledger, store, clock } = await beginAnswer('DRAIN', coalesceMs);
      const pending = events.next();
      expect(await events.return?.()).toEqual(DONE);
      expect(await pending).toEqual(DONE);
      expect(await events.next()).toEqual(DONE);
      expect(call.signal.aborted).toBe(false);
      expect(gateway.active).toBe(1);
      call.send(textDelta('f'), usageUpdated({ input: 1_000_000, output: 100_000 }), completed);
      await call.over;
      await settled();
      expect(gateway.active).toBe(0);
      await ledger.flush();
      expect(store.written).toMatchObject([
        {
          status: 'SUCCEEDED',
          usage: { input: 1_000_000, output: 100_000 },
          attempts: [{ status: 'SUCCEEDED' }],
        },
      ]);
      const [row] = store.written;
      expect(row?.attempts[0]).not.toHaveProperty('usageEstimated');
      expect(row?.cost.kind === 'PRICED' && row.cost.total.toString()).toBe('2');
      await gateway.drain(0);
      expect(clock.pending()).toBe(0);
    },
  );

  it('under DRAIN between two events does the same, as often as it leaves', async () => {
    const { events, call, ledger, store } = await beginAnswer('DRAIN');
    await Promise.all([events.return?.(), events.return?.()]);
    call.send(usageUpdated({ input: 9, output: 2 }), completed);
    await call.over;
    await settled();
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'SUCCEEDED', usage: { input: 9, output: 2 } }]);
  });

  it('under DRAIN does not make the answer wait: all of it is taken as it comes', async () => {
    const { events, call } = await beginAnswer('DRAIN');
    await events.return?.();
    for (let sent = 0; sent < 2_000; sent += 1) call.send(textDelta('x'));
    await settled();
    expect(call.taken()).toBe(2_001);
    call.send(completed);
    await call.over;
  });

  it('under DRAIN before anything was sent cancels', async () => {
    const { events, provider, gateway, ledger, store } = begin('DRAIN');
    await readUntil(events, 'attemptStarted');
    await events.return?.();
    for (const { signal } of provider.calls) expect(signal.aborted).toBe(true);
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('under DRAIN begins no other attempt', async () => {
    const { events, provider, other, gateway, ledger, store } = begin('DRAIN');
    await readUntil(events, 'attemptStarted');
    const pending = events.next();
    const call = await provider.called(0);
    await events.return?.();
    expect(await pending).toEqual(DONE);
    call.send(failed('SERVER_ERROR', { retry: 'ELSEWHERE' }));
    await call.over;
    await settled();
    expect(gateway.active).toBe(0);
    expect(other.calls).toHaveLength(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'FAILED', failure: { code: 'SERVER_ERROR' } }]);
  });

  it('under DRAIN does not send the other attempt that it was just told of', async () => {
    const { events, provider, other, gateway, ledger, store } = begin('DRAIN');
    await readUntil(events, 'attemptStarted');
    const failing = readUntil(events, 'attemptFailed');
    const call = await provider.called(0);
    call.send(failed('SERVER_ERROR', { retry: 'ELSEWHERE' }));
    await failing;
    await readUntil(events, 'attemptStarted');
    await events.return?.();
    await settled();
    expect(gateway.active).toBe(0);
    expect(other.calls).toHaveLength(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'FAILED', failure: { code: 'SERVER_ERROR' } }]);
    expect(store.written[0]?.attempts).toHaveLength(1);
  });

  it('under DRAIN is bound by the time limits of the completion', async () => {
    const { events, call, clock, gateway, ledger, store } = await beginAnswer('DRAIN');
    await events.return?.();
    await settled();
    clock.advance(60_100);
    await call.over;
    await settled();
    expect(call.signal.aborted).toBe(true);
    expect(gateway.active).toBe(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'FAILED', failure: { code: 'TIMEOUT' } }]);
  });

  it('under DRAIN is bound by a server that stops', async () => {
    const { events, call, clock, gateway, store } = await beginAnswer('DRAIN');
    await events.return?.();
    const drained = gateway.drain(10_000);
    await settled();
    expect(call.signal.aborted).toBe(false);
    clock.advance(10_000);
    await drained;
    expect(call.signal.aborted).toBe(true);
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });
});

describe('an operation whose client leaves', () => {
  it.each(['CANCEL', 'DRAIN'] as const)('under %s', async (onDisconnect) => {
    const { perform, first, aborter } = beginWith(['first'], { operations: ['EMBEDDING'] });
    const answer = perform(embedding({ onDisconnect }));
    const call = await first.performed(0);
    aborter.abort();
    call.finish(done(VECTORS));
    expect((await answer).kind).toBe(onDisconnect === 'DRAIN' ? 'DONE' : 'FAILED');
  });
});
