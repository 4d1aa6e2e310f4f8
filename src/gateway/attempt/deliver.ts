import type { CompletionEvent } from '../../domain/completion-event.ts';
import { type Contender, stepOf } from './contest.ts';
import { createHoldBack } from './hold-back.ts';
import type { Losers } from './losers.ts';
import type { CallEnd } from './run-call.ts';

/** How the call ended that was gone on with, and whether the client has seen anything of its answer. */
export type Delivered = { readonly end: CallEnd; readonly seen: boolean };

/**
 * Passes on the answer of one call as it comes, and what losers leave as they end. WHOLE: the client sees nothing of
 * it before all is over, so that nothing is held back.
 */
export async function* deliver(
  contender: Contender,
  delivery: 'STREAM' | 'WHOLE',
  holdBackTokens: number,
  losers: Losers,
): AsyncGenerator<CompletionEvent, Delivered> {
  const hold = delivery === 'STREAM' ? createHoldBack(holdBackTokens) : undefined;
  for (const event of contender.held) {
    if (hold === undefined) yield event;
    else yield* hold.add(event);
  }
  for (;;) {
    const pending = stepOf(contender);
    while (losers.waiting()) {
      const what = await Promise.race([pending, losers.next()]);
      yield* losers.told();
      if (what !== undefined) break;
    }
    const step = await pending;
    delete contender.pending;
    if (step.kind === 'ENDED') {
      if (step.end.completed !== undefined && hold !== undefined) yield* hold.flush();
      return { end: step.end, seen: hold?.isOpen() ?? false };
    }
    if (hold === undefined || hold.isOpen()) yield step.event;
    else yield* hold.add(step.event);
  }
}
