import { describe, expect, it } from 'vitest';
import { asProviderId } from '../../src/domain/ids.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Provider } from '../../src/ports/provider.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  readAll,
  readUntil,
  recordIn,
  textDelta,
  usageUpdated,
} from './harness.ts';

const SECRET = new Error('the prompt was: open sesame');

/** Yields these, then throws, against its contract. */
const throwingAfter = (...events: readonly ProviderEvent[]): Provider => ({
  id: asProviderId('first'),
  completes: true,
  unsupported: () => [],
  operations: {},
  listModels: async () => ({ kind: 'NOT_OFFERED' }),
  async *complete() {
    yield* events;
    throw SECRET;
  },
});

const runOn = async (...providers: readonly Provider[]) => {
  const harness = createHarness(providers);
  const events = await readAll(harness.gateway.complete(callerWith(), commandWith()));
  await harness.ledger.flush();
  return { ...harness, events };
};

/** An event that cannot be read. */
const UNREADABLE: ProviderEvent = {
  type: 'textDelta',
  get text(): string {
    throw SECRET;
  },
};

describe('an event that cannot be read', () => {
  /** Says when it has been told to end. */
  const sending = (...events: readonly ProviderEvent[]) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const provider: Provider = {
      ...throwingAfter(),
      async *complete(_call, signal) {
        signal.addEventListener('abort', () => resolve());
        yield* events;
      },
    };
    return { provider, closed };
  };

  it('is a failure of its call, which is closed; another one answers', async () => {
    const second = createScriptedProvider('second');
    second.answer(textDelta('Hello'), completed);
    const { provider, closed } = sending(UNREADABLE, textDelta('more'));
    const { events, defects } = await runOn(provider, second);
    await closed;
    expect(recordIn(events)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [{ status: 'FAILED', failure: { code: 'SERVER_ERROR' } }, { status: 'SUCCEEDED' }],
    });
    expect(defects).toEqual([SECRET]);
  });

  it('changes nothing once the answer is whole', async () => {
    const { events, defects } = await runOn(sending(textDelta('Hello'), completed, UNREADABLE).provider);
    expect(recordIn(events)).toMatchObject({ status: 'SUCCEEDED' });
    expect(defects).toEqual([SECRET]);
  });
});

describe('a provider that throws', () => {
  it('ends in a typed failure with its row, and the error goes to whoever logs', async () => {
    const { events, store, defects, gateway } = await runOn(
      throwingAfter(textDelta('Hel'), usageUpdated({ input: 5, output: 2 })),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: { kind: 'UPSTREAM', failure: { code: 'SERVER_ERROR', retry: 'ELSEWHERE', providerId: 'first' } },
    });
    expect(JSON.stringify(events)).not.toContain('sesame');
    expect(store.written).toEqual([{ operation: 'COMPLETION', ...recordIn(events) }]);
    expect(store.written[0]).toMatchObject({ status: 'FAILED', usage: { input: 5, output: 2 } });
    expect(defects).toEqual([SECRET]);
    expect(gateway.active).toBe(0);
  });

  it('before anything was seen is passed over to the next', async () => {
    const second = createScriptedProvider('second');
    const calls: readonly Provider['complete'][] = [
      throwingAfter().complete,
      () => {
        throw SECRET;
      },
    ];
    for (const complete of calls) {
      second.answer(textDelta('Hello'), completed);
      const { events, defects } = await runOn({ ...throwingAfter(), complete }, second);
      expect(recordIn(events)).toMatchObject({
        status: 'SUCCEEDED',
        offeringId: 'second/talker',
        attempts: [{ status: 'FAILED', failure: { code: 'SERVER_ERROR' } }, { status: 'SUCCEEDED' }],
      });
      expect(defects).toEqual([SECRET]);
    }
  });

  it('after it has said that the answer is complete takes nothing back', async () => {
    const { events, defects } = await runOn(throwingAfter(textDelta('Hello'), completed));
    expect(recordIn(events)).toMatchObject({ status: 'SUCCEEDED' });
    expect(defects).toEqual([SECRET]);
  });

  it('because it was cancelled is cancelled', async () => {
    const { gateway, store, ledger } = createHarness([
      {
        ...throwingAfter(),
        async *complete(_call, signal) {
          const aborted = Promise.withResolvers<void>();
          signal.addEventListener('abort', () => aborted.resolve());
          yield textDelta('Hel');
          await aborted.promise;
          throw signal.reason;
        },
      },
    ]);
    const events = gateway.complete(callerWith(), commandWith());
    await readUntil(events, 'textDelta');
    await events.return?.();
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED', failure: { code: 'CANCELLED' } }]);
  });
});

describe('a provider that throws when asked what it supports', () => {
  const broken: Provider = {
    ...throwingAfter(),
    unsupported: () => {
      throw SECRET;
    },
  };

  it('is no candidate', async () => {
    const second = createScriptedProvider('second');
    second.answer(textDelta('Hello'), completed);
    const { events, defects } = await runOn(broken, second);
    expect(recordIn(events).route.candidates).toEqual(['second/talker']);
    expect(defects).toEqual([SECRET]);
  });

  it('is unavailable where there is no other', async () => {
    const { events } = await runOn(broken);
    expect(events).toMatchObject([
      { type: 'failed', error: { kind: 'REFUSED', refusal: { code: 'UNAVAILABLE' } } },
    ]);
    expect(JSON.stringify(events)).not.toContain('sesame');
  });
});
