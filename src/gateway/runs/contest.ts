import type { Clock } from '../../ports/clock.ts';
import type { Call } from './call.ts';
import { type AnswerEvent, hasContent, isGood } from './call-facts.ts';

/** Who is told how a contest goes. */
export type ContestOwner<What> = {
  /** The first call is late: whether another joins it is said by `joined`. */
  onLate(contest: Contest<What>): void;
  /** It is over: the others are closed, also those that were answered in full. */
  onWon(winner: Call<What>, losers: readonly Call<What>[]): void;
  /** One has failed, and another goes on. */
  onBehind(failed: Call<What>): void;
  /** It is over: all have failed, this one last. */
  onLost(last: Call<What>): void;
};

/**
 * Calls side by side until one of them is ahead: the first that gives good content, else the last that gives any, else the
 * first that ends without failing. What each gives meanwhile is held. One call alone may be joined by another once it is late.
 */
export class Contest<What> {
  readonly #owner: ContestOwner<What>;
  readonly #calls: Call<What>[];
  readonly #running: Call<What>[];
  /** Over, and complete, without content to go on with. */
  readonly #answered: Call<What>[] = [];
  #mayBeLate = false;
  /** Another is being looked for. */
  #isAwaiting = false;
  /** It failed meanwhile, as the last one there was. */
  #failed: Call<What> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isOver = false;

  constructor(calls: readonly Call<What>[], owner: ContestOwner<What>) {
    this.#calls = [...calls];
    this.#running = [...calls];
    this.#owner = owner;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on the first call is late after so long, unless it has begun to answer. */
  lateAfter(ms: number, clock: Clock, guarded: (step: () => void) => void): void {
    this.#mayBeLate = true;
    this.#cancelTimer = clock.after(ms, () => guarded(() => this.#late()));
  }

  #late(): void {
    if (this.#isOver || !this.#mayBeLate) return;
    this.#mayBeLate = false;
    this.#isAwaiting = true;
    this.#owner.onLate(this);
  }

  /** The answer to `onLate`; undefined: none joins. It is announced and will be sent. */
  joined(other: Call<What> | undefined): void {
    this.#isAwaiting = false;
    const failed = this.#failed;
    this.#failed = undefined;
    if (other !== undefined) {
      this.#calls.push(other);
      this.#running.push(other);
    }
    if (failed === undefined) this.#review();
    else if (other === undefined) this.#lost(failed);
    else this.#fellBehind(failed);
  }

  take(call: Call<What>, event: AnswerEvent): void {
    if (!this.#running.includes(call)) return;
    call.held.push(event);
    if (isGood(event)) {
      this.#won(call);
      return;
    }
    if (!hasContent(event)) return;
    // It has begun to answer: no second one is needed.
    this.#mayBeLate = false;
    this.#cancelTimer?.();
    this.#review();
  }

  /** False: it was none of those that run. */
  ended(call: Call<What>): boolean {
    const at = this.#running.indexOf(call);
    if (at === -1) return false;
    const { end } = call;
    if (end?.last?.type === 'performed') {
      this.#won(call);
      return true;
    }
    this.#running.splice(at, 1);
    if (end?.last !== undefined) {
      this.#answered.push(call);
      this.#review();
    } else if (this.#running.length > 0 || this.#answered.length > 0) {
      this.#fellBehind(call);
    } else if (this.#isAwaiting) this.#failed = call;
    else this.#lost(call);
    return true;
  }

  #fellBehind(failed: Call<What>): void {
    this.#owner.onBehind(failed);
    this.#review();
  }

  /** Whether one of them is ahead now that something has changed. */
  #review(): void {
    if (this.#isOver) return;
    const [alone, ...others] = this.#running;
    const [best] = this.#answered;
    if (alone === undefined) {
      if (best !== undefined) this.#won(best);
    } else if (others.length === 0 && best === undefined && !this.#mayBeLate && alone.held.some(hasContent)) {
      this.#won(alone);
    }
  }

  #won(winner: Call<What>): void {
    this.#close();
    const losers = this.#calls.filter(
      (call) => call !== winner && (this.#running.includes(call) || this.#answered.includes(call)),
    );
    this.#owner.onWon(winner, losers);
  }

  #lost(last: Call<What>): void {
    this.#close();
    this.#owner.onLost(last);
  }

  #close(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
  }
}
