import type { UnreadField } from '../../../domain/client-request.ts';
import type { JsonObject } from '../../../domain/json.ts';

/** A stranger chooses how many fields there are and what they are called. */
const MOST_NAMED = 50;
const LONGEST_NAME = 200;

/** Gathers what of a request has no place in our words. */
export class UnreadFields {
  readonly #essential = new Set<string>();
  readonly #others = new Set<string>();

  /** `isEssential`: without it the answer would be another one. */
  add(name: string, isEssential = false): void {
    const names = isEssential ? this.#essential : this.#others;
    if (names.size < MOST_NAMED) names.add(name.slice(0, LONGEST_NAME));
  }

  /** Adds what an object holds besides its known fields; null says nothing. `path` is empty for the body itself. */
  addUnknown(path: string, object: JsonObject, known: ReadonlySet<string>): void {
    for (const name of Object.keys(object)) {
      if (known.has(name) || object[name] === null) continue;
      this.add(path === '' ? name : `${path}.${name.slice(0, LONGEST_NAME)}`);
    }
  }

  /** The essential ones first; what is beyond the bound is not named. */
  list(): readonly UnreadField[] {
    return [
      ...[...this.#essential].map((name) => ({ name, isEssential: true })),
      ...[...this.#others].map((name) => ({ name, isEssential: false })),
    ].slice(0, MOST_NAMED);
  }
}
