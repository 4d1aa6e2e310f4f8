import type { Clock } from '../../ports/clock.ts';
import type { CallKind } from '../routing/health/availability.ts';
import type { Call, CallEnd } from './call.ts';
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
 * first that ends without failing. What each gives meanwhile is held. Another may join them once the latest is late. Answers
 * that come whole are ahead only once they are over; one that came is enough where all others are late.
 */
export class Contest<What> {
  readonly #owner: ContestOwner<What>;
  readonly #isWhole: boolean;
  readonly #calls: Call<What>[];
  readonly #running: Call<What>[];
  /** Over, and complete, without content to go on with. */
  readonly #answered: Call<What>[] = [];
  #mayBeLate = false;
  /** All that run have had their time. */
  #areLate = false;
  /** Another is being looked for. */
  #isAwaiting = false;
  /** It failed meanwhile, as the last one there was. */
  #failed: Call<What> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isOver = false;

  constructor(calls: readonly Call<What>[], owner: ContestOwner<What>, kind: CallKind) {
    this.#isWhole = kind === 'WHOLE';
    this.#calls = [...calls];
    this.#running = [...calls];
    this.#owner = owner;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on the latest call is late after so long, unless it has begun to answer. */
  lateAfter(ms: number, clock: Clock, guarded: (step: () => void) => void): void {
    if (this.#isOver) return;
    this.#mayBeLate = true;
    this.#areLate = false;
    this.#cancelTimer = clock.after(ms, () => guarded(() => this.#late()));
  }

  #late(): void {
    if (this.#isOver || !this.#mayBeLate) return;
    this.#mayBeLate = false;
    if (this.#isWhole) {
      this.#areLate = true;
      for (const call of this.#running) call.isLate = true;
      const [best] = this.#answered;
      if (best !== undefined) {
        this.#won(best);
        return;
      }
    }
    this.#await();
  }

  #await(): void {
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
      this.#areLate = false;
    }
    if (failed === undefined) this.#review();
    else if (other === undefined) this.#lost(failed);
    else this.#fellBehind(failed);
  }

  take(call: Call<What>, event: AnswerEvent): void {
    if (!this.#running.includes(call)) return;
    call.held.push(event);
    if (this.#isWhole) return;
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
    if (end?.last !== undefined && this.#isEnough(call, end.last)) {
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

  /** Of an answer that is over. */
  #isEnough(call: Call<What>, { type }: NonNullable<CallEnd['last']>): boolean {
    if (type === 'performed') return true;
    if (!this.#isWhole) return false;
    return call.held.some(isGood) || this.#running.every((each) => each === call || each.isLate);
  }

  #fellBehind(failed: Call<What>): void {
    this.#owner.onBehind(failed);
    this.#review();
    if (this.#isOver || !this.#isWhole || this.#isAwaiting || this.#areLate) return;
    // Who joined them has failed: those that are late are as late as they were.
    if (!this.#running.every((each) => each.isLate)) return;
    this.#cancelTimer?.();
    this.#mayBeLate = false;
    this.#areLate = true;
    this.#await();
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
