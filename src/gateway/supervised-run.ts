import type { CompletionEvent } from '../domain/completion-event.ts';

/** One completion under way. */
export type SupervisedRun = {
  /** What its consumer reads. */
  readonly events: AsyncIterableIterator<CompletionEvent, undefined>;
  /** Resolves when its row is recorded, or when it broke. */
  readonly over: Promise<void>;
  cancel(): void;
};

/** Who reads a completion that goes on without them. */
export type Audience = {
  /** Nobody reads it any more: what is under way is seen to its end, and nothing is begun. */
  hasLeft: boolean;
};

type Pipeline = AsyncIterator<CompletionEvent, void, void>;
type Step = IteratorResult<CompletionEvent, undefined>;

const DONE: Step = { done: true, value: undefined };

const isLast = (event: CompletionEvent): boolean => event.type === 'finished' || event.type === 'failed';

class Supervised implements SupervisedRun, AsyncIterableIterator<CompletionEvent, undefined> {
  readonly over: Promise<void>;
  readonly #end: () => void;
  readonly #pipeline: Pipeline;
  readonly #aborter: AbortController;
  readonly #audience: Audience | undefined;
  readonly #unread: CompletionEvent[] = [];
  #runningOut: Promise<void> | undefined;
  #returned = false;
  #isRunOut = false;
  /** An attempt has been announced; the pipeline sends it once it is asked for more. */
  #isAnnounced = false;
  #isUnderWay = false;
  #leave: (() => void) | undefined;
  /** What the consumer waits for: the pipeline is asked one thing at a time. */
  #pending: Promise<Step> | undefined;

  constructor(pipeline: Pipeline, aborter: AbortController, audience: Audience | undefined) {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    this.over = over;
    this.#end = end;
    this.#pipeline = pipeline;
    this.#aborter = aborter;
    this.#audience = audience;
    aborter.signal.addEventListener('abort', this.#runOutOnce, ONCE);
  }

  get events(): this {
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  cancel(): void {
    this.#aborter.abort();
  }

  next(): Promise<Step> {
    if (this.#returned) return Promise.resolve(DONE);
    if (this.#runningOut !== undefined) return this.#nextUnread(this.#runningOut);
    if (this.#pending !== undefined) return this.#pending.then(this.#nextStep, this.#nextStep);
    this.#isUnderWay = this.#isAnnounced;
    this.#pending = this.#pipeline.next().then(this.#readByConsumer, this.#broke);
    return this.#audience === undefined ? this.#pending : this.#untilLeft(this.#pending);
  }

  async return(): Promise<Step> {
    this.#returned = true;
    this.#unread.length = 0;
    // Transports return from what is over, too: then there is nothing to abort.
    if (
      this.#audience !== undefined &&
      this.#isUnderWay &&
      !this.#isRunOut &&
      !this.#aborter.signal.aborted
    ) {
      this.#audience.hasLeft = true;
      this.#runOutOnce();
      this.#leave?.();
      return DONE;
    }
    if (!this.#isRunOut) this.#aborter.abort();
    await this.#runningOut;
    return DONE;
  }

  readonly #nextStep = (): Promise<Step> => this.next();

  readonly #read = (result: IteratorResult<CompletionEvent, void>): Step => {
    if (result.done === true) {
      this.#isRunOut = true;
      this.#end();
      return DONE;
    }
    if (isLast(result.value)) this.#end();
    else if (result.value.type === 'attemptStarted') this.#isAnnounced = true;
    return result;
  };

  readonly #broke = (error: unknown): never => {
    this.#pending = undefined;
    this.#end();
    throw error;
  };

  readonly #readByConsumer = (result: IteratorResult<CompletionEvent, void>): Step => {
    this.#pending = undefined;
    const step = this.#read(result);
    return this.#returned ? DONE : step;
  };

  #pull(): Promise<Step> {
    return this.#pipeline.next().then(this.#read, this.#broke);
  }

  async #runOut(): Promise<void> {
    // If it breaks there, its consumer is told.
    await this.#pending?.catch(() => {});
    for (let result = await this.#pull(); !result.done; result = await this.#pull())
      if (!this.#returned) this.#unread.push(result.value);
  }

  /** What goes on without its consumer must not keep it waiting. */
  #untilLeft(step: Promise<Step>): Promise<Step> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(DONE);
      step.then(resolve, reject);
    });
  }

  async #nextUnread(over: Promise<void>): Promise<Step> {
    await over;
    const value = this.#unread.shift();
    return value === undefined ? DONE : { done: false, value };
  }

  readonly #runOutOnce = (): void => {
    if (this.#runningOut !== undefined) return;
    this.#runningOut = this.#runOut();
    // For the consumer, if there still is one; else it has nowhere to go.
    this.#runningOut.catch(() => {});
  };
}

const ONCE = { once: true };

/**
 * Lets a consumer read a pipeline and leave it. A generator's own return() waits behind a pending next(), and
 * a generator whose consumer reads no further stands still; so once `aborter` fires, whoever fires it, the
 * pipeline is run to its end, which is what meters and records it. What it still yields then is kept for a
 * consumer that reads on. After return() there is nothing more to read, a pending next() included. With an `audience`
 * return() does not abort what is under way at a provider: it is run to its end, and what it yields is thrown away.
 */
export const supervise = (pipeline: Pipeline, aborter: AbortController, audience?: Audience): SupervisedRun =>
  new Supervised(pipeline, aborter, audience);
