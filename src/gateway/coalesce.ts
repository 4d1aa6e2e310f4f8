import type { CompletionEvent } from '../domain/completion-event.ts';
import type { Clock } from '../ports/clock.ts';

/** Joins two deltas of one kind; undefined where they do not belong together. */
const joined = (held: CompletionEvent, next: CompletionEvent): CompletionEvent | undefined => {
  if (held.type === 'textDelta' && next.type === 'textDelta')
    return { type: 'textDelta', text: held.text + next.text };
  if (held.type === 'refusalDelta' && next.type === 'refusalDelta') {
    return { type: 'refusalDelta', text: held.text + next.text };
  }
  if (held.type === 'reasoningDelta' && next.type === 'reasoningDelta') {
    // A signature closes its block: what follows belongs to another one.
    if (held.signature !== undefined || held.redacted === true || next.redacted === true) return undefined;
    return { ...next, text: held.text + next.text };
  }
  if (held.type === 'toolCallDelta' && next.type === 'toolCallDelta' && held.index === next.index) {
    return { ...held, argumentsDelta: held.argumentsDelta + next.argumentsDelta };
  }
  return undefined;
};

const isDelta = (event: CompletionEvent): boolean =>
  event.type === 'textDelta' ||
  event.type === 'reasoningDelta' ||
  event.type === 'toolCallDelta' ||
  event.type === 'refusalDelta';

/**
 * Holds deltas back for at most `windowMs` and joins those that belong together, so that fewer, larger
 * events go out; order and content stay as they are. The first delta goes out at once, so that the time to
 * the first token is not touched. 0 changes nothing. Returning early returns the source early.
 */
export const coalesce = (
  source: AsyncIterableIterator<CompletionEvent>,
  windowMs: number,
  clock: Clock,
): AsyncIterableIterator<CompletionEvent> => {
  if (windowMs <= 0) return source;

  const ready: CompletionEvent[] = [];
  let held: CompletionEvent | undefined;
  let cancelTimer: (() => void) | undefined;
  let firstDeltaSent = false;
  let finished = false;
  let failure: { readonly error: unknown } | undefined;
  let pumping = false;
  let wake: (() => void) | undefined;

  const release = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (held !== undefined) ready.push(held);
    held = undefined;
    if (ready.length > 0) {
      wake?.();
      wake = undefined;
    }
  };

  const accept = (event: CompletionEvent): void => {
    if (!isDelta(event) || !firstDeltaSent) {
      firstDeltaSent ||= isDelta(event);
      release();
      ready.push(event);
      release();
      return;
    }
    const merged = held === undefined ? undefined : joined(held, event);
    if (held !== undefined && merged === undefined) release();
    held = merged ?? event;
    cancelTimer ??= clock.after(windowMs, release);
  };

  // Reads on while a window is open; stops while the consumer has not taken what is ready.
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    try {
      while (!finished && ready.length === 0) {
        const result = await source.next();
        if (result.done) finished = true;
        else accept(result.value);
      }
    } catch (error) {
      failure = { error };
      finished = true;
    }
    pumping = false;
    if (finished) {
      release();
      wake?.();
      wake = undefined;
    }
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (ready.length === 0) {
        if (finished) {
          if (failure !== undefined) throw failure.error;
          return { done: true, value: undefined };
        }
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        void pump();
        await woken;
      }
      const value = ready.shift();
      return value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      finished = true;
      held = undefined;
      ready.length = 0;
      cancelTimer?.();
      wake?.();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
};
