import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Run, RunSink } from './run.ts';

/** Joins two deltas of one kind; undefined where they do not belong together. */
const joined = (held: CompletionEvent, next: CompletionEvent): CompletionEvent | undefined => {
  if (held.type === 'textDelta' && next.type === 'textDelta') {
    if (held.frame !== undefined || next.frame !== undefined) return undefined;
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

const isDelta = ({ type }: CompletionEvent): boolean =>
  type === 'textDelta' || type === 'reasoningDelta' || type === 'toolCallDelta' || type === 'refusalDelta';

type Step = IteratorResult<CompletionEvent, undefined>;

const DONE: Step = { done: true, value: undefined };

/** A run that has not begun. */
export type StartableRun = Run & { start(): void };

/**
 * The events of a run for a consumer that iterates them. Nothing happens before the first is asked for, and the run is
 * paused while none is. With a window, deltas are held back for at most so many milliseconds and those that belong
 * together are joined, so that fewer, larger events go out; order and content stay as they are, and the first delta goes
 * out at once, so that the time to the first token is not touched. Returning early leaves the run, even while an event is
 * waited for.
 */
export class RunEvents implements AsyncIterableIterator<CompletionEvent, undefined>, RunSink {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #prepare: (sink: RunSink) => StartableRun;
  #run: StartableRun | undefined;
  readonly #ready: CompletionEvent[] = [];
  #waiting: PromiseWithResolvers<Step>[] = [];
  /** The last event was given, or the consumer has returned. */
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #held: CompletionEvent | undefined;
  #closesAtMs = 0;
  #cancelTimer: (() => void) | undefined;
  #hasSentDelta = false;

  /** `windowMs` 0: each event comes as it is. */
  constructor(prepare: (sink: RunSink) => StartableRun, windowMs: number, clock: Clock) {
    this.#prepare = prepare;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    const value = this.#ready.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#isOver) return Promise.resolve(DONE);
    const waiting = Promise.withResolvers<Step>();
    this.#waiting.push(waiting);
    if (this.#run === undefined) {
      this.#run = this.#prepare(this);
      this.#run.start();
    } else this.#run.resume();
    return waiting.promise;
  }

  async return(): Promise<Step> {
    const run = this.#run;
    this.#isOver = true;
    this.#held = undefined;
    this.#failure = undefined;
    this.#ready.length = 0;
    this.#cancelTimer?.();
    this.#settle();
    if (run !== undefined) await new Promise<void>((resolve) => run.leave(resolve));
    return DONE;
  }

  event(event: CompletionEvent): void {
    if (this.#isOver) return;
    if (this.#windowMs > 0 && isDelta(event) && this.#hasSentDelta) {
      this.#hold(event);
      return;
    }
    this.#hasSentDelta ||= isDelta(event);
    this.#release();
    this.#give(event);
    if (event.type !== 'finished' && event.type !== 'failed') return;
    this.#isOver = true;
    this.#settle();
  }

  broke(error: unknown): void {
    this.#release();
    this.#isOver = true;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#failure = { error };
    else waiting.reject(error);
    this.#settle();
  }

  #hold(event: CompletionEvent): void {
    const merged = this.#held === undefined ? undefined : joined(this.#held, event);
    if (this.#held !== undefined && merged === undefined) this.#release();
    this.#held = merged ?? event;
    if (this.#cancelTimer === undefined) {
      this.#closesAtMs = this.#clock.monotonicMs() + this.#windowMs;
      this.#cancelTimer = this.#clock.after(this.#windowMs, this.#release);
    } else if (this.#clock.monotonicMs() >= this.#closesAtMs) {
      // A source that always has more ready leaves timers no time to run.
      this.#release();
    }
  }

  readonly #release = (): void => {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#give(held);
  };

  #give(value: CompletionEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#ready.push(value);
    else waiting.resolve({ done: false, value });
    if (this.#waiting.length === 0 && !this.#isOver) this.#run?.pause();
  }

  /** Nothing comes any more for those that wait. */
  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve(DONE);
  }
}
