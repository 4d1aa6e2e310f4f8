import type { Attempt } from '../../domain/attempt.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Clock } from '../../ports/clock.ts';
import { hasContent, isGood } from './answer-measure.ts';
import { type Contender, stepOf } from './call-reader.ts';
import type { Call, CallEnd } from './run-call.ts';

/** A second call, once the first is late. */
export type Hedge = {
  readonly afterMs: number;
  /** Empty where there is nobody who may be called. */
  readonly start: () => AsyncGenerator<CompletionEvent, readonly Contender[]>;
};

export type Contest =
  | { readonly kind: 'WON'; readonly winner: Contender; readonly others: readonly Contender[] }
  /** All have failed; the last failure is still to be told. */
  | { readonly kind: 'LOST'; readonly last: CallEnd; readonly call: Call };

type ContestDependencies = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes a failed attempt other than the last; gives it as it is told of. */
  readonly onFailed: (attempt: Attempt) => Attempt;
};

/**
 * Reads several calls side by side until one is ahead: the first with content that is no refusal; a refusal or an
 * empty answer only where nothing better can come any more.
 */
export async function* contend(
  first: readonly Contender[],
  hedge: Hedge | undefined,
  { clock, signal, onFailed }: ContestDependencies,
): AsyncGenerator<CompletionEvent, Contest> {
  const all = [...first];
  const running = new Set(first);
  const answered: Contender[] = [];
  const won = (winner: Contender): Contest => ({
    kind: 'WON',
    winner,
    // Those that have failed are told of already.
    others: all.filter((each) => each !== winner && (running.has(each) || answered.includes(each))),
  });

  const late = Promise.withResolvers<'LATE'>();
  let mayHedge = hedge !== undefined;
  const cancelTimer = hedge && clock.after(hedge.afterMs, () => late.resolve('LATE'));
  try {
    for (;;) {
      const [alone] = running;
      if (alone === undefined) {
        const [best] = answered;
        if (best !== undefined) return won(best);
      } else if (running.size === 1 && answered.length === 0 && !mayHedge && alone.held.some(hasContent)) {
        return won(alone);
      }
      const steps = [...running].map((contender) => stepOf(contender).then((step) => ({ contender, step })));
      const what = await Promise.race(mayHedge ? [...steps, late.promise] : steps);
      if (what === 'LATE') {
        mayHedge = false;
        const second = hedge !== undefined && !signal.aborted ? yield* hedge.start() : [];
        all.push(...second);
        for (const each of second) running.add(each);
        continue;
      }
      const { contender, step } = what;
      contender.pending = undefined;
      if (step.done !== true) {
        contender.held.push(step.value);
        if (isGood(step.value)) return won(contender);
        // It has begun to answer: no second one is needed.
        if (hasContent(step.value)) mayHedge = false;
        continue;
      }
      running.delete(contender);
      if (step.value.completed !== undefined) {
        answered.push(contender);
        continue;
      }
      if (running.size === 0 && answered.length === 0)
        return { kind: 'LOST', last: step.value, call: contender.call };
      const attempt = onFailed(step.value.attempt);
      yield { type: 'attemptFailed', attempt, willRetry: !signal.aborted };
    }
  } finally {
    cancelTimer?.();
  }
}
