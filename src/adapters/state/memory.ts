import { LRUCache } from 'lru-cache';
import type { SharedState } from '../../ports/shared-state.ts';
import { channelListeners } from './channel-listeners.ts';
import { checkedSize } from './size-limit.ts';

/** Room for all that is kept; what was not asked for longest makes place for what is new. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** State for a deployment of one node: this process is all there is to tell. */
export const createMemoryState = (): SharedState => {
  const listeners = channelListeners();
  const kept = new LRUCache<string, Uint8Array>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: (bytes, key) => bytes.byteLength + key.length,
    // Looked at for every key that is asked for, not once a millisecond.
    ttlResolution: 0,
  });
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
    claim: async (key, ttlMs) => {
      const name = `claim ${key}`;
      if (kept.has(name)) return false;
      kept.set(name, new Uint8Array(), { ttl: ttlMs });
      return true;
    },
    release: async (key) => void kept.delete(`claim ${key}`),
    ping: async () => {},
    close: async () => {
      listeners.clear();
      kept.clear();
    },
  };
};
