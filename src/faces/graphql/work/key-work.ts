import { LRUCache } from 'lru-cache';
import { LinkedList } from '../../../domain/linked-list.ts';
import type { WorkLimits } from '../../../domain/work-limits.ts';
import { CpuBudget } from '../../cpu-budget.ts';
import { createLane, type Lane } from './pacer.ts';

/** Over which a key's share is counted. */
export const WINDOW_MS = 10_000;
/** Keys whose use is remembered; one that is forgotten begins with a full budget. */
const MAX_KEYS = 10_000;

/** What the heavy operations of one key have and use. */
export class KeyWork {
  readonly lane: Lane;
  /** Operations of every kind that are under way. */
  operations = 0;
  /** Of these, heavy subscriptions. */
  watches = 0;
  #heavy = 0;
  readonly #most: number;
  readonly #waiting = new LinkedList<() => void>();

  constructor(budget: CpuBudget, most: number) {
    this.lane = createLane(budget);
    this.#most = most;
  }

  /** Resolves when one more may run. Each is followed by `leave`. */
  enter(): Promise<void> | undefined {
    if (this.#heavy < this.#most) {
      this.#heavy += 1;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  leave(): void {
    const next = this.#waiting.removeFirst();
    // Its place goes to the next one.
    if (next === undefined) this.#heavy -= 1;
    else next();
  }
}

export type KeysWork = { of(keyId: string): KeyWork };

export const createKeysWork = ({ cpuShare, heavyOperations }: WorkLimits): KeysWork => {
  const known = new LRUCache<string, KeyWork>({ max: MAX_KEYS });
  return {
    of(keyId) {
      const found = known.get(keyId);
      if (found !== undefined) return found;
      const budget = new CpuBudget({ share: cpuShare, windowMs: WINDOW_MS }, performance.now());
      const work = new KeyWork(budget, heavyOperations);
      known.set(keyId, work);
      return work;
    },
  };
};
