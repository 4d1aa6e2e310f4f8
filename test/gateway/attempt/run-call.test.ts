import { expect, it } from 'vitest';
import { pumped } from '../../../src/adapters/providers/pumped.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { providerEvents } from '../../../src/gateway/attempt/provider-events.ts';
import { startCall } from '../../../src/gateway/attempt/run-call.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { catalogueOf, completed, MODEL, requestWith, textDelta, usageUpdated } from '../harness.ts';
import { CLOSED, scripted } from './attempt-harness.ts';

/** The provider, and how many questions it was asked at a time. */
const counting = (provider: Provider) => {
  let asking = 0;
  let most = 0;
  const counted: Provider = {
    ...provider,
    complete: pumped(provider.id, (call, signal) => {
      const source = providerEvents(provider, call, signal)[Symbol.asyncIterator]();
      const next = async () => {
        asking += 1;
        most = Math.max(most, asking);
        try {
          return await source.next();
        } finally {
          asking -= 1;
        }
      };
      return { [Symbol.asyncIterator]: () => ({ next }) };
    }),
  };
  return { counted, most: () => most };
};

/** A word takes some turns of the queue to arrive; a call may be cancelled at any of them. */
const TURNS = Array.from({ length: 16 }, (_, turns) => turns);
const ANSWERS: readonly (readonly ProviderEvent[])[] = [
  [completed],
  [textDelta('word'), usageUpdated({ input: 3 }), completed],
];
const CASES = ANSWERS.flatMap((answer) => TURNS.map((turns) => ({ turns, words: answer.length, answer })));

it.each(CASES)(
  'a call that is cancelled $turns turns after an answer of $words words has lost; it asks nothing twice',
  async ({ turns, answer }) => {
    const [provider] = scripted(1);
    const [offering] = catalogueOf(['first']).offeringsOf(asModelSlug(MODEL));
    if (provider === undefined || offering === undefined) throw new Error('no provider');
    const { counted, most } = counting(provider);
    const clock = createFakeClock();
    const ends: string[] = [];
    const call = startCall(
      {
        offering,
        provider: counted,
        breaker: CLOSED,
        isFallback: false,
        request: requestWith(),
        warnings: [],
      },
      { index: 0, offeringId: offering.id, providerId: provider.id, startedAt: clock.now(), cause: 'FIRST' },
      {
        clock,
        signal: new AbortController().signal,
        whyAborted: () => undefined,
        rateLimits: { observe: () => {}, failed: () => {} },
        health: { began: () => ({ firstToken: () => {}, ended: ({ status }) => void ends.push(status) }) },
        stream: true,
        timeouts: DEFAULT_TIMEOUTS,
        inputTokens: () => 10,
        onDefect: (error) => {
          throw error;
        },
      },
    );
    const read = (async () => {
      for (;;) {
        const step = await call.next();
        if (step.done === true) return step.value;
      }
    })();
    const scriptedCall = await provider.called(0);
    scriptedCall.send(...answer);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const before = call.end()?.attempt.status;
    call.cancel();
    const { attempt } = await read;
    await call.gone;
    expect(most()).toBe(1);
    // What had not ended before has lost, whatever was on its way.
    expect(attempt.status).toBe(before ?? 'CANCELLED');
    expect(ends).toEqual([attempt.status]);
    expect(call.asLost()).toMatchObject({ status: 'CANCELLED' });
    expect(clock.pending()).toBe(0);
  },
);
