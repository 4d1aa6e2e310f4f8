import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectRedisState } from '../../../src/adapters/state/redis.ts';
import { describeSharedState } from '../../contract/state.ts';
import { quickest } from '../../support/quickest.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startOwnRedis } from '../../support/redis-server.ts';
import { redisService, titleOf } from '../../support/services.ts';

const redis = redisService();
const url = redis.kind === 'running' ? redis.url : '';

describe.skipIf(redis.kind === 'missing')(titleOf('on Redis', redis), () => {
  describeSharedState(async () => {
    const [one, other] = await Promise.all([
      connectRedisState(url, recordedLog()),
      connectRedisState(url, recordedLog()),
    ]);
    return { one, other };
  });

  it('subscribes anew when its connections are killed', async () => {
    const server = await startOwnRedis();
    onTestFinished(() => server.stop());
    const state = await connectRedisState(server.url, recordedLog());
    onTestFinished(() => state.close());
    const admin = new Redis(server.url);
    onTestFinished(() => admin.disconnect());
    const channel = `channel-${randomUUID()}`;
    const arrived = Promise.withResolvers<string>();
    await state.subscribe(channel, arrived.resolve);

    for (const type of ['pubsub', 'normal'])
      await admin.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    await expect.poll(() => admin.pubsub('NUMSUB', `modelgraph:${channel}`)).toContain(1);
    await expect.poll(() => admin.publish(`modelgraph:${channel}`, 'back')).toBe(1);

    expect(await arrived.promise).toBe('back');
    await expect
      .poll(() =>
        state.ping().then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('up');
  });

  it('rejects at once while the server is down, and recovers when it is back', async () => {
    const server = await startOwnRedis();
    const state = await connectRedisState(server.url, recordedLog());
    onTestFinished(() => state.close());
    const arrived = Promise.withResolvers<string>();
    await state.subscribe('news', arrived.resolve);

    await server.stop();
    await expect
      .poll(() =>
        state.ping().then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
    const took = await quickest(1_000, async () => {
      const before = performance.now();
      await expect(state.publish('news', 'lost')).rejects.toThrow();
      await expect(state.subscribe('more', () => {})).rejects.toThrow();
      return performance.now() - before;
    });
    expect(took).toBeLessThan(1_000);

    const again = await startOwnRedis({ port: server.port });
    onTestFinished(() => again.stop());
    const received = arrived.promise.then(() => 'received');
    await expect
      .poll(
        async () => {
          await state.publish('news', 'back').catch(() => undefined);
          return Promise.race([
            received,
            state.ping().then(
              () => 'up',
              () => 'down',
            ),
          ]);
        },
        { timeout: 15_000 },
      )
      .toBe('received');
    expect(await arrived.promise).toBe('back');
  });

  it('says which server refuses the password, and not the password', async () => {
    const server = await startOwnRedis({ password: 'right-horse' });
    onTestFinished(() => server.stop());
    const log = recordedLog();
    const wrong = server.url.replace('right-horse', 'wrong-horse');
    const error: unknown = await connectRedisState(wrong, log).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /Cannot reach Redis at redis:\/\/127\.0\.0\.1:\d+ \(REDIS_URL\): WRONGPASS/,
    );
    expect(String(error)).toContain(' Check the user and the password in REDIS_URL.');
    expect(`${String(error)} ${log.lines.join('\n')}`).not.toContain('horse');
  });

  it('refuses a database that the server does not have, instead of using the first', async () => {
    const server = await startOwnRedis({ password: 'right-horse' });
    onTestFinished(() => server.stop());
    await expect(connectRedisState(`${server.url}/99`, recordedLog())).rejects.toThrow(
      'DB index is out of range. Name another database in REDIS_URL, or none.',
    );
  });
});

it.concurrent('rejects within seconds where nothing listens', async ({ expect }) => {
  const error: unknown = await connectRedisState('redis://:secret-word@127.0.0.1:1', recordedLog()).catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toContain(
    'Cannot reach Redis at redis://127.0.0.1:1 (REDIS_URL): connect ECONNREFUSED',
  );
  expect(String(error)).not.toContain('secret-word');
});

it.concurrent('rejects within seconds where something listens and never answers', async ({
  onTestFinished,
  expect,
}) => {
  const silent = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    silent.close();
  });
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(connectRedisState(`redis://127.0.0.1:${port}`, recordedLog())).rejects.toThrow(
    'Cannot reach Redis',
  );
});
