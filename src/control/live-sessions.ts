import type { Caller } from '../domain/caller.ts';
import type { Key } from '../domain/key.ts';
import { type Link, LinkedList } from '../domain/linked-list.ts';
import type { Clock } from '../ports/clock.ts';

/** Why a key is accepted no longer. */
export type KeyEnd = {
  /** REPLACED: the key goes on with another secret. */
  readonly kind: 'REVOKED' | 'EXPIRED' | 'REPLACED';
  readonly at: Date;
};

type Session = { readonly key: Key; readonly hash: string; readonly end: (why: KeyEnd) => void };

/** How often the keys of live sessions are looked at, as messages of other nodes can be lost. */
const LOOK_EVERY_MS = 2_000;

export type LiveSessionParts = {
  readonly clock: Clock;
  /** As the store has them now, by the hashes of their secrets; undefined: it is no key's. */
  readonly find: (hashes: readonly string[]) => Promise<readonly (Key | undefined)[]>;
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

  /** `end` is called once, if the key of that secret ends before the function returned is called. */
  watch({ key }: Caller, hash: string, end: (why: KeyEnd) => void): () => void {
    const link = this.#sessions.add({ key, hash, end });
    this.#lookLater();
    return () => {
      this.#sessions.remove(link);
    };
  }

  /** Ends sessions whose keys are over: of one key, or of any. Rejects while the store cannot be reached. */
  async look(id?: string): Promise<void> {
    const keys = new Map<string, Key>();
    for (const { key, hash } of this.#sessions) if (id === undefined || key.id === id) keys.set(hash, key);
    // What expires is known without the store.
    for (const [hash, key] of keys) this.#endOf(hash, key);
    if (keys.size === 0) return;
    const hashes = [...keys.keys()];
    const found = await this.#parts.find(hashes);
    for (const [index, hash] of hashes.entries()) this.#endOf(hash, found[index]);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #endOf(hash: string, key: Key | undefined): void {
    const { endOf, clock } = this.#parts;
    const why: KeyEnd | undefined = key === undefined ? { kind: 'REPLACED', at: clock.now() } : endOf(key);
    if (why === undefined) return;
    const ended: Link<Session>[] = [];
    for (let link = this.#sessions.firstLink; link !== undefined; link = link.after)
      if (link.value?.hash === hash) ended.push(link);
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
