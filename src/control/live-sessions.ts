import type { Caller } from '../domain/caller.ts';
import type { KeyId } from '../domain/ids.ts';
import type { Key } from '../domain/key.ts';
import { type Link, LinkedList } from '../domain/linked-list.ts';
import type { Clock } from '../ports/clock.ts';

/** Why a key is accepted no longer. */
export type KeyEnd = { readonly kind: 'REVOKED' | 'EXPIRED'; readonly at: Date };

type Session = { readonly key: Key; readonly end: (why: KeyEnd) => void };

/** How often the keys of live sessions are looked at, as messages of other nodes can be lost. */
const LOOK_EVERY_MS = 2_000;

export type LiveSessionParts = {
  readonly clock: Clock;
  /** As the store has them now. */
  readonly find: (ids: readonly KeyId[]) => Promise<readonly (Key | undefined)[]>;
  readonly endOf: (key: Key) => KeyEnd | undefined;
};

/** Streams and subscriptions under way, which end with their caller's key. */
export class LiveSessions {
  readonly #parts: LiveSessionParts;
  readonly #sessions = new LinkedList<Session>();
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
  }

  /** `end` is called once, if the key ends before the function returned is called. */
  watch({ key }: Caller, end: (why: KeyEnd) => void): () => void {
    const link = this.#sessions.add({ key, end });
    this.#lookLater();
    return () => {
      this.#sessions.remove(link);
    };
  }

  /** Ends sessions whose keys are over: of one key, or of any. Rejects while the store cannot be reached. */
  async look(id?: string): Promise<void> {
    const keys = new Map<KeyId, Key>();
    for (const { key } of this.#sessions) if (id === undefined || key.id === id) keys.set(key.id, key);
    // What expires is known without the store.
    for (const key of keys.values()) this.#endOf(key);
    if (keys.size === 0) return;
    for (const key of await this.#parts.find([...keys.keys()])) if (key !== undefined) this.#endOf(key);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #endOf(key: Key): void {
    const why = this.#parts.endOf(key);
    if (why === undefined) return;
    const ended: Link<Session>[] = [];
    for (let link = this.#sessions.firstLink; link !== undefined; link = link.after)
      if (link.value?.key.id === key.id) ended.push(link);
    for (const link of ended) {
      const session = link.value;
      if (this.#sessions.remove(link)) session?.end(why);
    }
  }

  #lookLater(): void {
    if (this.#cancel !== undefined || this.#isClosed) return;
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.look()
        .catch(() => {})
        .finally(() => {
          this.#cancel = undefined;
          if (this.#sessions.size > 0) this.#lookLater();
        });
    });
  }
}
