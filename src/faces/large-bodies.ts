import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LinkedList } from '../domain/linked-list.ts';
import { WORK_LIMITS } from '../domain/work-limits.ts';
import { threadCpuMs } from '../gateway/thread-cpu.ts';
import { CpuBudget } from './cpu-budget.ts';

/** From this size on a body takes milliseconds to read. */
export const LARGE_BYTES = 262_144;
/** Turns of the loop in which the last step of one is worked on. */
const TURNS = 3;
/** So much of a turn of the loop tells that others are at work. */
const OTHERS_MS = 0.3;
/** A step of this length is followed by a rest of the same length; a longer one by a rest of several times its length. */
const USUAL_STEP_MS = 3;
const MAX_RESTS = 3;
const MAX_REST_MS = 100;
/** Over which the share of a key is counted. */
const WINDOW_MS = 10_000;
/** Keys whose use is remembered. */
const MAX_KEYS = 1_000;

/** Of the large body that is read: of all of this process there is one at a time. */
const step = {
  beganMs: 0,
  /** Steps that wait to begin. */
  resting: 0,
  /** What steps before it took. */
  spentMs: 0,
  /** Its key has used up its share. */
  isOver: false,
};

/** What others did in a turn of the loop. */
const othersWork = async (): Promise<number> => {
  const before = threadCpuMs();
  await setImmediate();
  return threadCpuMs() - before;
};

const rest = async (ownMs: number): Promise<void> => {
  const times = step.isOver ? MAX_RESTS : Math.min(MAX_RESTS, Math.max(1, ownMs / USUAL_STEP_MS));
  if (ownMs > 0) await pause(Math.min(MAX_REST_MS, ownMs * times));
};

/**
 * Between two steps of reading a large body. Where others have work to do they go first, for as long as the step took or, after a
 * long one, for longer: so that a small request, which takes several turns of the loop, meets one of the steps at most.
 */
export const nextTurn = async (): Promise<void> => {
  const ownMs = threadCpuMs() - step.beganMs;
  step.spentMs += ownMs;
  step.resting += 1;
  await setImmediate();
  if ((await othersWork()) > OTHERS_MS) await rest(ownMs);
  step.resting -= 1;
  step.beganMs = threadCpuMs();
};

type Read = () => void;
type Lane = { readonly keyId: string; readonly waiting: LinkedList<Read> };
type Waiting = { readonly keyId: string; readonly read: Read };

/**
 * Has large bodies read one after the other, in steps that are turns of the loop of their own, so that they never keep small
 * requests waiting for longer than one step takes: while others have work to do, large bodies together have at most half of the
 * time, and those of a key that has used up its share of a core a quarter. Keys take turns.
 */
export class LargeBodies {
  /** Keys whose bodies wait; the next one first. */
  readonly #lanes = new LinkedList<Lane>();
  readonly #budgets = new LRUCache<string, CpuBudget>({ max: MAX_KEYS });
  #isReading = false;
  /** Connections whose next piece waits; the next one first. */
  readonly #pieces = new LinkedList<Read>();
  #isReceiving = false;

  /**
   * Calls `receive` in a turn of the loop in which no other piece of a large body is received. Without it a turn takes all that has
   * come, on every connection.
   */
  inOwnTurn(receive: Read): void {
    this.#pieces.add(receive);
    if (this.#isReceiving) return;
    this.#isReceiving = true;
    void this.#receiveAll();
  }

  async #receiveAll(): Promise<void> {
    do {
      await setImmediate();
      this.#pieces.removeFirst()?.();
    } while (this.#pieces.size > 0);
    this.#isReceiving = false;
  }

  /** Calls `read`, which must not throw, when it is this key's turn: at once where no other large body is read. */
  inTurn(keyId: string, read: Read): void {
    if (!this.#isReading) {
      void this.#readAll({ keyId, read });
      return;
    }
    for (const lane of this.#lanes)
      if (lane.keyId === keyId) {
        lane.waiting.add(read);
        return;
      }
    const lane = { keyId, waiting: new LinkedList<Read>() };
    lane.waiting.add(read);
    this.#lanes.add(lane);
  }

  async #readAll(first: Waiting): Promise<void> {
    this.#isReading = true;
    for (let next: Waiting | undefined = first; next !== undefined; next = this.#next()) {
      const { keyId, read } = next;
      const budget = this.#budgetOf(keyId);
      step.isOver = budget.beginsInMs(performance.now()) > 0;
      step.spentMs = 0;
      step.beganMs = threadCpuMs();
      read();
      do {
        for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
        while (step.resting > 0) await pause(1);
      } while (step.resting > 0);
      const endedMs = threadCpuMs();
      const othersMs = await othersWork();
      // What others did in its turns was not for it.
      const ownMs = Math.max(0, endedMs - step.beganMs - TURNS * othersMs);
      budget.charge(step.spentMs + ownMs, performance.now());
      if (othersMs > OTHERS_MS) await rest(ownMs);
    }
    this.#isReading = false;
  }

  #budgetOf(keyId: string): CpuBudget {
    const found = this.#budgets.get(keyId);
    if (found !== undefined) return found;
    const budget = new CpuBudget({ share: WORK_LIMITS.cpuShare, windowMs: WINDOW_MS }, performance.now());
    this.#budgets.set(keyId, budget);
    return budget;
  }

  #next(): Waiting | undefined {
    const lane = this.#lanes.removeFirst();
    const read = lane?.waiting.removeFirst();
    if (lane === undefined || read === undefined) return undefined;
    if (lane.waiting.size > 0) this.#lanes.add(lane);
    return { keyId: lane.keyId, read };
  }
}
