import { describe, expect, it } from 'vitest';
import { pumped } from '../../src/adapters/providers/pumped.ts';
import { failureOf } from '../../src/domain/failure.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { Provider, ProviderSink } from '../../src/ports/provider.ts';
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
  complete: pumped(asProviderId('first'), async function* () {
    yield* events;
    throw SECRET;
  }),
});

/** Says these at once, as far as they are read, though one of them ends the answer; then `last`. */
const pushing = (
  events: readonly ProviderEvent[],
  last?: (sink: ProviderSink) => void,
): Provider['complete'] => {
  return (_call, sink) => {
    let at = 0;
    let isPaused = false;
    const say = (): void => {
      for (let event = events[at]; event !== undefined && !isPaused; event = events[at]) {
        at += 1;
        sink.event(event);
      }
      if (!isPaused) last?.(sink);
    };
    queueMicrotask(say);
    return {
      pause() {
        isPaused = true;
      },
      resume() {
        isPaused = false;
        say();
      },
      abort: () => sink.event({ type: 'failed', failure: failureOf('CANCELLED', 'The call was cancelled.') }),
    };
  };
};

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
      complete(call, sink) {
        const upstream = pushing(events)(call, sink);
        const abort = (): void => {
          resolve();
          upstream.abort();
        };
        return { ...upstream, abort };
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
    expect(defects).toMatchObject([{ message: expect.stringContaining('after the last event') }]);
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
    expect(store.written).toEqual([recordIn(events)]);
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
    const complete = pushing([textDelta('Hello'), completed], (sink) => sink.broke(SECRET));
    const { events, defects } = await runOn({ ...throwingAfter(), complete });
    expect(recordIn(events)).toMatchObject({ status: 'SUCCEEDED' });
    expect(defects).toEqual([SECRET]);
  });

  it('because it was cancelled is cancelled', async () => {
    const { gateway, store, ledger } = createHarness([
      {
        ...throwingAfter(),
        complete: pumped(asProviderId('first'), async function* (_call, signal) {
          const aborted = Promise.withResolvers<void>();
          signal.addEventListener('abort', () => aborted.resolve());
          yield textDelta('Hel');
          await aborted.promise;
          throw signal.reason;
        }),
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
