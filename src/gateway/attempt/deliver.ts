import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CallReader } from './call-reader.ts';
import { type HandOver, handOver } from './hand-over.ts';
import type { Losers } from './losers.ts';

/** Passes on the answer of one call to its end as it comes, and what losers leave as they end. */
export async function* deliver(
  reader: CallReader,
  losers: Losers,
): AsyncGenerator<CompletionEvent | HandOver, void> {
  let pending: ReturnType<CallReader['next']> | undefined;
  while (losers.waiting()) {
    pending ??= reader.next();
    const step = await Promise.race([pending, losers.next()]);
    yield* losers.told();
    if (step === undefined) continue;
    pending = undefined;
    if (step.done === true) return;
    yield step.value;
  }
  if (pending !== undefined) {
    const step = await pending;
    if (step.done === true) return;
    yield step.value;
  }
  yield handOver(reader);
}
