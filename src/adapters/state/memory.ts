import type { SharedState } from '../../ports/shared-state.ts';
import { channelListeners } from './channel-listeners.ts';

/** State for a deployment of one node: this process is all there is to tell. */
export const createMemoryState = (): SharedState => {
  const listeners = channelListeners();
  const kept = new Map<string, Uint8Array>();
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
    putBytes: async (key, bytes) => void kept.set(key, bytes),
    getBytes: async (key) => kept.get(key),
    ping: async () => {},
    close: async () => listeners.clear(),
  };
};
