import type { Log } from '../../ports/log.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import { channelListeners } from './channel-listeners.ts';
import { createConnection } from './redis-connection.ts';
import { checkedSize } from './size-limit.ts';

/** Keeps our channels and keys apart from those of others on the same Redis. */
const PREFIX = 'modelgraph:';

/**
 * State shared through a Redis 6 or later: `redis://user:password@host:port/db`, or `rediss://` for TLS.
 * Rejects after some seconds, with a message for a person and without credentials, where it cannot be
 * reached. A connection that breaks later is made anew and its subscriptions with it; meanwhile all
 * calls reject at once, and what others publish does not arrive.
 */
export const connectRedisState = async (url: string, log: Log): Promise<SharedState> => {
  const listeners = channelListeners();
  const commands = createConnection(url, log);
  const subscriber = createConnection(url, log);
  try {
    await Promise.all([commands.ready, subscriber.ready]);
  } catch (error) {
    commands.close();
    subscriber.close();
    throw error;
  }

  subscriber.redis.on('message', (channel: string, message: string) =>
    listeners.deliver(channel.slice(PREFIX.length), message),
  );
  subscriber.redis.on('ready', () => {
    const channels = listeners.channels().map((channel) => PREFIX + channel);
    if (channels.length > 0) subscriber.redis.subscribe(...channels).catch(() => subscriber.reconnect());
  });

  return {
    publish: async (channel, message) => {
      await commands.redis.publish(PREFIX + channel, message);
    },
    subscribe: async (channel, listener) => {
      const remove = listeners.add(channel, listener);
      try {
        await subscriber.redis.subscribe(PREFIX + channel);
      } catch (error) {
        remove();
        throw error;
      }
      return async () => {
        if (!remove()) return;
        /** Failing means that the connection is gone, and the subscription with it. */
        await subscriber.redis.unsubscribe(PREFIX + channel).catch(() => undefined);
      };
    },
    putBytes: async (key, bytes, ttlMs) => {
      const { buffer, byteOffset, byteLength } = checkedSize(bytes);
      const value = Buffer.from(buffer, byteOffset, byteLength);
      await commands.redis.set(PREFIX + key, value, 'PX', Math.max(1, Math.ceil(ttlMs)));
    },
    getBytes: async (key) => (await commands.redis.getBuffer(PREFIX + key)) ?? undefined,
    claim: async (key, ttlMs) =>
      (await commands.redis.set(`${PREFIX}claim:${key}`, '', 'PX', Math.max(1, Math.ceil(ttlMs)), 'NX')) ===
      'OK',
    release: async (key) => {
      await commands.redis.del(`${PREFIX}claim:${key}`);
    },
    ping: async () => {
      await commands.redis.ping();
    },
    close: async () => {
      listeners.clear();
      commands.close();
      subscriber.close();
    },
  };
};
