import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Clock } from '../../ports/clock.ts';
import { type AnswerEvent, hasContent, isGood } from './answer-measure.ts';
import type { Call, CallEnd, CallStep } from './run-call.ts';

/** A call with what has been read of it and not been passed on. */
export type Contender = {
  readonly call: Call;
  readonly held: AnswerEvent[];
  /** The step that was asked for and has not been looked at. */
  pending?: Promise<CallStep>;
};

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

export const stepOf = (contender: Contender): Promise<CallStep> => {
  contender.pending ??= contender.call.next();
  return contender.pending;
};

type ContestDependencies = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes a failed attempt other than the last. */
  readonly onFailed: (end: CallEnd) => void;
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
      delete contender.pending;
      if (step.kind === 'EVENT') {
        contender.held.push(step.event);
        if (isGood(step.event)) return won(contender);
        // It has begun to answer: no second one is needed.
        if (hasContent(step.event)) mayHedge = false;
        continue;
      }
      running.delete(contender);
      if (step.end.completed !== undefined) {
        answered.push(contender);
        continue;
      }
      if (running.size === 0 && answered.length === 0)
        return { kind: 'LOST', last: step.end, call: contender.call };
      onFailed(step.end);
      yield { type: 'attemptFailed', attempt: step.end.attempt, willRetry: !signal.aborted };
    }
  } finally {
    cancelTimer?.();
  }
}
