import type { UnreadField } from '../../domain/client-request.ts';
import type { JsonObject } from '../../domain/json.ts';

/** A stranger chooses how many fields there are and what they are called. */
const MOST_NAMED = 50;
const LONGEST_NAME = 200;

/** Of what stands in many members of a list the first is named; members of the body's own lists are told apart. */
const kindOf = (name: string): string =>
  /^[^[.]*\[\d+\]$/.test(name) ? name : name.replaceAll(/\[\d+\]/g, '[]');

const NONE: readonly never[] = [];

/** Gathers what of a request has no place in our words. */
export class UnreadFields {
  readonly #essential = new Map<string, string>();
  readonly #others = new Map<string, string>();
  #more = 0;

  /** `isEssential`: without it the answer would be another one. */
  add(name: string, isEssential = false): void {
    const names = isEssential ? this.#essential : this.#others;
    const bounded = name.slice(0, LONGEST_NAME);
    const kind = kindOf(bounded);
    if (names.has(kind)) return;
    if (names.size < MOST_NAMED) names.set(kind, bounded);
    else this.#more += 1;
  }

  /** Adds what an object holds besides its known fields; null says nothing. `path` is empty for the body itself. */
  addUnknown(path: string, object: JsonObject, known: ReadonlySet<string>): void {
    for (const name in object) {
      if (known.has(name) || object[name] === null) continue;
      this.add(path === '' ? name : `${path}.${name.slice(0, LONGEST_NAME)}`);
    }
  }

  hasEssential(): boolean {
    return this.#essential.size > 0;
  }

  /** The essential ones first; of what is beyond the bound, how many there are. */
  list(): readonly UnreadField[] {
    if (this.#essential.size === 0 && this.#others.size === 0) return NONE;
    const all = [
      ...[...this.#essential.values()].map((name) => ({ name, isEssential: true })),
      ...[...this.#others.values()].map((name) => ({ name, isEssential: false })),
    ];
    const more = this.#more + Math.max(0, all.length - MOST_NAMED);
    return more === 0 ? all : [...all.slice(0, MOST_NAMED), { name: `and ${more} more`, isEssential: false }];
  }
}
