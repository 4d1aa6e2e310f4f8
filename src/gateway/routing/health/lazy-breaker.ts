import type { BreakerRules } from '../../../domain/route.ts';
import type { BreakerState } from './breaker.ts';
import type { BreakerCallWatch, WorkingBreaker } from './create-breaker.ts';

/** Makes the breaker of one offering by rules, of which `key` is the name. */
export type BreakerMaker<Id> = (id: Id, rules: BreakerRules, key: string) => WorkingBreaker;

/**
 * A breaker that is made when its offering is first called, or another node says that it is open: until then it is closed. A
 * route can have thousands of candidates by rules of its own, and calls few of them.
 */
export class LazyBreaker<Id> implements WorkingBreaker {
  readonly rules: BreakerRules;
  readonly key: string;
  readonly #id: Id;
  readonly #make: BreakerMaker<Id>;
  #made: WorkingBreaker | undefined;

  constructor(id: Id, rules: BreakerRules, key: string, make: BreakerMaker<Id>) {
    this.#id = id;
    this.rules = rules;
    this.key = key;
    this.#make = make;
  }

  #working(): WorkingBreaker {
    this.#made ??= this.#make(this.#id, this.rules, this.key);
    return this.#made;
  }

  state(): BreakerState {
    return this.#made === undefined ? 'CLOSED' : this.#made.state();
  }

  retryAfterMs(): number {
    return this.#made === undefined ? 0 : this.#made.retryAfterMs();
  }

  reason(): string | undefined {
    return this.#made?.reason();
  }

  admit(): boolean | Promise<boolean> {
    return this.#made === undefined ? true : this.#made.admit();
  }

  began(streamed: boolean): BreakerCallWatch {
    return this.#working().began(streamed);
  }

  apply(change: Parameters<WorkingBreaker['apply']>[0]): void {
    if (change.to === 'OPEN') this.#working().apply(change);
    else this.#made?.apply(change);
  }

  snapshot(): ReturnType<WorkingBreaker['snapshot']> {
    return this.#made?.snapshot();
  }
}
