import type { CompletionEvent } from '../domain/completion-event.ts';
import type { Clock } from '../ports/clock.ts';

/** Joins two deltas of one kind; undefined where they do not belong together. */
const joined = (held: CompletionEvent, next: CompletionEvent): CompletionEvent | undefined => {
  if (held.type === 'textDelta' && next.type === 'textDelta') {
    const logprobs =
      held.logprobs === undefined && next.logprobs === undefined
        ? undefined
        : [...(held.logprobs ?? []), ...(next.logprobs ?? [])];
    return { type: 'textDelta', text: held.text + next.text, ...(logprobs !== undefined && { logprobs }) };
  }
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
 * the first token is not touched. 0 changes nothing. Reads ahead of its consumer by one window at most. An
 * error of the source is passed on after what came before it. Returning early returns the source early, even
 * while it waits, and what is held is dropped.
 */
export const coalesce = (
  source: AsyncIterableIterator<CompletionEvent>,
  windowMs: number,
  clock: Clock,
): AsyncIterableIterator<CompletionEvent> => {
  if (windowMs <= 0) return source;

  const ready: CompletionEvent[] = [];
  let held: CompletionEvent | undefined;
  let closesAt = 0;
  let cancelTimer: (() => void) | undefined;
  let firstDeltaSent = false;
  let finished = false;
  let failure: { readonly error: unknown } | undefined;
  let pumping = false;
  let waiting: (() => void)[] = [];

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };

  const release = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (held !== undefined) ready.push(held);
    held = undefined;
    if (ready.length > 0) wake();
  };

  const accept = (event: CompletionEvent): void => {
    if (!isDelta(event) || !firstDeltaSent) {
      firstDeltaSent ||= isDelta(event);
      release();
      ready.push(event);
      wake();
      return;
    }
    const merged = held === undefined ? undefined : joined(held, event);
    if (held !== undefined && merged === undefined) release();
    held = merged ?? event;
    if (cancelTimer === undefined) {
      closesAt = clock.monotonicMs() + windowMs;
      cancelTimer = clock.after(windowMs, release);
    } else if (clock.monotonicMs() >= closesAt) {
      // A source that always has more ready leaves timers no time to run.
      release();
    }
  };

  // Reads on while a window is open; stops while the consumer has not taken what is ready.
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    try {
      while (!finished && ready.length === 0) {
        const result = await source.next();
        // The consumer may have returned meanwhile.
        if (finished) break;
        if (result.done) finished = true;
        else accept(result.value);
      }
    } catch (error) {
      if (!finished) failure = { error };
      finished = true;
    }
    pumping = false;
    if (finished) {
      release();
      wake();
    }
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const value = ready.shift();
        if (value !== undefined) return { done: false, value };
        if (finished) {
          const broken = failure;
          failure = undefined;
          if (broken !== undefined) throw broken.error;
          return { done: true, value: undefined };
        }
        const woken = new Promise<void>((resolve) => waiting.push(resolve));
        void pump();
        await woken;
      }
    },
    async return() {
      finished = true;
      held = undefined;
      failure = undefined;
      ready.length = 0;
      cancelTimer?.();
      wake();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
};
