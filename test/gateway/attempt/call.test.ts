import { expect, it } from 'vitest';
import { asModelSlug } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { usageOf } from '../../../src/domain/usage.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import { Room } from '../../../src/gateway/routing/health/room.ts';
import { Call } from '../../../src/gateway/runs/call.ts';
import { Lifetime } from '../../../src/gateway/runs/lifetime.ts';
import { CANCELLED } from '../../../src/gateway/runs/pipeline.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { catalogueOf, completed, MODEL, requestWith, settled, textDelta, usageUpdated } from '../harness.ts';
import { QUIET } from '../routing/strategies/candidates.ts';
import { CLOSED, scripted } from './attempt-harness.ts';

/** A word takes some turns of the queue to arrive; a call may be cancelled at any of them. */
const TURNS = Array.from({ length: 16 }, (_, turns) => turns);
const ANSWERS: readonly (readonly ProviderEvent[])[] = [
  [completed],
  [textDelta('word'), usageUpdated({ input: 3 }), completed],
];
const CASES = ANSWERS.flatMap((answer) => TURNS.map((turns) => ({ turns, words: answer.length, answer })));

it.each(CASES)(
  'a call that is cancelled $turns turns after an answer of $words words has lost, and tells its end once',
  async ({ turns, answer }) => {
    const [provider] = scripted(1);
    const [offering] = catalogueOf(['first']).offeringsOf(asModelSlug(MODEL));
    if (provider === undefined || offering === undefined) throw new Error('no provider');
    const clock = createFakeClock();
    const ends: string[] = [];
    const told: string[] = [];
    const call = new Call(
      {
        offering,
        provider,
        availability: {
          ...CLOSED,
          pulse: QUIET,
          room: new Room(),
          askedToWaitMs: () => 0,
          mayInsist: () => false,
          insist: () => false,
          decline: () => {},
          began: () => ({
            firstToken: () => {},
            observed: () => {},
            failed: () => {},
            ended: ({ status }) => void ends.push(status),
          }),
        },
        isFallback: false,
        warnings: [],
      },
      { index: 0, offeringId: offering.id, providerId: provider.id, startedAt: clock.now(), cause: 'FIRST' },
      {
        clock,
        lifetime: new Lifetime(clock, CANCELLED, () => {}),
        kind: 'STREAMED',
        limits: DEFAULT_TIMEOUTS,
        conversation: { messages: [] },
        owner: {
          send: (_candidate, _attempt, sink) =>
            provider.complete({ providerModelId: 'talker', request: requestWith(), stream: true }, sink),
          estimated: (_candidate, output) => usageOf({ input: 10, output }),
        },
        onDefect: (error) => {
          throw error;
        },
      },
      {
        onAnswer: () => {},
        onCallEnd: () => void told.push('end'),
        onCallGone: () => void told.push('gone'),
      },
    );
    call.send();
    const scriptedCall = await provider.called(0);
    scriptedCall.send(...answer);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const before = call.end?.attempt.status;
    call.cancel();
    await scriptedCall.over;
    await settled();
    // What had not ended before has lost, whatever was on its way.
    expect(call.end?.attempt.status).toBe(before ?? 'CANCELLED');
    expect(ends).toEqual([call.end?.attempt.status]);
    expect(told).toEqual(['end', 'gone']);
    expect(call.asLost()).toMatchObject({ status: 'CANCELLED' });
    expect(clock.pending()).toBe(0);
  },
);
