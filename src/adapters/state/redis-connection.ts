import { Redis } from 'ioredis';
import type { Log } from '../../ports/log.ts';

export type RedisConnection = {
  readonly redis: Redis;
  /** Resolves once usable for the first time; rejects where that takes too long. Then it has to be closed. */
  readonly ready: Promise<void>;
  /** Drops the connection and makes a new one. */
  reconnect(): void;
  close(): void;
};

/** How long a server that is only just starting is waited for. */
const START_MS = 5_000;
const ANSWER_MS = 5_000;
const LONGEST_PAUSE_MS = 3_000;

/** A connection whose commands reject at once while it is down, are never sent twice, and that comes back by itself. */
export const createConnection = (url: string, log: Log): RedisConnection => {
  const where = withoutCredentials(url);
  let wasReady = false;
  /** That it is away is said once. */
  let isAway = false;
  let lastError = 'no answer';

  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: START_MS,
    commandTimeout: ANSWER_MS,
    retryStrategy: (times) => Math.min(2 ** times * 50, LONGEST_PAUSE_MS),
  });
  redis.on('error', (error: Error) => {
    lastError = reasonOf(error);
    if (!wasReady || isAway) return;
    isAway = true;
    log.warn('The connection to Redis failed', { redis: where, error: lastError });
  });
  redis.on('ready', () => {
    if (!isAway) return;
    isAway = false;
    log.info('Redis is connected again.', { redis: where });
  });
  const ready = new Promise<void>((resolve, reject) => {
    const refuse = (): void =>
      reject(new Error(`Cannot reach Redis at ${where} (REDIS_URL): ${lastError}${remedyFor(lastError)}`));
    const giveUp = setTimeout(refuse, START_MS);
    redis.once('ready', () => {
      clearTimeout(giveUp);
      wasReady = true;
      const { db = 0 } = redis.options;
      if (db === 0) return resolve();
      // If no database has that number, the client stays in the first without an error.
      redis.select(db).then(
        () => resolve(),
        (error: Error) => {
          lastError = reasonOf(error);
          refuse();
        },
      );
    });
  });
  /** Why it failed comes as an `error` event, too. */
  redis.connect().catch(() => undefined);

  return {
    redis,
    ready,
    reconnect: () => redis.disconnect(true),
    close: () => redis.disconnect(),
  };
};

/** What to do about it, by what the server or the network says. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^WRONGPASS|invalid password/, 'Check the user and the password in REDIS_URL.'],
  [/^NOAUTH/, 'Put its password into REDIS_URL: redis://:password@host:port.'],
  [/DB index is out of range|invalid DB index/, 'Name another database in REDIS_URL, or none.'],
  [/^NOPERM/, 'Give that user the right to these commands and channels.'],
  [/ECONNREFUSED/, 'Start Redis there, or correct REDIS_URL.'],
  [/ENOTFOUND|EAI_AGAIN/, 'No host has that name: correct REDIS_URL.'],
  [/ETIMEDOUT|EHOSTUNREACH|no answer/, 'Check the network and the firewall, or correct REDIS_URL.'],
  [/ECONNRESET|wrong version number/, 'Check that it is Redis, and whether it wants TLS (rediss://).'],
];

const remedyFor = (reason: string): string => {
  const found = REMEDIES.find(([pattern]) => pattern.test(reason));
  return found === undefined ? '' : `${reason.endsWith('.') ? '' : '.'} ${found[1]}`;
};

const withoutCredentials = (url: string): string => {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the address given';
  }
};

/** A refusal on both IPv4 and IPv6 comes as an AggregateError whose own message is empty. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError
    ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join('; ')
    : error.message;
