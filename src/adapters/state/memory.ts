import { LRUCache } from 'lru-cache';
import type { SharedState } from '../../ports/shared-state.ts';
import { channelListeners } from './channel-listeners.ts';
import { checkedSize } from './size-limit.ts';

/** Room for all that is kept; what was not asked for longest makes place for what is new. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** Claims are looked through for those that are over once there are so many, and twice as many as were left. */
const SWEEP_FROM = 1_000;

/** Apart from what is kept: a claim must not make place for anything. */
const createClaims = () => {
  const untilMs = new Map<string, number>();
  let sweepAt = SWEEP_FROM;
  const sweep = (nowMs: number): void => {
    for (const [key, until] of untilMs) if (until <= nowMs) untilMs.delete(key);
    sweepAt = Math.max(SWEEP_FROM, untilMs.size * 2);
  };
  return {
    take(key: string, ttlMs: number): boolean {
      const nowMs = performance.now();
      if ((untilMs.get(key) ?? Number.NEGATIVE_INFINITY) > nowMs) return false;
      untilMs.set(key, nowMs + Math.max(1, ttlMs));
      if (untilMs.size >= sweepAt) sweep(nowMs);
      return true;
    },
    giveBack: (key: string): void => void untilMs.delete(key),
    clear: (): void => untilMs.clear(),
  };
};

/** State for a deployment of one node: this process is all there is to tell. */
export const createMemoryState = (): SharedState => {
  const listeners = channelListeners();
  const kept = new LRUCache<string, Uint8Array>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: (bytes, key) => bytes.byteLength + key.length,
    // Looked at for every key that is asked for, not once a millisecond.
    ttlResolution: 0,
  });
  const claims = createClaims();
  return {
    publish: async (channel, message) => {
      /** Not within the publisher's own call, just as over a network. */
      queueMicrotask(() => listeners.deliver(channel, message));
    },
    subscribe: async (channel, listener) => {
      const remove = listeners.add(channel, listener);
      return async () => {
        remove();
      };
    },
    putBytes: async (key, bytes, ttlMs) => {
      // A copy, as over a network: the caller may go on with its own.
      kept.set(key, new Uint8Array(checkedSize(bytes)), { ttl: ttlMs });
    },
    getBytes: async (key) => kept.get(key),
    claim: async (key, ttlMs) => claims.take(key, ttlMs),
    release: async (key) => claims.giveBack(key),
    ping: async () => {},
    close: async () => {
      listeners.clear();
      kept.clear();
      claims.clear();
    },
  };
};
