import { LinkedList } from '../../../domain/linked-list.ts';
import { threadCpuMs } from '../../../gateway/thread-cpu.ts';
import type { CpuBudget } from '../../cpu-budget.ts';

/** What heavy work of one key waits in. */
export type Lane = {
  readonly budget: CpuBudget;
  readonly waiting: LinkedList<() => void>;
};

export const createLane = (budget: CpuBudget): Lane => ({ budget, waiting: new LinkedList() });

/**
 * Shares the event loop between heavy work and all else. Heavy work asks before each piece; in one turn of the loop all of it
 * together gets a slice, and after a turn in which others had something to do it rests for as long as its slice was, so
 * that it never has more than half of the time then. Keys take turns.
 */
export type Pacer = {
  /** undefined: go on now; else: once this resolves. */
  turn(lane: Lane): Promise<void> | undefined;
  /** Waits in any case, so that what goes on then is a piece of its own. */
  wait(lane: Lane): Promise<void>;
};

/** The longest that heavy work goes on in one turn of the loop, unless a single piece takes longer. */
const SLICE_MS = 2;
/** So much of a turn tells that others are at work. */
const OTHERS_MS = 0.3;
/** What waits for one lane's budget does not keep another lane's work waiting for longer. */
const MAX_WAIT_MS = 10;

class LoopPacer implements Pacer {
  /** Lanes in which something waits; the next one first. */
  readonly #lanes = new LinkedList<Lane>();
  /** Whose work goes on now, until all that follows from it in this turn is done. */
  #running: Lane | undefined;
  #runningSinceMs = 0;
  /** Of the time that heavy work had in this turn of the loop. */
  #spentMs = 0;
  #lastEndedMs = 0;
  #restsUntilMs = 0;
  #nextTurn: 'NONE' | 'SOON' | 'LATER' = 'NONE';
  /** Who pays for the thread's time since then. */
  #paying: Lane | undefined;
  #paidUntilMs = 0;

  turn(lane: Lane): Promise<void> | undefined {
    const now = performance.now();
    if (this.#running !== undefined) {
      const isFree = this.#running === lane && this.#spentMs + now - this.#runningSinceMs < SLICE_MS;
      return isFree ? undefined : this.wait(lane);
    }
    if (
      this.#lanes.size > 0 ||
      this.#spentMs >= SLICE_MS ||
      now < this.#restsUntilMs ||
      lane.budget.goesOnInMs(now) > 0
    )
      return this.wait(lane);
    this.#run(lane, now);
    return undefined;
  }

  wait(lane: Lane): Promise<void> {
    return new Promise((resolve) => {
      if (lane.waiting.size === 0) this.#lanes.add(lane);
      lane.waiting.add(resolve);
      // While something runs, what comes after it is begun when that is done.
      if (this.#running === undefined) this.#soon();
    });
  }

  #run(lane: Lane, now: number): void {
    this.#running = lane;
    this.#runningSinceMs = now;
    if (this.#paying !== lane) {
      this.#settle();
      this.#paying = lane;
      this.#paidUntilMs = threadCpuMs();
    }
    // Ticks come once all promises have been followed.
    queueMicrotask(this.#endAfterPromises);
  }

  readonly #endAfterPromises = (): void => process.nextTick(this.#ended);

  readonly #ended = (): void => {
    const now = performance.now();
    this.#spentMs += now - this.#runningSinceMs;
    this.#lastEndedMs = now;
    this.#running = undefined;
    if (this.#lanes.size > 0 && this.#spentMs < SLICE_MS) this.#next(now);
    else {
      this.#settle();
      this.#soon();
    }
  };

  #settle(): void {
    if (this.#paying === undefined) return;
    this.#paying.budget.charge(threadCpuMs() - this.#paidUntilMs, performance.now());
    this.#paying = undefined;
  }

  #soon(): void {
    if (this.#nextTurn !== 'NONE') return;
    this.#nextTurn = 'SOON';
    setImmediate(this.#onTurn);
  }

  #later(ms: number): void {
    this.#nextTurn = 'LATER';
    setTimeout(this.#onTurn, Math.min(MAX_WAIT_MS, Math.max(1, ms)));
  }

  readonly #onTurn = (): void => {
    const cameSoon = this.#nextTurn === 'SOON';
    this.#nextTurn = 'NONE';
    const now = performance.now();
    // Between two turns that follow each other the loop does not idle: others took the time.
    if (cameSoon && this.#spentMs > 0 && now - this.#lastEndedMs > OTHERS_MS)
      this.#restsUntilMs = this.#lastEndedMs + this.#spentMs * 2;
    this.#spentMs = 0;
    if (this.#lanes.size === 0) return;
    if (now < this.#restsUntilMs) this.#later(this.#restsUntilMs - now);
    else this.#next(now);
  };

  /** Lets go on what waits longest in the next lane that has time left. */
  #next(now: number): void {
    let soonest = Number.POSITIVE_INFINITY;
    for (let tried = this.#lanes.size; tried > 0; tried -= 1) {
      const lane = this.#lanes.removeFirst();
      if (lane === undefined) break;
      const inMs = lane.budget.goesOnInMs(now);
      const go = inMs > 0 ? undefined : lane.waiting.removeFirst();
      if (lane.waiting.size > 0) this.#lanes.add(lane);
      if (go !== undefined) {
        this.#run(lane, now);
        go();
        return;
      }
      soonest = Math.min(soonest, inMs);
    }
    if (this.#nextTurn === 'NONE' && this.#lanes.size > 0) this.#later(soonest);
  }
}

export const createPacer = (): Pacer => new LoopPacer();
