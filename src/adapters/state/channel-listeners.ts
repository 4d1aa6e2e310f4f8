type Listener = (message: string) => void;

/** Who listens to which channel in this process. */
export type ChannelListeners = {
  /** A listener that is added twice is called twice. The function returned removes it and says whether it was the channel's last. */
  add(channel: string, listener: Listener): () => boolean;
  /** Calls all listeners; one that throws does not keep the message from the others, and is reported after. */
  deliver(channel: string, message: string): void;
  channels(): readonly string[];
  clear(): void;
};

export const channelListeners = (): ChannelListeners => {
  const byChannel = new Map<string, Set<{ readonly call: Listener }>>();
  return {
    add: (channel, listener) => {
      const entry = { call: listener };
      const present = byChannel.get(channel);
      if (present) present.add(entry);
      else byChannel.set(channel, new Set([entry]));
      return () => {
        const entries = byChannel.get(channel);
        if (!entries?.delete(entry) || entries.size > 0) return false;
        byChannel.delete(channel);
        return true;
      };
    },
    deliver: (channel, message) => {
      for (const entry of [...(byChannel.get(channel) ?? [])]) {
        try {
          entry.call(message);
        } catch (error) {
          /** A bug of the listener: it surfaces as one, but on its own. */
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    channels: () => [...byChannel.keys()],
    clear: () => byChannel.clear(),
  };
};
